#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Detection of personal data through a running host, measured on the tests of
another program's recognisers.  Argument: build folder."""
import collections
import csv
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import (BUILD, TOP, Host, Tests, good, module_config,  # noqa: E402
                  refused)

PEERS = os.path.join(TOP, 'tests/data/peers')
# Types whose numbers prove themselves.
CHECKED = set('''ABA_ROUTING_NUMBER AU_ABN AU_ACN AU_MEDICARE AU_TFN CA_SIN
MEDICAL_LICENSE CREDIT_CARD CRYPTO DE_HEALTH_INSURANCE DE_LANR DE_PASSPORT
DE_SOCIAL_SECURITY DE_TAX_ID DE_VAT_ID ES_NIE ES_NIF FI_PERSONAL_IDENTITY_CODE
IBAN_CODE IN_AADHAAR IT_FISCAL_CODE IT_VAT_CODE KR_BRN NG_NIN PL_PESEL
SE_ORGANISATIONSNUMMER SE_PERSONNUMMER SG_NRIC_FIN SG_UEN TH_TNIN
TR_NATIONAL_ID UK_NHS US_NPI'''.split())
# What a language model reads out of sentences, and settings of one program.
NOT_OURS = {'spacy', 'stanza', 'transformers', 'huggingface_ner', 'pattern'}


def detect(host, text, **more):
    return good(host.post('/v1/ops/datasec.detect',
                          {'text': text, **more}))['entities']


def peer_cases():
    with open(os.path.join(PEERS, 'presidio_recognizers.json'),
              encoding='utf-8') as f:
        for case in json.load(f):
            if (case['recognizer'] not in NOT_OURS and
                    case['expected_count'] is not None):
                kind = (case['entities'] or ['PHONE_NUMBER'])[0]
                yield kind, case


def compare(case, entities):
    """True finds, wrong finds, missed."""
    got = {(e['start'], e['end']) for e in entities}
    if case['expected_spans'] is None:
        right = min(len(got), case['expected_count'])
        return right, len(got) - right, case['expected_count'] - right
    want = {tuple(s) for s in case['expected_spans']}
    return len(got & want), len(got - want), len(want - got)


def share(part, whole):
    return part / whole if whole else 1.0


def argued():
    with open(os.path.join(PEERS, 'presidio_argued.csv'), newline='',
              encoding='utf-8') as f:
        return {(row['type'], row['text']) for row in csv.DictReader(f)}


def test_peer_cases_are_met(host):
    counts = collections.defaultdict(lambda: [0, 0, 0])
    known, differ = argued(), set()
    for kind, case in peer_cases():
        counted = compare(case, detect(host, case['text'], types=[kind]))
        for i, n in enumerate(counted):
            counts[kind][i] += n
        if counted[1] or counted[2]:
            differ.add((kind, case['text']))
    total, checked = [0, 0, 0], [0, 0, 0]
    for kind, (right, wrong, missed) in sorted(counts.items()):
        print(f'{kind:28} precision {share(right, right + wrong):.2f} '
              f'recall {share(right, right + missed):.2f}')
        for i, n in enumerate((right, wrong, missed)):
            total[i] += n
            checked[i] += n if kind in CHECKED else 0
    precision = share(total[0], total[0] + total[1])
    f1 = share(2 * checked[0], 2 * checked[0] + checked[1] + checked[2])
    print(f'all: {total[0]} right, {total[1]} wrong, {total[2]} missed, '
          f'precision {precision:.3f}; with check digits: F1 {f1:.3f}')
    assert sum(total) > 350, 'the cases were not read'
    assert f1 >= 0.97 and precision >= 0.9
    assert differ == known, (differ ^ known)


def test_places_are_code_points(host):
    text = '😀联系人：张三 13800138000，é zhang@example.com'
    for e in detect(host, text):
        value = text[e['start']:e['end']]
        assert value in ('13800138000', 'zhang@example.com'), e
    a = good(host.post('/v1/ops/datasec.detect_pii', {'text': text}))
    assert [text[h['start']:h['end']] for h in a['hits']] == [
        h['value'] for h in a['hits']] == ['13800138000',
                                           'zhang@example.com']


def test_a_word_raises_the_score(host):
    plain = detect(host, '078051123', types=['US_SSN'])[0]
    named = detect(host, 'ssn: 078051123', types=['US_SSN'])[0]
    assert plain['score'] < 0.5 < named['score'], (plain, named)
    assert 'ssn' in named['reason'], named
    assert detect(host, '078051123') == []
    assert detect(host, 'ssn: 078051123')[0]['type'] == 'US_SSN'


def test_words_of_one_language_only(host):
    assert detect(host, '身份证 E12345678 护照 E12345678', language='zh')
    a = detect(host, 'passport E12345678', language='zh',
               types=['CN_PASSPORT'])[0]
    b = detect(host, 'passport E12345678', language='en',
               types=['CN_PASSPORT'])[0]
    assert a['score'] < b['score'], (a, b)


def test_chinese_kinds(host):
    for kind, text, start, end in (
            ('CN_RESIDENT_ID', '身份证11010519491231002X号', 3, 21),
            ('CN_USCC', '税号91330100MA2CF7K852', 2, 20),
            ('CN_MOBILE', '手机138-0013-8000', 2, 15),
            ('CN_PASSPORT', '护照E12345678', 2, 11),
            ('CN_VEHICLE_PLATE', '车牌粤B·D12345', 2, 11),
            ('CN_HK_MACAU_PERMIT', '往来港澳通行证C12345678', 7, 16),
            ('HK_ID', '香港身份证A123456(3)', 5, 15),
            ('TW_ID', '身分證A123456789', 3, 13)):
        entities = detect(host, text)
        assert [(e['type'], e['start'], e['end']) for e in entities] == [
            (kind, start, end)], (text, entities)
    assert detect(host, '身份证110105194912310021') == []


def test_numbers_of_goods_are_no_persons(host):
    for text in ('{"gtin":"6901234567892","hs":"8517130000","qty":12}',
                 '{"trace":"550e8400-e29b-41d4-a716-446655440000"}',
                 '{"price":"12345.67","at":"2026-11-24T10:00:00Z"}',
                 '{"version":"1.2.3","sku":"SKU-12345-A"}'):
        assert detect(host, text) == [], (text, detect(host, text))


def test_min_score_and_types(host):
    assert detect(host, '2026-11-24', types=['date_time'], min_score=0.9) == []
    assert detect(host, '2026-11-24', min_score=0.1)
    refused(host.post('/v1/ops/datasec.detect',
                      {'text': 'x', 'types': ['NONE_SUCH']}), 422,
            'unknown_type')
    a = host.post('/v1/ops/datasec.detect',
                  {'text': 'x', 'types': ['NONE_SUCH']},
                  headers={'Accept-Language': 'zh-CN'})
    assert '不是' in a.json['detail'], a.json


def test_broken_text_is_refused(host):
    refused(host.post('/v1/ops/datasec.detect', b'{"text": "\xff\xfe"}'), 400)
    refused(host.post('/v1/ops/datasec.detect', {'text': 7}), 400)


def test_long_texts_take_no_longer_for_their_kind(host):
    for unit in ('a@b.cc ', '10.0.0.1 ', 'http://a.bc/', 'A', '1', '::', '@',
                 'a.', '4111 1111 1111 1111 ', 'DE89 3704 '):
        text = unit * (400000 // len(unit))
        a = host.post('/v1/ops/datasec.detect_pii', {'text': text})
        assert a.status in (200, 413), (unit, a.status)
        a = host.post('/v1/ops/datasec.detect', {'text': text})
        assert a.status in (200, 413), (unit, a.status)


def main():
    tests = Tests()
    with Host(BUILD, module_config('data-security',
                                   mode='development')) as host:
        for name, function in list(globals().items()):
            if name.startswith('test_'):
                tests.run(name, function, host)
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
