#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The evaluation module through a running host.  Argument: build folder."""
import csv
import io
import json
import os
import random
import sys
import xml.dom.minidom

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import (BUILD, TOP, Host, Tests, good, module_config,  # noqa: E402
                  refused)


def op(host, name, **value):
    return host.post('/v1/ops/evaluation.' + name, value)


def test_published_comparisons_give_published_weights(host):
    path = os.path.join(TOP, 'tests/data/peers/ahp_cases.json')
    with open(path, encoding='utf-8') as f:
        for case in json.load(f):
            n = len(case['items'])
            matrix = [['1'] * n for _ in range(n)]
            upper = iter(case['upper'])
            for i in range(n):
                for j in range(i + 1, n):
                    x = str(next(upper))
                    matrix[i][j] = x
                    matrix[j][i] = x[2:] if x.startswith('1/') else '1/' + x
            a = good(op(host, 'ahp', matrix=matrix))
            for item, w in zip(case['items'], a['weights']):
                assert abs(case['weights'][item] - w) <= case['tol'], a
            assert a['consistent']


def test_ahp_says_what_is_wrong(host):
    for matrix, error in (
            ([], 'bad_size'), ([['1'] * 16] * 16, 'bad_size'),
            ([['1', '2']], 'not_square'), ([['1', '2'], ['1']], 'not_square'),
            ([['1', '-1'], ['-1', '1']], 'non_positive'),
            ([['1', '0'], ['0', '1']], 'non_positive'),
            ([['1', 'x'], ['1', '1']], 'bad_number'),
            ([['1', '1/0'], ['1', '1']], 'bad_number'),
            ([['1', 'nan'], ['1', '1']], 'bad_number')):
        refused(op(host, 'ahp', matrix=matrix), 422, error)
    refused(op(host, 'ahp', matrix=[['1']], method='magic'), 422,
            'bad_method')
    assert op(host, 'ahp', matrix='x').status == 400


def test_methods_agree_on_consistent_comparisons(host):
    w = [0.5, 0.3, 0.15, 0.05]
    matrix = [[repr(a / b) for b in w] for a in w]
    for method in ('eigen', 'geometric', 'column'):
        a = good(op(host, 'ahp', matrix=matrix, method=method))
        assert all(abs(x - y) < 2e-6 for x, y in zip(a['weights'], w)), a
        assert abs(a['cr']) < 1e-6


def test_objective_weights(host):
    # D. Diakoulaki et al. 1995 worked example is not public; a case whose
    # answer is known: two columns alike share what a third one has alone
    matrix = [[1, 1, 3], [2, 2, 1], [3, 3, 2]]
    for method in ('entropy', 'critic', 'deviation'):
        a = good(op(host, 'objective_weights', method=method, matrix=matrix,
                    directions=['benefit'] * 3))
        w = a['weights']
        assert abs(sum(w) - 1) < 3e-6 and abs(w[0] - w[1]) < 1e-6, a
        assert method != 'critic' or w[2] > w[0], a
    refused(op(host, 'objective_weights', method='x', matrix=matrix,
               directions=['benefit'] * 3), 422, 'bad_method')
    refused(op(host, 'entropy', matrix=[[1], [1]], directions=['cost']), 422,
            'no_variation')


def test_topsis_bounds_hold(host):
    """Within the stated bounds the order stands, beyond them it does not."""
    draw = random.Random(int(os.environ.get('SEED', '20261123')))
    print(f'SEED={os.environ.get("SEED", "20261123")}')
    for _ in range(10):
        n = draw.randint(2, 4)
        q = {'matrix': [[draw.randint(1, 99) for _ in range(n)]
                        for _ in range(5)],
             'weights': [draw.randint(1, 9) for _ in range(n)],
             'directions': [draw.choice(['benefit', 'cost'])
                            for _ in range(n)]}
        a = good(op(host, 'topsis', sensitivity=True, **q))
        whole = sum(q['weights'])
        for j, s in enumerate(a['sensitivity']):
            assert abs(s['weight'] - q['weights'][j] / whole) < 1e-6
            assert s['from'] <= s['weight'] + 1e-6 <= s['to'] + 2e-6
            for x, stands in ((s['from'] + .001, True), (s['to'] - .001, True),
                              (s['from'] - .002, False),
                              (s['to'] + .002, False)):
                if not 0 < x < 1 or (stands and s['to'] - s['from'] < .003):
                    continue
                w = [x if k == j else
                     q['weights'][k] * (1 - x) / (whole - q['weights'][j])
                     for k in range(n)]
                b = good(op(host, 'topsis', **{**q, 'weights': w}))
                assert (b['ranking'] == a['ranking']) == stands, (q, j, x, s)


def test_topsis_refuses(host):
    q = {'matrix': [[1, 2], [3, 4]], 'weights': [1, 1],
         'directions': ['cost', 'benefit']}
    refused(op(host, 'topsis', **{**q, 'weights': [1]}), 422, 'bad_shape')
    refused(op(host, 'topsis', **{**q, 'weights': [0, 0]}), 422,
            'bad_weights')
    refused(op(host, 'topsis', **{**q, 'weights': [2, -1]}), 422,
            'bad_weights')
    refused(op(host, 'topsis', **{**q, 'ids': ['a']}), 422, 'bad_shape')
    refused(op(host, 'topsis', **{**q, 'matrix': []}), 422, 'bad_shape')


def test_what_does_not_apply_leaves_the_sums(host):
    all_of = good(host.get('/v1/evaluation/indicators'))['indicators']
    assert len(all_of) == 39 and sum(i['weight'] for i in all_of) == 100
    values = {i['id']: i['target'] for i in all_of}
    assert good(op(host, 'evaluate', values=values))['total'] == 100
    del values['I206']
    less = good(op(host, 'evaluate', values=values))
    assert less['missing_count'] == 1 and less['total'] == 98
    a = good(op(host, 'evaluate', values=values,
                not_applicable={'I206': 'no warehouse'}))
    assert a['missing_count'] == 0 and a['total'] == 100, a
    d5 = [i['id'] for i in all_of if i['dimension'] == 'D5']
    a = good(op(host, 'evaluate', values={
        k: v for k, v in values.items() if k not in d5},
        not_applicable={**{k: 'none' for k in d5}, 'I206': 'none'}))
    assert a['dimensions']['D5'] is None and a['grade'] == 'AAAAA', a
    refused(op(host, 'evaluate', values=values,
               not_applicable={'I201': 'x'}), 422, 'not_applicable_with_value')
    refused(op(host, 'evaluate', values={}, vetoes=['x']), 422,
            'unknown_veto')
    values['I206'] = None
    a = good(op(host, 'evaluate', values=values, vetoes=['falsified_data']))
    assert a['grade'] == 'ungraded' and a['vetoed'] and \
        a['missing_count'] == 1, a


def report(host, form, language='en', **more):
    return host.post('/v1/evaluation/reports', {
        'platform': '=<b>"Öko" & 平台', 'values': {'I201': 99.9, 'I203': 300},
        'not_applicable': {'I206': '@no, "warehouse"\n<i>'},
        'history': [{'period': '2024 <', 'total': 61},
                    {'period': '2025', 'total': 70.5}],
        'format': form, **more}, {'Accept-Language': language})


def test_a_report_is_a_page(host):
    for language, word in (('en', 'Evaluation report'), ('zh-CN', '评价报告')):
        a = report(host, 'html', language)
        assert a.status == 200 and a.headers['Content-Type'].startswith(
            'text/html'), a
        text = a.body.decode()
        assert word in text and '<b>' not in text and '<i>' not in text
        assert f'<html lang="{language}">' in text
        assert text.count('<svg') == 2 and 'http' not in text.replace(
            'http-equiv', '')
        # well-formed, but for what HTML leaves open
        closed = text.replace('<!DOCTYPE html>\n', '').replace(
            'width">', 'width"/>').replace('utf-8">', 'utf-8"/>').replace(
            'width=device-width"//>', 'width=device-width"/>')
        xml.dom.minidom.parseString(closed)


def test_a_report_is_a_table(host):
    a = report(host, 'csv')
    assert a.headers['Content-Type'].startswith('text/csv'), a
    rows = list(csv.reader(io.StringIO(a.body.decode(), newline='')))
    assert len(rows) == 41 and {len(r) for r in rows} == {10}, rows
    assert rows[1][0] == '\'=<b>"Öko" & 平台'  # no formula for a spreadsheet
    by_id = {r[1]: r for r in rows}
    assert by_id['I206'][9] == '\'@no, "warehouse"\n<i>'
    assert by_id['I203'][7] == '100.00' and by_id['I206'][7] == ''


def test_a_report_is_json(host):
    a = good(report(host, 'json'))
    assert a['platform'] == '=<b>"Öko" & 平台'
    by_id = {i['id']: i for i in a['indicators']}
    assert by_id['I206']['not_applicable'].startswith('@no')
    assert by_id['I206']['score'] is None and by_id['I101']['score'] == 0
    assert a['total'] == good(op(
        host, 'evaluate', values={'I201': 99.9, 'I203': 300},
        not_applicable={'I206': 'x'}))['total']


def test_live_values(_):
    with Host(BUILD, module_config('evaluation', 'probe')) as host:
        good(host.get('/v1/probe/items'))
        problem = host.post('/v1/ops/evaluation.indicator_score', {})
        assert problem.status >= 400
        a = good(host.get('/v1/evaluation/live-values'))
        values = {v['id']: v for v in a['values']}
        missing = {v['id']: v['reason'] for v in a['unavailable']}
        assert values['I202']['value'] == 100, a  # refusals are no failures
        assert values['I202']['source'] == 'host', a
        assert 0 < values['I203']['value'] <= 1000, a
        assert values['I306'] == {'id': 'I306', 'value': 97.5, 'unit': '%',
                                  'score': 52.08, 'source': 'probe'}, a
        assert missing['I305'] == 'nothing_happened', a
        assert missing['I401'] == 'no_module', a
        assert 'I502' not in values and 'I502' not in missing, a
        known = set(values)
        for body in ({'values': {}}, {'values': {}, 'live': True},
                     {'values': {'I306': 100, 'I203': None}, 'live': True,
                      'not_applicable': {'I202': 'no interface'}}):
            r = good(host.post('/v1/ops/evaluation.report',
                               dict(body, platform='x')))
            row = {x['id']: x['value'] for x in r['indicators']}
            have = {i for i, v in row.items() if v is not None}
            if 'live' not in body:
                assert not have, r
            elif body['values']:
                assert have == known - {'I202'} and row['I306'] == 100, r
            else:
                assert have == known and row['I306'] == 97.5, r


def test_draws_can_be_repeated(host):
    ids = [f'PLT-{i}' for i in range(500)]
    first = good(op(host, 'draw', seed='s', population=ids, n=50))
    mixed = ids[:]
    random.Random(1).shuffle(mixed)
    assert good(op(host, 'draw', seed='s', population=mixed, n=50)) == first
    assert good(op(host, 'draw', seed='t', population=ids, n=50)) != first
    refused(op(host, 'draw', seed='s', population=['a'], n=2), 422,
            'bad_sample_size')
    refused(op(host, 'draw', seed='s', population=['a', 'a'], n=3), 422,
            'bad_sample_size')
    refused(op(host, 'draw', seed='s', population=['a'], n=-1), 422,
            'bad_sample_size')


def test_sample_sizes(host):
    refused(op(host, 'sample_size', population=0, confidence=80), 422,
            'bad_confidence')
    for bad in ({'margin_pct': 0}, {'margin_pct': 100}, {'p': 0}, {'p': 1},
                {'population': -3}):
        refused(op(host, 'sample_size', **{'population': 10, **bad}), 422,
                'bad_parameter')
    assert good(op(host, 'sample_size', population=1))['n'] == 1
    assert good(op(host, 'sample_size', population=10 ** 12))['n'] == 385


def main():
    tests = Tests()
    with Host(BUILD, module_config('evaluation', mode='development')) as host:
        for name, function in list(globals().items()):
            if name.startswith('test_'):
                tests.run(name, function, host)
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
