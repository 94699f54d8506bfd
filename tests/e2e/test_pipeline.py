#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What stands between a request and its handler: routes, media types,
validation, problems (RFC 9457), ids, answers."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config, refused  # noqa: E402

UUID7 = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-'
                   r'[0-9a-f]{12}$')
FIT = {'name': 'ab', 'amount': 1}


def fault(host, value, status, error, *places):
    """errors[] names just these places, as (pointer, rule)."""
    p = refused(host.post('/v1/probe/strict', value), status, error)
    got = [(e['pointer'], e['rule']) for e in p['errors']]
    assert got == list(places), (value, p)
    for e in p['errors']:
        assert e['expected'], e
    assert p['instance'] == '/v1/ops/probe.strict', p
    assert UUID7.match(p['request_id']), p


def test_bodies_are_validated(host):
    assert good(host.post('/v1/probe/strict', FIT)) == FIT
    fault(host, {'name': 5, 'amount': 1}, 400, 'bad_type', ('/name', 'type'))
    fault(host, {'name': 'a', 'amount': 1.5}, 400, 'bad_type',
          ('/amount', 'type'))
    fault(host, [], 400, 'bad_type', ('', 'type'))
    fault(host, {'name': 'a', 'amount': 0}, 422, 'invalid_input',
          ('/amount', 'minimum'))
    fault(host, {'amount': 1}, 422, 'invalid_input', ('/name', 'required'))
    fault(host, dict(FIT, name='a1'), 422, 'invalid_input',
          ('/name', 'pattern'))
    fault(host, dict(FIT, name='é' * 11), 422, 'invalid_input',
          ('/name', 'maxLength'))
    good(host.post('/v1/probe/strict', dict(FIT, name='é' * 10)))
    fault(host, dict(FIT, colour='blue'), 422, 'invalid_input',
          ('/colour', 'enum'))
    fault(host, dict(FIT, ratio=0), 422, 'invalid_input',
          ('/ratio', 'exclusiveMinimum'))
    fault(host, dict(FIT, tags=['a', 'a']), 422, 'invalid_input',
          ('/tags', 'uniqueItems'))
    fault(host, dict(FIT, inner={'x': 1}), 400, 'bad_type',
          ('/inner/x', 'type'))
    fault(host, dict(FIT, **{'a/b~': 1}), 422, 'invalid_input',
          ('/a~1b~0', 'additionalProperties'))
    p = refused(host.post('/v1/probe/strict', {'amount': 0, 'colour': 'x'}),
                422, 'invalid_input')
    assert {e['rule'] for e in p['errors']} == {
        'required', 'minimum', 'enum'}, p


def test_numbers_are_exact(host):
    body = b'{"name":"a","amount":1.0,"ratio":0.10000000000000000001}'
    a = host.post('/v1/probe/strict', body)
    assert a.status == 200 and b'0.10000000000000000001' in a.body, a
    for text in ('9007199254740993', '-9223372036854775808',
                 '9223372036854775807', '1e300', '-0.0'):
        a = host.post('/v1/probe/echo', ('{"n":%s}' % text).encode())
        assert a.status == 200 and text.encode() in a.body, a
    refused(host.post('/v1/probe/echo', b'{"n":1e400}'), 400, 'bad_json')


def test_broken_json(host):
    for body in (b'{', b'{"a":1,}', b'{"a":1}x', b'{"a":1,"a":2}', b'\xff',
                 b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'nul', b' ',
                 b'[' * 10000, b'{"a":01}', b"{'a':1}"):
        p = refused(host.post('/v1/probe/strict', body), 400)
        assert 'errors' not in p or p['errors'], p
    refused(host.post('/v1/probe/strict', b''), 400)


def test_paths_and_methods(host):
    refused(host.get('/v1/nowhere'), 404, 'no_such_path')
    for path in ('/v1/probe/items/', '/v1/probe//items', '/v1/probe/./items',
                 '/v1/probe/%2e%2e/probe/items', '/V1/probe/items', '//',
                 '/v1/ops', '/v1/ops/', '/v1/ops/a/b'):
        refused(host.get(path) if 'ops' not in path else host.post(path, {}),
                404)
    a = host.post('/v1/probe/items/a', {})
    refused(a, 405, 'method_not_allowed')
    allow = {m.strip() for m in a.headers['Allow'].split(',')}
    assert allow == {'GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'}, allow
    refused(host.ask('PATCH', '/v1/probe/items/a'), 405)
    refused(host.ask('BREW', '/v1/probe/items/a'), 501)
    refused(host.post('/livez', {}), 405)
    a = host.ask('DELETE', '/v1/ops/probe.who')
    refused(a, 405)
    assert 'POST' in a.headers['Allow'], a.headers
    a = host.ask('OPTIONS', '/v1/probe/items/a')
    assert a.status == 204 and set(
        a.headers['Allow'].split(', ')) == allow, a.headers
    assert host.raw(b'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n'
                    b'\r\n').startswith(b'HTTP/1.1 204')
    assert host.ask('OPTIONS', '/readyz').status == 204
    assert host.ask('OPTIONS', '/v1/ops/probe.who').status == 204


def test_head(host):
    for path in ('/v1/probe/items', '/readyz', '/openapi.json', '/metrics',
                 '/v1/probe/data?name=colours.csv', '/v1/nowhere'):
        full, head = host.get(path), host.ask('HEAD', path)
        assert head.status == full.status and head.body == b'', (path, head)
        assert head.headers['Content-Type'] == full.headers['Content-Type']
        if path not in ('/metrics', '/v1/nowhere'):
            assert head.headers['Content-Length'] == str(len(full.body)), path


def test_media_types(host):
    for kind in ('text/plain', 'application/jsonp', 'application/xml', ''):
        refused(host.ask('POST', '/v1/probe/strict', json.dumps(FIT),
                         {'Content-Type': kind}), 415)
    for kind in ('application/json; charset=utf-8', 'APPLICATION/JSON',
                 'application/problem+json'):
        good(host.ask('POST', '/v1/probe/strict', json.dumps(FIT),
                      {'Content-Type': kind}))
    refused(host.get('/v1/probe/items', {'Accept': 'text/html'}), 406)
    refused(host.get('/v1/probe/items',
                     {'Accept': 'application/json;q=0, text/html'}), 406)
    for accept in ('*/*', 'application/*', 'text/html, */*;q=0.1',
                   'application/json;q=0.5'):
        good(host.get('/v1/probe/items', {'Accept': accept}))
    a = host.get('/v1/probe/data?name=colours.csv', {'Accept': 'text/csv'})
    assert a.status == 200, a
    assert a.headers['Content-Type'] == 'text/csv; charset=utf-8', a.headers
    assert a.body.decode() == 'item,colour\n1,röt\n', a
    refused(host.get('/v1/probe/data?name=other'), 404)
    # A body where none is declared.
    refused(host.ask('GET', '/v1/probe/items', '{}',
                     {'Content-Type': 'application/json'}), 400,
            'unexpected_body')


def test_sizes(host):
    refused(host.post('/v1/probe/strict',
                      b'{"name":"' + b'a' * (1 << 20) + b'"}'), 413)
    text = 'ä' * (5 << 19)
    a = host.post('/v1/probe/echo', ('{"t":"%s"}' % text).encode())
    assert a.status == 200 and a.json == {'t': text}, a.status
    refused(host.post('/v1/probe/echo', b' ' * (9 << 20)), 413)
    a = good(host.op('probe.reply', {'how': 'big', 'n': 5 << 20}))
    assert a['text'] == 'x' * (5 << 20)
    refused(host.get('/' + 'a' * 9000), 414)
    refused(host.get('/livez', {'X-A': 'a' * 40000}), 431)


def test_parameters(host):
    a = good(host.get('/v1/probe/params/a%2Fb/7?flag=true&ratio=1.50&'
                      'colour=red&text=x+y%26', {'X-Level': '3'}))
    assert a == {
        'input': {'word': 'a/b', 'number': 7, 'flag': True, 'ratio': 1.5,
                  'colour': 'red', 'text': 'x y&'},
        'word': 'a/b', 'number': '7', 'flag': 'true', 'level': '3',
        'absent': None}, a
    a = good(host.get('/v1/probe/params/a/-3'))
    assert a['input'] == {'word': 'a', 'number': -3} and a['flag'] is None, a
    # A text of digits stays a text.
    assert good(host.get('/v1/probe/params/12/3'))['input']['word'] == '12'
    base = '/v1/probe/params/a/7'
    for query, pointer in (('flag=yes', '/flag'), ('flag=', '/flag'),
                           ('ratio=x', '/ratio'), ('ratio=1e', '/ratio'),
                           ('text=a&text=b', '/text')):
        p = refused(host.get(f'{base}?{query}'), 400, 'bad_type')
        assert p['errors'][0]['pointer'] == pointer, p
    p = refused(host.get(base + '?colour=blue'), 422, 'invalid_input')
    assert p['errors'][0]['pointer'] == '/colour', p
    refused(host.get('/v1/probe/params/a/7.5'), 400, 'bad_type')
    refused(host.get('/v1/probe/params/a/x'), 400, 'bad_type')
    refused(host.get('/v1/probe/params/a/101'), 422, 'invalid_input')
    refused(host.get(base, {'X-Level': 'high'}), 400, 'bad_type')
    refused(host.get(base, {'X-Level': '0'}), 422, 'invalid_input')
    refused(host.get(base + '?text=%ff'), 400)
    refused(host.get(base + '?text=%zz'), 400)
    refused(host.get('/v1/probe/params/%ff/7'), 400)
    refused(host.get('/v1/probe/params/a%00b/7'), 400)
    p = refused(host.get('/v1/probe/data'), 422, 'invalid_input')
    assert p['errors'] == [{'pointer': '/name', 'rule': 'required',
                            'expected': 'a value'}], p


def test_one_input_object(host):
    a = good(host.op('probe.params', {'word': 'a', 'number': 7,
                                      'flag': True}))
    assert a['input'] == {'word': 'a', 'number': 7, 'flag': True}, a
    refused(host.op('probe.params', {'word': 'a', 'number': '7'}), 400,
            'bad_type')
    refused(host.op('probe.params', {'word': 'a'}), 422, 'invalid_input')
    refused(host.op('probe.params', [1]), 400, 'bad_type')
    good(host.op('probe.put_item', {'id': 'a', 'n': 1}), 201)
    refused(host.op('probe.nothing', {}), 404, 'unknown_operation')
    refused(host.op('probe.hidden', {'id': 'a'}), 404)
    refused(host.post('/v1/probe/hidden', {'id': 'a'}), 404)
    good(host.ask('POST', '/v1/ops/probe.who'))


def test_ids(host):
    a = host.get('/v1/probe/who')
    assert UUID7.match(a.headers['X-Request-Id']), a.headers
    assert good(a)['request_id'] == a.headers['X-Request-Id']
    trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    a = host.get('/v1/probe/who', {'X-Request-Id': 'mine-1.2',
                                   'traceparent': trace,
                                   'Accept-Language': 'fr-FR'})
    assert a.headers['X-Request-Id'] == 'mine-1.2'
    assert good(a) == {
        'tenant': 'default', 'principal': 'anonymous', 'language': 'fr-FR',
        'request_id': 'mine-1.2', 'traceparent': trace,
        'operation': 'probe.who', 'origin': 1, 'word': 'usual'}, a
    for bad in ('a b', 'a' * 100, '"x"', 'é'):
        a = host.get('/v1/probe/who', {'X-Request-Id': bad.encode()})
        assert UUID7.match(a.headers['X-Request-Id']), a.headers
    a = host.get('/v1/nowhere', {'X-Request-Id': 'mine-2'})
    assert a.headers['X-Request-Id'] == a.json['request_id'] == 'mine-2'


def test_failures_of_handlers(host):
    p = refused(host.op('probe.fail', {'status': 8, 'code': 'odd_thing',
                                       'pointer': '/n', 'id': 'q', 'n': 3}),
                422, 'odd_thing')
    assert p['type'] == 'urn:entrepot:problem:odd_thing', p
    assert p['id'] == 'q' and p['n'] == 3 and p['status'] == 422, p
    assert p['errors'] == [
        {'pointer': '/n', 'rule': 'even', 'expected': 'an even number'},
        {'pointer': '/other', 'rule': 'odd', 'expected': 'an odd number'}], p
    for status, code in ((1, 400), (2, 401), (3, 403), (4, 404), (5, 409),
                         (6, 412), (7, 413), (8, 422), (9, 429), (10, 500),
                         (11, 501), (12, 503), (13, 504), (14, 503),
                         (15, 500), (99, 500), (-1, 500), (0, 500)):
        a = host.op('probe.fail', {'status': status, 'code': 'x_y'})
        refused(a, code, 'x_y')
        assert ('Retry-After' in a.headers) == (code in (429, 503, 504)), a
    p = refused(host.op('probe.fail', {'detail': 'in other words'}), 422,
                'refused')
    assert p['detail'] == 'in other words', p
    refused(host.op('probe.reply', {'how': 'forgotten'}), 409, 'first')
    for n, code in ((5, 409), (13, 504), (99, 500), (-5, 500)):
        refused(host.op('probe.reply', {'how': 'status', 'n': n}), code)


def test_bad_answers(host):
    for how, error in (('twice', 'second_reply'), ('none', 'no_reply'),
                       ('code', 'bad_reply_status'),
                       ('framing', 'host_field'), ('split', 'bad_field'),
                       ('control', 'bad_field')):
        a = host.op('probe.reply', {'how': how})
        p = refused(a, 500, error)
        assert 'X-Evil' not in a.headers, a.headers
        assert 'log' in p['detail'], p  # reasons are not for clients
    refused(host.op('probe.reply', {'how': 'try'}), 400)
    a = host.op('probe.reply', {'how': 'boolean'})
    assert good(a) == {'yes': True, 'list': [True, None, False]}, a
    a = host.op('probe.reply', {'how': 'problem'})
    assert a.status == 410 and a.json == {'gone': 1}, a


def test_pipelined_requests(host):
    one = b'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'
    sleep = json.dumps({'ms': 50}).encode()
    slow = (b'POST /v1/ops/probe.sleep HTTP/1.1\r\nHost: a\r\nContent-Type: '
            b'application/json\r\nContent-Length: %d\r\n\r\n' % len(sleep)
            ) + sleep
    last = b'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    got = host.raw(slow + one + slow + last)
    codes = re.findall(rb'HTTP/1\.1 (\d+)', got)
    assert codes == [b'200', b'200', b'200', b'404'], codes


def test_broken_http(host):
    for data, status in ((b'GARBAGE\r\n\r\n', b'400'),
                         (b'GET / HTTP/1.1\r\n\r\n', b'400'),
                         (b'GET / HTTP/3.0\r\nHost: a\r\n\r\n', b'505')):
        got = host.raw(data)
        assert got.startswith(b'HTTP/1.1 ' + status), (data, got)
        head, _, body = got.partition(b'\r\n\r\n')
        assert b'application/problem+json' in head, head
        assert json.loads(body)['status'] == int(status), body
    # Expect (RFC 9110 10.1.1)
    body = json.dumps(FIT).encode()
    head = (b'POST /v1/probe/strict HTTP/1.1\r\nHost: a\r\nConnection: close'
            b'\r\nContent-Type: application/json\r\nContent-Length: %d\r\n'
            b'Expect: %s\r\n\r\n')
    got = host.raw(head % (len(body), b'100-continue') + body)
    assert b' 200 ' in got, got
    got = host.raw(head % (len(body), b'200-ok') + body)
    assert got.startswith(b'HTTP/1.1 417'), got


def main():
    tests = Tests()
    with Host(BUILD, module_config('probe', workers=1)) as host:
        tests.run_all(globals(), host)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
