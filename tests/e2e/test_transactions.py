#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What operations may do to the store, to each other and to themselves."""
import json
import os
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config, refused  # noqa: E402


def count(host, prefix):
    return good(host.get(f'/v1/probe/items?prefix={prefix}'))['count']


def call(host, how, operation, value=None, **more):
    return host.op(f'probe.{how}', dict(
        more, operation=operation, input=value or {}))


def test_write_and_read(host):
    a = host.post('/v1/probe/items/a', {'n': 3, 'note': 'ß'}, method='PUT')
    assert good(a, 201) == {'id': 'a', 'n': 3}
    assert a.headers['Location'] == '/v1/probe/items/a', a.headers
    assert good(host.get('/v1/probe/items/a')) == {
        'id': 'a', 'n': 3, 'note': 'ß'}
    assert good(host.post('/v1/probe/items/a/add', {'by': -2}))['n'] == 1
    p = refused(host.post('/v1/probe/items/a/add', {'by': -2}), 409,
                'too_low')
    assert p['detail'] == 'item a would fall to -1', p
    assert p['n'] == -1 and p['id'] == 'a', p
    assert good(host.get('/v1/probe/items/a'))['n'] == 1
    gone = host.ask('DELETE', '/v1/probe/items/a')
    assert gone.status == 204 and gone.body == b'', gone
    assert 'Content-Length' not in gone.headers, gone.headers
    assert 'Content-Type' not in gone.headers, gone.headers
    refused(host.get('/v1/probe/items/a'), 404, 'no_item')


def test_languages(host):
    for asked, words in (('zh-CN', '没有物品 b'), ('zh', '没有物品 b'),
                         ('zh-TW,en;q=0.5', '没有物品 b'),
                         ('de', 'there is no item b'),
                         ('en-GB', 'there is no item b'),
                         ('*', 'there is no item b')):
        a = host.get('/v1/probe/items/b', {'Accept-Language': asked})
        assert refused(a, 404, 'no_item')['detail'] == words, (asked, a)


def test_modes_are_kept(host):
    refused(host.get('/v1/probe/write-in-read'), 500)
    assert count(host, 'x') == 0
    refused(host.op('probe.sql_in_none', {}), 500, 'no_transaction')
    refused(host.op('probe.sleep_in_write', {'ms': 1}), 500,
            'wait_in_transaction')
    refused(host.op('probe.offload_in_write', {}), 500,
            'wait_in_transaction')
    assert count(host, 'slept') == count(host, 'offloaded') == 0


def test_a_step_is_one_transaction(host):
    cursor = 0
    while cursor < 3:
        cursor = good(host.op('probe.step', {'cursor': cursor}))['cursor']
    assert count(host, 'step-') == 3
    refused(host.op('probe.step', {'cursor': 9, 'fail': True}), 422,
            'step_refused')
    assert count(host, 'step-') == 3, 'a refused step leaves nothing'
    twice = [good(host.op('probe.step', {'cursor': 7}, Idempotency_Key='s'))
             for _ in range(2)]
    assert twice[0] == twice[1] == {'cursor': 8}


def test_callee_fails_caller_goes_on(host):
    a = good(call(host, 'call', 'probe.put_then_fail', {'id': 'c2'},
                  first='c1', catch=True))
    assert a['status'] == 8 and a['answer']['error'] == 'on_purpose', a
    assert a['answer']['status'] == 422, a
    assert count(host, 'c1') == 1 and count(host, 'c2') == 0
    counter = b'counter="failed_puts"'
    assert counter not in host.get('/metrics').body.replace(
        counter + b'} 0', b'')


def test_callee_first_in_the_transaction_fails(host):
    a = good(call(host, 'call', 'probe.put_then_fail', {'id': 'd2'},
                  catch=True))
    assert a['status'] == 8, a
    assert count(host, 'd') == 0


def test_callee_fails_caller_too(host):
    refused(call(host, 'call', 'probe.put_then_fail', {'id': 'e2'},
                 first='e1'), 422, 'on_purpose')
    assert count(host, 'e') == 0


def test_caller_fails_afterwards(host):
    refused(call(host, 'call', 'probe.hidden', {'id': 'f2'}, first='f1',
                 fail=True), 409, 'caller_failed')
    assert count(host, 'f') == 0
    good(call(host, 'call', 'probe.hidden', {'id': 'g2'}, first='g1'))
    assert count(host, 'g') == 2


def test_none_calls_have_their_own(host):
    refused(call(host, 'call_none', 'probe.hidden', {'id': 'h1'}, fail=True),
            409, 'caller_failed')
    assert count(host, 'h') == 1
    a = good(call(host, 'call_none', 'probe.put_then_fail', {'id': 'i'},
                  catch=True))
    assert a['status'] == 8 and a['answer']['error'] == 'on_purpose', a
    assert count(host, 'i') == 0


def test_the_host_can_be_asked(host):
    a = good(host.get('/v1/probe/silent-rate'))
    probe, = [m for m in a['modules'] if m['name'] == 'probe']
    assert probe['indicators']['I306'] == 'probe.match_rate', probe
    assert 'probe.silent_rate' in probe['operations'], probe
    refused(call(host, 'call', 'host.nothing', {}, catch=True), 404,
            'unknown_operation')


def test_callee_input_is_checked(host):
    for how in ('call', 'call_none'):
        a = good(call(host, how, 'probe.hidden', {'n': 1}, catch=True))
        assert a['status'] == 8 and a['answer']['error'] == 'invalid_input', a
        a = good(call(host, how, 'probe.hidden', {'id': 5}, catch=True))
        assert a['status'] == 1 and a['answer']['error'] == 'bad_type', a


def test_calls_that_are_refused(host):
    refused(call(host, 'call', 'hello.greet', {'name': 'x'}), 500,
            'undeclared_call')
    refused(call(host, 'call', 'probe.unheard_of'), 404, 'unknown_operation')
    refused(call(host, 'call', 'probe.sleep', {'ms': 1}, first='j'), 500,
            'call_would_wait')
    refused(call(host, 'call_read', 'probe.hidden', {'id': 'j'}), 500,
            'write_in_read')
    assert count(host, 'j') == 0
    good(call(host, 'call_read', 'probe.count_items'))
    good(call(host, 'call_none', 'probe.sleep', {'ms': 1}))


def test_recursion(host):
    assert good(host.op('probe.recurse', {'depth': 5}))['reached'] == 6
    refused(host.op('probe.recurse', {'depth': 90}), 500, 'call_too_deep')
    a = call(host, 'call_none', 'probe.recurse', {'depth': 90}, catch=True)
    assert good(a)['answer']['error'] == 'call_too_deep', a
    assert host.get('/livez').status == 200


def test_waiting(host):
    began = time.monotonic()
    a = good(host.op('probe.sleep', {'ms': 150}))
    assert 0.14 < time.monotonic() - began < 5
    assert 100 < a['before'] - a['after'] < 5000, a
    n = 1000000
    assert good(host.op('probe.offload', {'n': n}))['sum'] == n * (n + 1) // 2


def test_deadline(host):
    began = time.monotonic()
    a = host.op('probe.short', {'ms': 20000})
    refused(a, 504, 'timeout')
    assert time.monotonic() - began < 3
    assert a.headers.get('Retry-After'), a.headers


def test_long_sleep_is_not_a_stall(host):
    pids = host.workers()
    good(host.op('probe.sleep', {'ms': 2500}))  # stall_ms is 1500
    assert host.workers() == pids, host.log()[-2000:]


def test_effects_come_with_the_commit(host):
    before = good(host.get('/v1/probe/effects'))
    refused(host.op('probe.cause', {'id': 'k1', 'fail': True}), 409)
    assert good(host.get('/v1/probe/effects')) == before
    good(host.op('probe.cause', {'id': 'k2'}))
    after = good(host.get('/v1/probe/effects'))
    assert after == {'commits': before['commits'] + 1,
                     'epoch': before['epoch'] + 1,
                     'counter': before['counter'] + 2}, (before, after)
    assert b'entrepot_module_counter{module="probe",counter="caused"} %d' % \
        after['counter'] in host.get('/metrics').body
    with sqlite3.connect(os.path.join(host.state, 'entrepot.db')) as db:
        rows = db.execute(
            "SELECT entity, entity_id, operation, before, after, principal, "
            "tenant, length(request_id) FROM ep_audit "
            "WHERE entity_id LIKE 'k%'").fetchall()
    db.close()
    assert rows == [('item', 'k2', 'probe.cause', None, '{"n":7}',
                     'anonymous', 'default', 36)], rows


def test_snapshot_follows_the_epoch(host):
    for i in range(3):
        good(host.op('probe.cause', {'id': f'l{i}'}))
        now = good(host.get('/v1/probe/items'))
        assert good(host.get('/v1/probe/snapshot')) == now
    assert good(host.get('/v1/probe/snapshot?wait=false')) == now


def test_memory_ceiling(host):
    good(host.op('probe.memory', {'bytes': 4 << 20}))
    a = host.op('probe.memory', {'bytes': 1 << 40})
    refused(a, 429, 'memory_limit')
    good(host.op('probe.memory', {'bytes': 4 << 20}))


def test_text_with_a_zero(host):
    a = host.op('probe.echo', {'t': 'a\0b'})
    assert good(a) == {'t': 'a\0b'}
    a = host.op('probe.store_text', {'text': 'a\0b'})
    assert 400 <= a.status < 500, a
    refused(a, a.status)
    assert good(host.op('probe.store_text', {'text': 'äb'}))['length'] == 3


def test_production_runs_once(host):
    first = good(host.op('probe.runs', {}))['runs']
    assert good(host.op('probe.runs', {}))['runs'] == first + 1


def test_concurrent_adds(host):
    good(host.op('probe.put_item', {'id': 'm', 'n': 0}), 201)
    failures = []

    def client():
        for _ in range(25):
            a = host.post('/v1/probe/items/m/add', {'by': 1})
            if a.status != 200:
                failures.append(a)
    threads = [threading.Thread(target=client) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures, failures[:3]
    assert good(host.get('/v1/probe/items/m'))['n'] == 200


def test_development_runs_twice(_):
    config = module_config('probe', mode='development', workers=1)
    with Host(BUILD, config) as host:
        assert good(host.op('probe.runs', {}))['runs'] == 2
        assert good(host.get('/v1/probe/items/runs'))['n'] == 2
        before = good(host.get('/v1/probe/effects'))
        good(host.op('probe.cause', {'id': 'a'}))
        after = good(host.get('/v1/probe/effects'))
        assert after['commits'] == before['commits'] + 1, after
        assert after['epoch'] == before['epoch'] + 1, after
        good(host.op('probe.runs', {}, Idempotency_Key='d'))
        good(host.op('probe.runs', {}, Idempotency_Key='d'))
        assert good(host.op('probe.runs', {}))['runs'] == 6
        problem = refused(host.op('probe.reply', {'how': 'undeclared'}), 500,
                          'undeclared_answer')
        assert '202' in problem['detail'], problem
        a = good(host.op('probe.reply', {'how': 'boolean'}))
        assert a == {'yes': True, 'list': [True, None, False]}, a


def main():
    tests = Tests()
    config = module_config('probe', 'hello', workers=1,
                           limits={'stall_ms': 1500, 'max_arena': 33554432})
    with Host(BUILD, config) as host:
        tests.run_all(globals(), host)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
