#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Idempotency-Key: one request, one effect, one answer."""
import json
import os
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import (BUILD, TOP, Host, Tests, good, module_config,  # noqa: E402
                  refused)

CASES = os.path.join(TOP, 'tests/data/core/idempotency_contract.json')


def sum_of(host, prefix):
    return good(host.get(f'/v1/probe/items?prefix={prefix}'))['sum']


def add(host, key, by=1, item='n', **more):
    return host.post(f'/v1/probe/items/{item}/add', {'by': by},
                     dict({'Idempotency-Key': key}, **more))


def replayed(a):
    return a.headers.get('Idempotent-Replayed') == 'true'


def slowly(host, key, ms, out, item='slow'):
    def run():
        out.append(host.op('probe.sleep', {'ms': ms, 'id': item},
                           Idempotency_Key=key))
    t = threading.Thread(target=run)
    t.start()
    time.sleep(ms / 3000)
    return t


def contract(host, case, number):
    """A case of the contract: POST /x is an addition, POST /y a put; a body
    is its number; the slow request is one that sleeps."""
    bodies, first = {'A': 1, 'B': 2}, None
    key = f'contract-{number}'
    slow = any('(slow)' in s[0] for s in case['steps'])
    running, out = None, []
    for what, asked, body, want in case['steps']:
        if what == 'restart':
            host.stop()
            host.start()
            continue
        if asked == '256 x a':
            key = 'x' * 256
        if slow and running is None:
            running = slowly(host, key, 900, out, f'c{number}')
            continue
        if slow:
            a = host.op('probe.sleep', {'ms': 900, 'id': f'c{number}'},
                        Idempotency_Key=key)
        elif '/y' in what:
            a = host.post('/v1/probe/items/n', {'n': 100},
                          {'Idempotency-Key': key}, method='PUT')
        else:
            a = add(host, key, bodies[body])
        if want.startswith('201'):
            assert a.status == 200, (want, a)
            if first is None:
                first = a
            assert a.body == first.body, (first, a)
            assert replayed(a) == (a is not first), a.headers
        elif want.startswith('not'):
            assert a.body != first.body and not replayed(a), a
        elif want.startswith('409'):
            refused(a, 409, 'in_progress')
        elif want.startswith('4xx'):
            refused(a, 422, 'idempotency_key_reused')
        else:
            refused(a, int(want[:3]))
    if running:
        running.join()
        good(out[0])


def test_contract(host):
    with open(CASES, encoding='utf-8') as f:
        cases = json.load(f)
    done = 0
    good(host.op('probe.put_item', {'id': 'n', 'n': 0}), 201)
    for number, case in enumerate(cases):
        if 'tenant' in case['case']:
            continue  # until callers can be told apart
        try:
            contract(host, case, number)
        except AssertionError as e:
            raise AssertionError(f"{case['case']}: {e}") from e
        done += 1
    assert done == len(cases) - 1 == 6, done


def test_replay_is_whole(host):
    ask = lambda: host.post('/v1/probe/items/whole', {'n': 5, 'note': 'ü'},
                            {'Idempotency-Key': 'w'}, method='PUT')
    first, second = ask(), ask()
    assert first.status == second.status == 201, (first, second)
    assert first.body == second.body
    for name in ('Location', 'Content-Type'):
        assert first.headers[name] == second.headers[name], second.headers
    assert not replayed(first) and replayed(second)
    assert first.headers['X-Request-Id'] != second.headers['X-Request-Id']
    # Blanks and escapes do not make it another request.
    a = host.ask('PUT', '/v1/probe/items/whole',
                 b'{ "n":5,"note":"\\u00fc" }',
                 {'Content-Type': 'application/json',
                  'Idempotency-Key': '"w"'})
    assert a.status == 201 and replayed(a), a
    gone = [host.ask('DELETE', '/v1/probe/items/whole',
                     headers={'Idempotency-Key': 'w'}) for _ in range(2)]
    assert [g.status for g in gone] == [204, 204], gone
    assert gone[1].body == b'' and replayed(gone[1])
    assert 'Content-Type' not in gone[1].headers, gone[1].headers


def test_other_caller_other_key_space(host):
    a = host.op('probe.put_item', {'id': 'o', 'n': 1}, Idempotency_Key='o')
    b = host.post('/v1/probe/items/o/add', {'by': 1},
                  {'Idempotency-Key': 'o'})
    assert a.status == 201 and good(b)['n'] == 2 and not replayed(b), b


def test_failures_are_not_kept(host):
    refused(add(host, 'f', -5, 'fail'), 404)
    good(host.op('probe.put_item', {'id': 'fail', 'n': 3}), 201)
    refused(add(host, 'f', -5, 'fail'), 409, 'too_low')
    good(host.op('probe.put_item', {'id': 'fail', 'n': 9}), 201)
    assert good(add(host, 'f', -5, 'fail'))['n'] == 4
    assert good(add(host, 'f', -5, 'fail'))['n'] == 4
    assert sum_of(host, 'fail') == 4


def test_keys_that_are_none(host):
    for key in ('a b', 'ü'.encode('latin1'), '\t', 'x' * 256, '""'):
        a = add(host, key)
        if key == '\t':
            assert a.status in (200, 404), a  # an empty field is none
        else:
            refused(a, 400, 'bad_idempotency_key')
    good(host.op('probe.put_item', {'id': 'long', 'n': 0}), 201)
    for _ in range(2):
        assert good(add(host, 'x' * 255, item='long'))['n'] == 1


def test_many_at_once(host):
    good(host.op('probe.put_item', {'id': 'race', 'n': 0}), 201)
    answers = []

    def client():
        for i in range(10):
            answers.append(add(host, f'race-{i}', item='race'))
    threads = [threading.Thread(target=client) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sum_of(host, 'race') == 10, sum_of(host, 'race')
    assert {a.status for a in answers} <= {200, 409}, answers
    assert sum(a.status == 200 and not replayed(a) for a in answers) == 10
    for a in answers:
        if a.status == 409:
            refused(a, 409, 'in_progress')


def test_none_holds_a_running_row(host):
    out = []
    t = slowly(host, 'run', 900, out, 'run')
    with sqlite3.connect(os.path.join(host.state, 'entrepot.db')) as db:
        rows = db.execute("SELECT state, until, status FROM ep_idempotency "
                          "WHERE key = 'run'").fetchall()
    db.close()
    assert len(rows) == 1 and rows[0][0] == 'running', rows
    assert 0 < rows[0][1] / 1e6 - time.time() < 3600, rows
    began = time.monotonic()
    a = host.op('probe.sleep', {'ms': 900, 'id': 'run'},
                Idempotency_Key='run')
    refused(a, 409, 'in_progress')
    assert a.headers['Retry-After'] and time.monotonic() - began < 0.4
    t.join()
    good(out[0])
    a = host.op('probe.sleep', {'ms': 900, 'id': 'run'},
                Idempotency_Key='run')
    assert good(a) == out[0].json and replayed(a), a
    refused(host.op('probe.sleep', {'ms': 901, 'id': 'run'},
                    Idempotency_Key='run'), 422)
    # A failed one leaves nothing behind.
    refused(host.op('probe.short', {'ms': 9000}, Idempotency_Key='g'), 504)
    good(host.op('probe.short', {'ms': 9}, Idempotency_Key='g'))


def test_other_input_while_running(host):
    out = []
    t = slowly(host, 'diff', 600, out, 'diff')
    refused(host.op('probe.sleep', {'ms': 1}, Idempotency_Key='diff'), 409)
    t.join()


def test_reads_and_exempt_operations_ignore_it(host):
    for _ in range(2):
        a = host.get('/v1/probe/items', {'Idempotency-Key': 'r'})
        assert a.status == 200 and not replayed(a)
    for n in (1, 2):
        a = host.post('/v1/probe/fresh', {'id': 'fresh', 'n': n},
                      {'Idempotency-Key': 'r'})
        assert good(a)['n'] == n and not replayed(a), a


def test_large_answers_are_not_kept(host):
    value = {'how': 'big', 'n': 100000}
    good(host.op('probe.reply', value, Idempotency_Key='big'))
    refused(host.op('probe.reply', value, Idempotency_Key='big'), 409,
            'answer_not_kept')


def test_bytes_are_replayed(host):
    value = {'how': 'big', 'n': 60000}
    first = host.op('probe.reply', value, Idempotency_Key='bytes')
    second = host.op('probe.reply', value, Idempotency_Key='bytes')
    assert replayed(second) and first.body == second.body


def main():
    tests = Tests()
    config = module_config('probe', workers=1)
    with Host(BUILD, config) as host:
        tests.run_all(globals(), host)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
