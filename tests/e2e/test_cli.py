#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command line: call, check, module inspect, serve and what it refuses,
as somebody at a terminal sees it."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config  # noqa: E402


def serve(host, config, seconds=20, **env):
    """A serve that ends by itself: (exit code, what it said)."""
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        path = os.path.join(folder, 'entrepot.yaml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(config)
        r = host.run('serve', '-c', path, env=dict(
            {'ENTREPOT_STATE': os.path.join(folder, 'state')}, **env),
            timeout=seconds)
    return r.returncode, r.stdout + r.stderr


def check(host, config, *options):
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        path = os.path.join(folder, 'broken.yaml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(config)
        r = host.run('check', '-c', path, *options,
                     env={'ENTREPOT_STATE': '', 'ENTREPOT_LISTEN': ''})
    return r.returncode, r.stdout + r.stderr


def test_call(host):
    code, out = host.call('probe.put_item', {'id': 'cli', 'n': 4})
    assert code == 0 and json.loads(out) == {'id': 'cli', 'n': 4}, out
    code, out = host.call('probe.get_item', {'id': 'nobody'})
    assert code == 1 and json.loads(out)['error'] == 'no_item', out
    assert host.call('probe.who', {})[1].count('"origin": 2') == 1
    code, out = host.call('probe.unheard_of', {})
    assert code == 1 and 'unknown_operation' in out, out
    code, out = host.call('no/such', {})
    assert code == 2, out


def test_call_takes_files_and_standard_input(host):
    value = json.dumps({'id': 'file', 'n': 5})
    path = os.path.join(host.folder.name, 'input.json')
    with open(path, 'w', encoding='utf-8') as f:
        f.write(value)
    for words, stdin in ((['@' + path], ''), (['-'], value), ([], value),
                         ([value], '')):
        r = host.run('call', 'probe.put_item', *words, stdin=stdin)
        assert r.returncode == 0, r
        assert json.loads(r.stdout) == json.loads(value), r
        assert r.stderr == '', r
    r = host.run('call', 'probe.put_item', '@/nowhere')
    assert r.returncode == 1 and '/nowhere' in r.stderr, r
    r = host.run('call', 'probe.put_item', '{')
    assert r.returncode == 1 and 'bad_json' in r.stderr, r


def test_jsonl(host):
    lines, n = [], 200
    for i in range(n):
        lines.append(json.dumps({'op': 'probe.put_item',
                                 'input': {'id': f'j{i}', 'n': i}}))
    lines[50] = '{"op": "probe.get_item", "input": {"id": "never"}}'
    lines[100] = 'not json'
    lines[150] = '{"op": "a/../b"}'
    lines[160] = '{"op": "probe.delete_item", "input": {"id": "j1"}}'
    lines[170] = json.dumps({'op': 'probe.echo',
                             'input': {'t': 'x' * 300000}})
    r = host.run('call', '--jsonl', stdin='\n'.join(lines) + '\n\n')
    assert r.returncode in (0, 1), r.stderr
    out = [json.loads(line) for line in r.stdout.splitlines()]
    assert len(out) == n, len(out)
    for i, o in enumerate(out):
        if i == 50:
            assert o['status'] == 404, o
            assert o['problem']['error'] == 'no_item', o
        elif i in (100, 150):
            assert o['status'] == 400, o
            assert f'line {i + 1}' in o['problem']['detail'], o
        elif i == 160:
            assert o == {'status': 204, 'output': None}, o
        elif i == 170:
            assert len(o['output']['t']) == 300000, o['status']
        else:
            assert o == {'status': 201,
                         'output': {'id': f'j{i}', 'n': i}}, (i, o)


def test_without_a_host(host):
    env = {'ENTREPOT_STATE': '/nonexistent/state'}
    for words in (['status'], ['call', 'probe.who', '{}'],
                  ['call', '--jsonl']):
        r = host.run(*words, stdin='', env=env)
        assert r.returncode == 1 and 'is the host running' in r.stderr, r


def test_inspect(host):
    path = os.path.join(BUILD, 'modules/probe.so')
    r = host.run('module', 'inspect', path)
    assert r.returncode == 0 and 'probe.put_item' in r.stdout, r
    r = host.run('module', 'inspect', '--json', path)
    report = json.loads(r.stdout)
    assert 'probe.hidden' in json.dumps(report), report
    with open(path, 'rb') as f:
        data = f.read()
    bad = os.path.join(host.folder.name, 'bad.so')
    for cut in (0, 4, 64, 1000, len(data) // 2, len(data) - 100):
        with open(bad, 'wb') as f:
            f.write(data[:cut])
        r = host.run('module', 'inspect', bad)
        assert r.returncode == 1 and 'bad.so' in r.stdout + r.stderr, (cut, r)
    r = host.run('module', 'inspect', '/bin/true')
    assert r.returncode == 1, r
    r = host.run('module', 'inspect', '/nowhere.so')
    assert r.returncode == 1 and '/nowhere.so' in r.stderr, r


def test_check(host):
    code, out = check(host, module_config('probe', 'hello'))
    assert code == 0 and '2 modules' in out, out
    probe = module_config('probe')
    for config, place, words in (
            ('listen: 5\n', 1, 'listen'),
            ('mode: prod\n', 1, 'mode'),
            ('listen: 127.0.0.1:0\nworkers: 0\n', 2, 'workers'),
            ('a: 1\na: 2\n', 2, 'a'),
            ('limits: {max_bodi: 5}\n', 1, 'max_body'),
            ('modules: {nothere: {file: nothere.so}}\n', 1, 'nothere.so'),
            ('x: [\n', 2, ''),
            ('state: ${ENV:NOT_SET_ANYWHERE}\n', 1, 'NOT_SET_ANYWHERE'),
            (probe.replace('}', ', word: 5}'), 2, 'word'),
            (probe.replace('}', ', wort: a}'), 2, 'wort')):
        code, out = check(host, config)
        assert code == 1, (config, out)
        assert re.search(r'broken\.yaml:%d:\d+' % place, out), (config, out)
        assert words in out, (config, out)
        code, out = check(host, config, '--json')
        report = json.loads(out)
        assert code == 1 and report[0]['severity'] == 'error', out
    # Every fault at once.
    _, out = check(host, 'mode: prod\nworkers: 0\nlisten: 5\n')
    assert len(re.findall(r'broken\.yaml:[123]:', out)) == 3, out
    r = host.run('check', '-c', '/nowhere.yaml')
    assert r.returncode == 1 and '/nowhere.yaml' in r.stderr + r.stdout, r


def test_only_loopback(host):
    for listen in ('0.0.0.0:0', '192.0.2.1:80', '[::]:0', '127.0.0.1',
                   '127.0.0.1:99999'):
        code, out = serve(host, module_config('probe'),
                          ENTREPOT_LISTEN=listen)
        assert code == 1, (listen, out)
        assert listen in out or listen.rsplit(':', 1)[0] in out, out
    code, out = serve(host, module_config('probe'),
                      ENTREPOT_LISTEN='0.0.0.0:0')
    assert 'loopback' in out, out


def test_port_in_use(host):
    code, out = serve(host, module_config('probe'),
                      ENTREPOT_LISTEN=f'127.0.0.1:{host.port}')
    assert code == 1, out
    assert f'127.0.0.1:{host.port}' in out and 'in use' in out, out
    assert 'ENTREPOT_LISTEN' in out, out


def test_state_in_use(host):
    names = sorted(os.listdir(host.state))
    generation = os.path.join(host.state, 'generations', '1.json')
    with open(generation, 'rb') as f:
        before = f.read()
    code, out = serve(host, module_config('probe', mode='test'),
                      ENTREPOT_STATE=host.state)
    assert code == 1 and host.state in out, out
    assert 'in use by a running host' in out, out
    assert sorted(os.listdir(host.state)) == names
    with open(generation, 'rb') as f:
        assert f.read() == before, 'the running host was interfered with'
    assert host.run('status').returncode == 0
    good(host.get('/v1/probe/items'))


def test_help_and_version(host):
    r = host.run('--version')
    assert r.returncode == 0 and re.match(r'entrepot \d+\.\d+', r.stdout), r
    assert 'SQLite' in r.stdout and 'ABI 1.' in r.stdout, r
    r = host.run('--help')
    assert r.returncode == 0 and r.stderr == '', r
    for name in ('serve', 'check', 'status', 'call', 'module inspect'):
        assert name in r.stdout, name
        one = host.run(*name.split(), '--help')
        assert one.returncode == 0 and 'example: ' in one.stdout, one
        assert host.run(*name.split(), '--wrong').returncode == 2, name
    assert host.run().returncode == 2
    r = host.run('surve')
    assert r.returncode == 2 and 'surve' in r.stderr, r


def test_closed_output(host):
    """A pipe that nobody reads ends the command, without a crash."""
    p = subprocess.Popen([host.program, 'call', '--jsonl'],
                         env=host.environment(), stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.close()
    line = b'{"op":"probe.echo","input":{"t":"%s"}}\n' % (b'x' * 9000)
    try:
        for _ in range(200):
            p.stdin.write(line)
        p.stdin.close()
    except BrokenPipeError:
        pass
    code = p.wait(timeout=20)
    p.stderr.close()
    assert code in (1, -13), code


def test_store_cannot_be_made(host):
    folder = tempfile.mkdtemp(prefix='entrepot-e2e-')
    path = os.path.join(folder, 'file')
    with open(path, 'w', encoding='ascii') as f:
        f.write('x')
    code, out = serve(host, module_config('probe'), ENTREPOT_STATE=path)
    assert code == 1 and path in out, out
    shutil.rmtree(folder)


def test_failed_start_uses_no_number(host):
    folder = tempfile.mkdtemp(prefix='entrepot-e2e-')
    state = os.path.join(folder, 'state')
    code, out = serve(host, module_config('probe'), ENTREPOT_STATE=state,
                      ENTREPOT_LISTEN=f'127.0.0.1:{host.port}')
    assert code == 1 and 'in use' in out, out
    left = os.listdir(os.path.join(state, 'generations'))
    assert not [n for n in left if n.endswith('.json')], left
    shutil.rmtree(folder)


def test_options_before_the_subcommand(host):
    r = host.run('--lang=zh', 'explain', 'unknown_key')
    assert r.returncode == 2 and 'behind the subcommand' in r.stderr, r


def main():
    tests = Tests()
    with Host(BUILD, module_config('probe', workers=1)) as host:
        tests.run_all(globals(), host)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
