#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The compliance module through a running host.  Argument: build folder."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import TOP, Host, Tests  # noqa: E402

HEADER = ('entry_id,type,name,alias_kind,program,birth_date,country,'
          'identifier_type,identifier,remarks\n')
SAMPLE = os.path.join(TOP, 'modules/compliance/data/ofac_sample')


def rows(n, name='Zorbanovich'):
    return HEADER + ''.join(
        f'{i},individual,{name}{chr(97 + i % 26)} Teodrik{i},primary,TEST,'
        f'1961-02-03,,,,made up\n' for i in range(n))


def imports(host, name, body):
    return host.post(f'/v1/compliance/watchlists/{name}/imports', body)


def screen(host, **question):
    return host.post('/v1/compliance/screenings', question)


def refused(answer, status, error):
    assert answer.status == status, answer
    assert answer.headers['Content-Type'].startswith(
        'application/problem+json'), answer.headers
    assert answer.json['error'] == error, answer


def test_bad_values_are_answered(host):
    ask = lambda v: host.post('/v1/identifiers/validate', v)
    for value in (None, 5, True, [], {}, '', '  '):
        a = ask({'type': 'uscc', 'value': value})
        assert a.status == 200 and a.json == {
            'valid': False, 'error': 'empty'}, (value, a)
    assert ask({'type': 'uscc'}).json['error'] == 'empty'
    for value in ('\u0000' * 18, '１２３', '\u200f123'):
        a = ask({'type': 'gtin8', 'value': value})
        assert a.json.get('error') == 'charset', (value, a)
    a = ask({'type': 'iban', 'value': 'D' * 1000000})
    assert a.status == 200 and a.json['error'] == 'length', a
    refused(ask({'value': 'x'}), 422, 'unknown_type')
    refused(ask({'type': 'nope', 'value': 'x'}), 422, 'unknown_type')
    assert ask({'type': 5, 'value': 'x'}).status == 400
    assert ask(b'{"type":').status == 400
    assert ask(b'{"type":"uscc","value":"\\ud800"}').status == 400


def test_batches_keep_their_order(host):
    items = [{'type': 'country', 'value': v} for v in ('CN', 'QQ', 'DE')]
    items.append({'type': 'nope', 'value': 'x'})
    a = host.post('/v1/identifiers/validate-batch', {'items': items})
    assert [r.get('normalized', r.get('error')) for r in a.json['results']
            ] == ['CN', 'component', 'DE', 'unknown_type'], a
    a = host.post('/v1/identifiers/validate-batch', {'items': items * 251})
    refused(a, 422, 'invalid_input')


def test_sample_is_screened_and_explained(host):
    a = screen(host, name='Fermin Vila Michelena', type='individual',
               birth_date='1970-03-12')
    assert a.status == 200 and a.json['decision'] == 'match', a
    hit = a.json['hits'][0]
    assert hit['entry_id'] == '7198' and hit['list'] == 'ofac_sdn', hit
    assert hit['note'] == 'sample, not current', hit
    total = sum(f['score'] for f in hit['features'])
    assert abs(total - hit['score']) < 1e-4, hit
    assert a.json['lists'][0]['note'] == 'sample, not current', a
    assert len(a.json['lists'][0]['sha256']) == 64, a
    a = screen(host, name='Fermin Vila Michelena', type='entity')
    assert all(h['type'] == 'entity' for h in a.json['hits']), a
    a = screen(host, name='Quillon Abernathy Brackenridge')
    assert a.json['decision'] == 'clear' and a.json['hits'] == [], a


def test_questions_are_bounded(host):
    for name in ('', '   ', '!!!', '\u3000'):
        refused(screen(host, name=name), 422, 'empty_name')
    refused(screen(host), 422, 'empty_name')
    assert screen(host, name=5).status == 400
    for bad in ({'name': 'x' * 513}, {'name': 'a', 'aliases': ['b'] * 21},
                {'name': 'a', 'threshold': 1.5}, {'name': 'a', 'limit': 0},
                {'name': 'a', 'limit': 101}):
        refused(screen(host, **bad), 422, 'invalid_input')
    refused(screen(host, name='Ann', lists=['nowhere']), 422, 'unknown_list')
    a = screen(host, name='Ann Smith', birth_date='yesterday', country='??')
    assert a.status == 200 and sorted(a.json['ignored']) == [
        '/birth_date', '/country'], a


def test_names_are_compared(host):
    ask = lambda **q: host.post('/v1/compliance/match-names', q)
    a = ask(query='Мухаммад аль-Хасан', candidate='Muhammad Al-Hassan',
            type='individual')
    assert a.status == 200 and a.json['match'] is True, a
    a = ask(query='Ann Smith', candidate={'name': 'Kwame Boateng'})
    assert a.json['decision'] == 'clear' and a.json['match'] is False, a
    refused(ask(query=' ', candidate='x'), 422, 'empty_name')


def test_csv_and_jsonl_are_imported(host):
    a = imports(host, 'mine', {'format': 'csv', 'note': 'made up',
                               'files': {'a.csv': rows(20)}})
    assert a.status == 200, a
    assert (a.json['entries'], a.json['added'], a.json['removed'],
            a.json['replaced_version']) == (20, 20, 0, None), a
    hit = screen(host, name='Teodrik7 Zorbanovichh',
                 lists=['mine']).json['hits'][0]
    assert hit['entry_id'] == '7' and hit['note'] == 'made up', hit
    line = json.dumps({'entry_id': 'j1', 'type': 'entity', 'name': [
        'Zemblan Quartz Holding', '杭州清水贸易有限公司'],
        'program': ['P1', 'P2'], 'identifier_type': ['lei'],
        'identifier': ['5493001KJTIIGC8Y1R12']})
    a = imports(host, 'lines', {'format': 'jsonl',
                                'files': {'l': line + '\n'}})
    assert a.status == 200 and a.json['names'] == 2, a
    hit = screen(host, name='Zemblan Quartz Holdings').json['hits'][0]
    assert hit['entry_id'] == 'j1' and hit['programs'] == ['P1', 'P2'], hit
    hit = screen(host, name='Another Name Altogether', identifiers=[
        {'type': 'lei', 'value': '5493001kjtiigc8y1r12'}]).json['hits'][0]
    assert hit['entry_id'] == 'j1', hit
    names = [x['list'] for x in
             host.get('/v1/compliance/watchlists').json['lists']]
    assert names == sorted(names) and {'mine', 'lines'} <= set(names), names


def test_lists_come_in_pages(host):
    seen, cursor = [], None
    while len(seen) < 20:
        a = host.get('/v1/compliance/watchlists?limit=1' + (
            f'&cursor={cursor}' if cursor else '')).json
        seen += [x['list'] for x in a['lists']]
        assert all(x['indexed'] for x in a['lists']), a
        cursor = a.get('next_cursor')
        if cursor is None:
            break
    whole = host.get('/v1/compliance/watchlists').json
    assert seen == [x['list'] for x in whole['lists']], (seen, whole)


def test_ofac_files_are_imported(host):
    files = {}
    for name in ('sdn.csv', 'alt.csv', 'add.csv'):
        with open(os.path.join(SAMPLE, name), encoding='utf-8',
                  newline='') as f:
            files[name] = f.read()
    body = {'format': 'ofac-csv', 'files': files}
    a = imports(host, 'ofac_sdn', body)
    assert a.status == 200 and a.json['entries'] == 745, a
    assert a.json['added'] == 0 and a.json['removed'] == 0, a
    assert a.json['replaced_version'], a
    again = imports(host, 'ofac_sdn', dict(body, files=dict(
        reversed(files.items()))))
    assert again.json['sha256'] == a.json['sha256'], again


def test_a_shrunken_list_is_refused(host):
    body = {'format': 'csv', 'files': {'a.csv': rows(20)}}
    assert imports(host, 'shrinks', body).status == 200
    small = {'format': 'csv', 'files': {'a.csv': rows(17)}}
    a = imports(host, 'shrinks', small)
    refused(a, 422, 'list_shrank')
    assert screen(host, name='Teodrik19 Zorbanovicht',
                  lists=['shrinks']).json['decision'] == 'match'
    a = imports(host, 'shrinks', {'format': 'csv',
                                  'files': {'a.csv': rows(18)}})
    assert a.status == 200 and a.json['removed'] == 2, a
    a = imports(host, 'shrinks', {'format': 'csv', 'force': True,
                                  'files': {'a.csv': rows(3)}})
    assert a.status == 200 and a.json['entries'] == 3, a


def test_bad_lists_are_refused_with_their_line(host):
    before = host.get('/v1/compliance/watchlists').json
    a = imports(host, 'bad', {'format': 'csv', 'files': {
        'b.csv': HEADER + '1,alien,X Y,,,,,,,\n'}})
    refused(a, 422, 'bad_list')
    assert 'b.csv' in a.json['detail'] and '2' in a.json['detail'], a
    for body in ({'format': 'csv', 'files': {'b.csv': ''}},
                 {'format': 'jsonl', 'files': {'b': '{"entry_id":'}},
                 {'format': 'un-xml', 'files': {'b': '<a><b></a>'}},
                 {'format': 'ofac-csv', 'files': {'x.csv': '1'}}):
        refused(imports(host, 'bad', body), 422, 'bad_list')
    refused(imports(host, 'bad', {'format': 'csv'}), 422, 'bad_files')
    refused(imports(host, 'bad', {'format': 'csv', 'files': {
        'a': rows(1), 'b': rows(1)}}), 422, 'bad_files')
    assert host.get('/v1/compliance/watchlists').json == before


def test_paths_are_for_operators(host):
    a = imports(host, 'fromdisk', {'format': 'csv', 'path': 'x.csv'})
    refused(a, 403, 'path_denied')
    folder = os.path.join(host.state, 'import')
    os.makedirs(os.path.join(folder, 'sub'), exist_ok=True)
    with open(os.path.join(folder, 'sub', 'x.csv'), 'w',
              encoding='utf-8') as f:
        f.write(rows(4))
    os.symlink('/etc/passwd', os.path.join(folder, 'link.csv'))
    os.symlink('sub', os.path.join(folder, 'way'))
    for path, word in (('../entrepot.db', 'bad_path'),
                       ('sub/../sub/x.csv', 'bad_path'),
                       ('/etc/passwd', 'bad_path'),
                       ('link.csv', 'bad_path'), ('way/x.csv', 'bad_path'),
                       ('sub', 'bad_path'), ('none.csv', 'no_file')):
        code, text = host.call('compliance.import_list', {
            'list': 'fromdisk', 'format': 'csv', 'path': path})
        assert code != 0 and word in text, (path, code, text)
    code, text = host.call('compliance.import_list', {
        'list': 'fromdisk', 'format': 'csv', 'path': 'sub/x.csv'})
    assert code == 0 and json.loads(text)['entries'] == 4, (code, text)


def test_internal_operations_are_out_of_reach(host):
    for name in ('begin', 'stage', 'activate', 'discard'):
        a = host.post(f'/v1/ops/compliance.import_{name}',
                      {'import_id': 'x'})
        assert a.status == 404, a


def test_messages_follow_the_language(host):
    a = host.post('/v1/compliance/screenings', {'name': ' '},
                  {'Accept-Language': 'zh-CN'})
    assert '至少' in a.json['detail'], a


def test_nothing_personal_is_logged(host):
    screen(host, name='Xanthippe Loggingtest Personal')
    host.post('/v1/identifiers/validate',
              {'type': 'pan', 'value': '4111111111111111'})
    log = host.log()
    assert 'Loggingtest' not in log and '41111111' not in log


def test_lists_outlive_the_host(host):
    before = host.get('/v1/compliance/watchlists').json
    host.stop()
    host.start()
    assert host.get('/v1/compliance/watchlists').json == before
    host.kill()
    host.start()
    assert host.get('/v1/compliance/watchlists').json == before
    assert screen(host, name='Zemblan Quartz Holding'
                  ).json['decision'] == 'match'


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else os.environ.get(
        'ENTREPOT_BUILD', os.path.join(TOP, 'build'))
    build = os.path.abspath(build)
    config = 'modules:\n  compliance:\n    file: ' + json.dumps(
        os.path.join(build, 'modules/compliance.so')) + '\n'
    config += '    import_dir: "${STATE}/import"\n'
    tests = Tests()
    with Host(build, config) as host:
        for name, function in list(globals().items()):
            if name.startswith('test_'):
                tests.run(name, function, host)
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
