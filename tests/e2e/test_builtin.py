#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The host's own paths: /livez /readyz /metrics /openapi.json, status."""
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config, refused  # noqa: E402

SAMPLE = re.compile(r'([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
SUFFIXES = {'counter': ['_total'], 'gauge': [''], 'info': ['_info'],
            'histogram': ['_bucket', '_count', '_sum']}


def openmetrics(text):
    """{(name, labels): value}; the rules of OpenMetrics 1.0 are held."""
    lines = text.split('\n')
    assert lines[-2:] == ['# EOF', ''], lines[-3:]
    kinds, values, family = {}, {}, None
    for line in lines[:-2]:
        if line.startswith('#'):
            word, name, rest = line[2:].split(' ', 2)
            assert word in ('HELP', 'TYPE', 'UNIT'), line
            if word == 'TYPE':
                assert name not in kinds, f'{name} comes twice'
                assert rest in SUFFIXES, line
                kinds[name] = rest
            if word == 'UNIT':
                assert name.endswith('_' + rest), line
            family = name
            continue
        m = SAMPLE.match(line)
        assert m, line
        kind = kinds.get(family)
        assert m.group(1) in [family + s for s in SUFFIXES[kind]], \
            f'{line!r} stands under {family}'
        labels = LABEL.findall(m.group(2) or '')
        assert ','.join('%s="%s"' % p for p in labels) == (
            m.group(2) or ''), line
        key = (m.group(1), tuple(sorted(labels)))
        assert key not in values, f'{line!r} comes twice'
        values[key] = float(m.group(3))
        if kind == 'counter':
            assert values[key] >= 0, line
    return values


def metrics(host):
    a = host.get('/metrics', headers={
        'Accept': 'application/openmetrics-text; version=1.0.0,text/plain'})
    assert a.headers['Content-Type'].startswith(
        'application/openmetrics-text; version=1.0.0'), a.headers
    assert a.body.endswith(b'\n# EOF\n'), a.body[-100:]
    return openmetrics(a.body.decode())


def value(host, name, **labels):
    return metrics(host)[name, tuple(sorted(labels.items()))]


def test_alive_and_ready(host):
    assert good(host.get('/livez')) == {'status': 'ok'}
    assert good(host.get('/readyz')) == {'status': 'ready'}


def test_counts_are_exact_at_once(host):
    names = ('calls', 'errors', 'refusals')
    read = lambda: [value(host, f'entrepot_operation_{n}_total',
                          operation='probe.fail') for n in names]
    before = read()
    for status in (8, 8, 5, 10):
        host.op('probe.fail', {'status': status})
    host.op('probe.fail', {'status': 'x'})  # a bad input is a call as well
    got = [b - a for a, b in zip(before, read())]
    assert got == [5, 1, 4], got


def test_histogram(host):
    seen = metrics(host)
    good(host.op('probe.sleep', {'ms': 120}))
    now = metrics(host)
    name = 'entrepot_operation_duration_seconds'
    mine = ('operation', 'probe.sleep')
    buckets = sorted(
        (float(dict(labels)['le']), count) for (n, labels), count in
        now.items() if n == name + '_bucket' and mine in labels)
    assert buckets[-1][0] == float('inf')
    assert [c for _, c in buckets] == sorted(c for _, c in buckets), buckets
    assert buckets[-1][1] == now[name + '_count', (mine,)]
    grown = now[name + '_sum', (mine,)] - seen[name + '_sum', (mine,)]
    assert 0.11 < grown < 2, grown
    for bound, count in buckets:
        before = seen[name + '_bucket', tuple(sorted(
            (mine, ('le', '+Inf' if bound == float('inf') else
                    '%g' % bound))))]
        assert count - before == (1 if bound >= 2 else 0) or \
            0.1 < bound < 2, (bound, count, before)


def test_processor_time_is_the_modules(host):
    name, labels = 'entrepot_module_cpu_seconds_total', {'module': 'probe'}
    before = value(host, name, **labels)
    good(host.op('probe.sleep', {'ms': 300}))
    assert value(host, name, **labels) - before < 0.1
    good(host.op('probe.hold', {'ms': 300}))
    assert 0.25 < value(host, name, **labels) - before < 1.0
    host.wait_log('slow')
    peak = value(host, 'entrepot_module_memory_peak_bytes', **labels)
    good(host.op('probe.memory', {'bytes': 20 << 20}))
    assert value(host, 'entrepot_module_memory_peak_bytes', **labels) >= max(
        peak, 20 << 20)


def test_commits_are_counted(host):
    before = value(host, 'entrepot_store_commits_total')
    for i in range(5):
        good(host.op('probe.put_item', {'id': f'c{i}', 'n': 1}), 201)
    refused(host.op('probe.put_then_fail', {'id': 'c9'}), 422)
    good(host.get('/v1/probe/items'))
    assert value(host, 'entrepot_store_commits_total') == before + 5


def references(node):
    if isinstance(node, dict):
        for key, n in node.items():
            if key == '$ref' and isinstance(n, str):
                yield n
            else:
                yield from references(n)
    elif isinstance(node, list):
        for n in node:
            yield from references(n)


def test_openapi(host):
    doc = good(host.get('/openapi.json'))
    assert doc['openapi'].startswith('3.1.')
    assert {'title', 'version'} <= set(doc['info'])
    refs = list(references(doc))
    assert len(refs) > 10
    for ref in refs:
        assert ref.startswith('#/'), ref
        at = doc
        for part in ref[2:].split('/'):
            part = part.replace('~1', '/').replace('~0', '~')
            assert part in at, ref
            at = at[part]
    ids = {}
    for path, item in doc['paths'].items():
        common = item.get('parameters', [])
        for method, o in item.items():
            if method == 'parameters':
                continue
            assert method in ('get', 'put', 'post', 'delete'), method
            assert o['operationId'] not in ids
            ids[o['operationId']] = path
            assert o['responses'], path
            inside = set(re.findall(r'\{(.*?)\}', path))
            given = common + o.get('parameters', [])
            assert inside == {p['name'] for p in given
                              if p['in'] == 'path'}, path
    assert 'probe.who' in ids and 'hello.greet' in ids
    assert 'probe.hidden' not in ids, ids
    assert '/v1/probe/hidden' not in doc['paths']
    assert '"x-entrepot":' not in json.dumps(doc)


def test_every_public_operation_answers(host):
    """No route of the document leads nowhere."""
    doc = good(host.get('/openapi.json'))
    for path, item in doc['paths'].items():
        for method in item:
            if method == 'parameters' or 'delete' in method:
                continue
            a = host.post(re.sub(r'\{.*?\}', '1', path), b'!',
                          method=method.upper())
            assert a.status in (200, 400, 422, 500), (path, method, a)


def test_status(host):
    r = host.run('status', '--json')
    assert r.returncode == 0, r
    s = json.loads(r.stdout)
    assert s['ready'] is True and s['generation'] >= 1, s
    assert [w['state'] for w in s['workers'] if w['role'] == 'worker'
            ] == ['ready'], s
    assert {m['module'] for m in s['modules']} == {'probe', 'hello'}, s
    assert s['store']['synced'] <= s['store']['commits'], s
    assert s == dict(good(host.get('/v1/host/status')), **{
        k: s[k] for k in ('uptime_s', 'workers', 'store')})
    for words in ('probe', 'hello', 'ready', str(s['workers'][0]['pid'])):
        assert words in host.run('status').stdout, words


def test_draining_shows(host):
    """While it drains, a kept connection still hears of it."""
    with Host(BUILD, module_config('probe', workers=1)) as other:
        assert good(other.get('/readyz')) == {'status': 'ready'}
        began = time.monotonic()
        other.stop()
        assert time.monotonic() - began < 5, 'an idle host stops at once'
        other.start()
        assert 'probe_stopped' in other.log()


def main():
    tests = Tests()
    config = module_config('probe', 'hello', workers=1)
    with Host(BUILD, config) as host:
        host.op('probe.fail', {})
        tests.run_all(globals(), host)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
