#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The logistics module through a running host.  Argument: build folder."""
import csv
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import (BUILD, TOP, Host, Tests, good, module_config,  # noqa: E402
                  refused)

PEERS = os.path.join(TOP, 'tests/data/peers')


def op(host, name, **value):
    return host.post('/v1/ops/logistics.' + name, value)


def rows(name):
    with open(os.path.join(PEERS, name), encoding='utf-8') as f:
        return list(csv.DictReader(f))


def ask_all(host, name, inputs):
    lines = ''.join(json.dumps({'op': 'logistics.' + name, 'input': i}) + '\n'
                    for i in inputs)
    run = host.run('call', '--jsonl', stdin=lines, timeout=120)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(inputs), run
    return answers


def test_carriers_codes_agree_or_are_argued(host):
    """The same reading as karrio's, but where the file of arguments says."""
    cases = rows('carrier_status_map.csv')
    argued = {(r['carrier'], r['kind'], r['carrier_code'], r['theirs']):
              r['ours'] for r in rows('carrier_status_argued.csv')}
    allowed = {}
    for r in cases:
        allowed.setdefault((r['carrier'], r['carrier_code']), set()).add(
            r['unified'])
    agreed, unargued = 0, []
    for r, a in zip(cases, ask_all(host, 'normalise_event', [
            {'carrier': r['carrier'], 'code': r['carrier_code']}
            for r in cases])):
        answer = a['output']
        got = answer['status'] if r['kind'] == 'status' else answer.get(
            'reason')
        assert answer['raw'] == r['carrier_code']
        key = (r['carrier'], r['kind'], r['carrier_code'], r['unified'])
        if got == r['unified'] or (r['kind'] == 'incident_reason' and got in
                                   allowed[r['carrier'], r['carrier_code']]):
            agreed += 1
            assert key not in argued, f'{key}: argued, and agreed'
        elif argued.get(key) != got:
            unargued.append((key, answer))
    print(f'agreement {agreed} of {len(cases)}')
    assert not unargued, unargued
    assert agreed >= .95 * len(cases)


def test_events_are_told_by_words_and_by_posts(host):
    def event(carrier, code, **more):
        return good(op(host, 'normalise_event', carrier=carrier, code=code,
                       **more))
    assert event('China Post', 'EMI') == {'status': 'delivered', 'raw': 'EMI'}
    a = event('royalmail', 'EMH', explain=True)
    assert a == {'status': 'delivery_failed', 'raw': 'EMH',
                 'by': 'postal_code', 'state': 'EXCEPTION_ATTEMPT'}, a
    a = event('Nobody Express', 'Q17', description='快件已签收', explain=True)
    assert a['status'] == 'delivered' and a['by'] == 'description', a
    assert event('Nobody Express', 'Q17', description='未妥投')['status'] == \
        'delivery_failed'
    assert event('nobody', 'Q17', description=None) == {
        'status': 'unknown', 'raw': 'Q17'}
    assert event('CANADA-POST', '0174')['status'] == 'out_for_delivery'
    assert event('', '')['status'] == 'unknown'
    refused(op(host, 'normalise_event', carrier='ups'), 422, 'invalid_input')
    assert op(host, 'normalise_event', carrier=1, code='x').status == 400


# Whose name is another with us, and what is told of a format, not of a number.
OTHER_NAMES = {'dhl': ('dhl_express', 'dhl_ecommerce')}
ARGUED_NUMBERS = {
    ('purolator_alpha', '331426749957'):
        'no number of that format, but one of the same carrier (12)'}


def test_numbers_are_told_right_from_wrong(host):
    cases = rows('tracking_numbers.csv')
    surest = valid = 0
    for r, a in zip(cases, ask_all(host, 'tracking_number', [
            {'number': r['number']} for r in cases])):
        mine = OTHER_NAMES.get(r['courier_code'], (r['courier_code'],))
        a = a['output']
        is_valid = any(c['valid'] for c in a['candidates']
                       if c['carrier'] in mine)
        if (r['format_id'], r['number']) in ARGUED_NUMBERS:
            continue
        assert is_valid == (r['expected'] == 'valid'), (r, a)
        if r['expected'] == 'valid':
            valid += 1
            surest += a['carrier'] in mine
    print(f'the surest guess is right for {surest} of {valid}')
    assert surest >= .95 * valid


def test_numbers_warn_and_are_not_refused(host):
    def number(text):
        return good(op(host, 'tracking_number', number=text))
    a = number('rb 123456785 cn')
    assert a['number'] == 'RB123456785CN' and a['carrier'] == 's10'
    assert a['candidates'][0]['country'] == 'CN' and not a['warnings'], a
    assert number('RB123456786CN')['warnings'] == ['check_digit']
    assert number('RB123456785ZZ')['warnings'] == ['check_digit']
    assert number('Q1')['warnings'] == ['unknown_format']
    for text in ('', ' -', 'A' * 65, 'ABC/1', '运单'):
        refused(op(host, 'tracking_number', number=text), 422, 'bad_number')


def main():
    tests = Tests()
    with Host(BUILD, module_config('logistics', mode='development')) as host:
        for name, function in list(globals().items()):
            if name.startswith('test_'):
                tests.run(name, function, host)
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
