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


SHEET = (
    'service,carrier,countries,currency,max_g,days_max,first_g,first_minor,'
    'step_g,step_minor,on_time_pct,co2_g_per_kg,battery\n'
    'post,cn,US DE,CNY,2000,20,100,1500,100,900,88,1100,no\n'
    'line,yt,US,CNY,30000,10,500,6000,500,1800,93.5,1900,yes\n'
    'air,sf,US,CNY,70000,4,500,15000,500,5200,98,4200,yes\n')
SHIPMENT = {'to': 'US', 'parcels': [{'dims_mm': [300, 200, 100],
                                     'actual_g': 800}]}


def test_a_plan_adds_up(host):
    """Points sum to the score, prices to their totals, and the ranking is
    that of logistics.match over the same figures."""
    a = good(op(host, 'plan', shipment=SHIPMENT, sheets=[SHEET]))
    assert [p['service'] for p in a['plans']] == ['line', 'air', 'post'], a
    for p in a['plans']:
        assert abs(sum(c['points'] for c in p['criteria']) -
                   p['score']) < .021, p
        price = p['price']
        assert price['total'] == price['freight'] + price['fuel'] + \
            price['insurance'] + sum(x['minor'] for x in price['surcharges'])
    again = good(op(host, 'match', shipment={'to': 'US', 'weight_g': 1},
                    options=[
        {'id': p['service'], 'countries': ['US'], 'max_g': 1,
         'days_max': p['days_max'], 'cost_minor': p['price']['total'],
         'on_time_pct': str(p['criteria'][2]['value']), 'co2_g': p['co2_g']}
        for p in a['plans']]))
    assert again['ranking'] == [{'id': p['service'], 'score': p['score']}
                                for p in a['plans']], again
    a = good(op(host, 'plan', shipment={**SHIPMENT, 'battery': True},
                sheets=[SHEET]))
    assert a['rejected'] == [{'service': 'post', 'sheet': 'sheets/0',
                              'reasons': ['battery']}], a


def test_a_plan_is_explained_in_the_callers_language(host):
    q = {'shipment': SHIPMENT, 'sheets': [SHEET]}
    for language, word in (('en', 'cheapest'), ('zh-CN', '费用最低')):
        a = good(host.post('/v1/ops/logistics.plan', q,
                           {'Accept-Language': language}))
        assert any(word in p['because'] for p in a['plans']), a


def test_sheets_are_kept_by_name(host):
    url = '/v1/logistics/tariffs/2026%20Q4'
    bad = host.post(url, {'csv': SHEET + '=x,,USA,CNY,1,1,,,,,,,\n'},
                    method='PUT')
    refused(bad, 422, 'bad_sheet')
    assert {(e['line'], e['column'], e['code'])
            for e in bad.json['sheet_errors']} == {
                (5, 'service', 'formula'), (5, 'countries', 'country')}
    refused(host.get(url), 404, 'no_tariff')
    kept = good(host.post(url, {'csv': SHEET}, method='PUT'))
    assert kept['name'] == '2026 Q4' and kept['rows'] == 3
    assert good(host.get(url))['csv'] == SHEET
    good(host.post('/v1/logistics/tariffs/a', {'csv': SHEET}, method='PUT'))
    page = good(host.get('/v1/logistics/tariffs?limit=1'))
    assert [t['name'] for t in page['tariffs']] == ['2026 Q4']
    page = good(host.get('/v1/logistics/tariffs?limit=1&cursor=2026%20Q4'))
    assert [t['name'] for t in page['tariffs']] == ['a'] and not page['next']
    both = good(op(host, 'plan', shipment=SHIPMENT))
    assert len(both['plans']) == 6, both
    one = good(op(host, 'plan', shipment=SHIPMENT, tariffs=['a']))
    assert len(one['plans']) == 3
    refused(op(host, 'plan', shipment=SHIPMENT, tariffs=['b']), 404,
            'no_tariff')
    for name in ('2026%20Q4', 'a'):
        assert host.ask('DELETE', '/v1/logistics/tariffs/' + name).status == 204
    refused(host.ask('DELETE', url), 404, 'no_tariff')
    assert good(op(host, 'plan', shipment=SHIPMENT)) == {
        'plans': [], 'rejected': [], 'total_plans': 0, 'total_rejected': 0}


def test_plans_refuse_what_cannot_be(host):
    refused(op(host, 'plan', shipment=SHIPMENT, sheets=['service\n']), 422,
            'bad_sheet_row')
    refused(op(host, 'plan', shipment=SHIPMENT,
               sheets=[SHEET.split('\n')[0]]), 422, 'no_rows')
    refused(op(host, 'plan', shipment={**SHIPMENT, 'parcels': []},
               sheets=[SHEET]), 422, 'bad_parameter')
    refused(op(host, 'plan', shipment=SHIPMENT, sheets=[SHEET],
               weights={'cost': 0}), 422, 'bad_weights')
    assert op(host, 'plan', shipment=[]).status == 400


def test_large_sheets_are_bounded(host):
    row = 'post,cn,US DE,CNY,2000,20,100,1500,100,900,88,1100,no\n'
    head = SHEET.split('\n')[0] + '\n'
    a = good(op(host, 'rate_sheet', csv=head + row * 19000))
    assert a['rows'] == 19000 and a['services'] == ['post'] and \
        not a['errors'], a
    many = ''.join(row.replace('post', f's{i}') for i in range(19000))
    a = good(op(host, 'plan', shipment=SHIPMENT, sheets=[head + many],
                limit=3))
    assert len(a['plans']) == 3 and a['total_plans'] == 19000
    a = good(op(host, 'rate_sheet', csv=head + row * 20001))
    assert a['errors'][-1]['code'] == 'too_many_rows', a['errors']
    a = good(op(host, 'rate_sheet', csv=head + 'x\n' * 5000))
    assert len(a['errors']) == 100 and a['more_errors']
    assert op(host, 'rate_sheet', csv='x' * 9000000).status in (413, 422)


WAYBILL = {
    'appType': '1', 'appTime': '20260301120000', 'logisticsCode': '3301968A7B',
    'logisticsName': 'Demo <&> "Express"', 'logisticsNo': 'DE123',
    'freight': '10.00', 'insuredFee': '0', 'currency': '142', 'weight': '0.5',
    'packNo': '1', 'consignee': '李四', 'consigneeAddress': '杭州',
    'consigneeTelephone': '13800138000'}


def test_messages_read_back_as_they_were_written(host):
    a = good(op(host, 'message_write', kind='waybill', direction='export',
                guid='G-1', message=WAYBILL))
    assert a['code'] == 'CEB505Message'
    b = good(op(host, 'message_read', xml=a['xml']))
    assert (b['kind'], b['direction'], b['receipt'], b['guid']) == (
        'waybill', 'export', 'CEB506Message', 'G-1'), b
    assert b['documents'] == [{'message': WAYBILL, 'valid': True,
                               'errors': []}], b
    assert b['sha256'] == a['sha256']
    manifest = {'appType': '1', 'appTime': '20260301120000', 'manifestNo': 'M',
                'customsCode': '2900', 'trafMode': '5', 'trafName': 'CA1',
                'voyageNo': '1', 'billNo': 'B', 'leaveTime': '20260301120000',
                'totalPackageNo': '2', 'grossWeight': '1',
                'parcels': ['A1', 'A2']}
    a = good(op(host, 'message_write', kind='manifest', message=manifest))
    b = good(op(host, 'message_read', xml=a['xml']))
    assert b['kind'] == 'manifest' and b['documents'][0]['valid'], b
    assert b['documents'][0]['message']['items'] == [
        {'logisticsNo': 'A1'}, {'logisticsNo': 'A2'}], b
    a = op(host, 'message_write', kind='waybill', message={})
    refused(a, 422, 'incomplete_message')
    assert len(a.json['message_errors']) == 13
    refused(op(host, 'message_write', kind='waybill',
               message={**WAYBILL, 'a b': '1'}), 422, 'bad_element_name')
    refused(op(host, 'message_write', kind='departure', direction='import',
               message={}), 422, 'bad_direction')


def test_messages_are_late_after_half_an_hour(host):
    xml = ('<CEB513Message><LogisticsStatus><logisticsTime>20260301120000'
           '</logisticsTime></LogisticsStatus></CEB513Message>')
    event = 1772337600
    for after, late in ((0, False), (1800, False), (1801, True)):
        d = good(op(host, 'message_read', xml=xml, received_at=event + after)
                 )['documents'][0]
        assert (d['delay_s'], d['late']) == (after, late), d


def test_xml_bombs_are_refused_at_once(host):
    bomb = '<!DOCTYPE a [<!ENTITY a "x">' + ''.join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">'
        for i in range(9)) + ']><CEB311Message>&j;</CEB311Message>'
    deep = '<CEB311Message>' + '<a>' * 100000 + '</a>' * 100000
    for xml in (bomb, deep, '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/"><a/>',
                '<CEB311Message>', 'not xml', ''):
        refused(op(host, 'message_read', xml=xml), 422, 'malformed_xml')
    refused(op(host, 'message_read', xml='<other/>'), 422, 'unknown_message')
    wide = '<CEB311Message>' + '<Order><a>1</a></Order>' * 5001 + \
        '</CEB311Message>'
    refused(op(host, 'message_read', xml=wide), 422, 'too_many_elements')


def test_declarations_are_complete_or_say_where_not(host):
    item = {'hsCode': '6109100010', 'name': 'T-shirt', 'model': 'cotton',
            'origin': 'CN', 'domesticSource': '33019', 'qty': 2, 'unit': '011',
            'qty1': '0.4', 'unit1': '035', 'price': '9.90',
            'totalPrice': '19.80'}
    whole = {
        'ebpCode': 'a', 'ebpName': 'b', 'ebcCode': 'c', 'ebcName': 'd',
        'orderNo': 'o', 'logisticsCode': 'l', 'logisticsName': 'n',
        'logisticsNo': 'w', 'agentCode': 'x', 'agentName': 'y',
        'consignorCode': 'z', 'consignorName': 'q', 'foreignParty': 'f',
        'contractNo': 'k', 'transactionMode': '3', 'portCode': '2900',
        'ieDate': '2026-11-24', 'trafMode': '5', 'billNo': 'm',
        'trafName': 'CA1', 'country': 'US', 'freight': '1',
        'insuredFee': '0', 'currency': 'USD', 'packNo': 1,
        'grossWeight': '0.6', 'netWeight': '0.5', 'items': [item]}
    a = good(op(host, 'customs_check', regime='9710', declaration=whole))
    assert a['complete'] and a['direction'] == 'export' and not a['errors'], a
    assert 'CEB303Message' in a['messages']
    for name in whole:
        less = {k: v for k, v in whole.items() if k != name}
        a = good(op(host, 'customs_check', regime='9710', declaration=less))
        assert [e['field'] for e in a['errors']] == [name], (name, a)
    for name in item:
        less = {**whole, 'items': [item, {k: v for k, v in item.items()
                                          if k != name}]}
        a = good(op(host, 'customs_check', regime='9710', declaration=less))
        assert [e['field'] for e in a['errors']] == ['items/1/' + name], a
    a = good(host.post('/v1/ops/logistics.customs_check',
                       {'regime': '9710', 'declaration': {}},
                       {'Accept-Language': 'zh-CN'}))
    assert a['errors'][0]['name'] == '电商平台代码', a
    regimes = good(host.get('/v1/logistics/customs-regimes'))['regimes']
    assert {'9610', '9710', '9810', '1210', '1239', '1039', '0110', 'CN23',
            'H7'} == {r['regime'] for r in regimes}


def test_dangerous_goods_are_found(host):
    for query, un in (('un1266', 'UN1266'), ('1266', 'UN1266'),
                      ('perfume', 'UN1266'), ('香水', 'UN1266'),
                      ('充电宝', 'UN3480')):
        goods = good(op(host, 'dangerous_goods', query=query))['goods']
        assert un in {g['un'] for g in goods}, (query, goods)
    g = good(op(host, 'dangerous_goods', query='UN3480'))['goods'][0]
    assert g['taken'] == 'no' and g['modes']['air_cargo'] == 'yes', g
    refused(op(host, 'dangerous_goods', query='UN3480', mode='x'), 422,
            'bad_carriage')
    assert good(op(host, 'dangerous_goods', query='nothing'))['goods'] == []


def test_records_go_where_the_table_says(host):
    def may(machine, start, end):
        return good(op(host, 'transition', machine=machine, to=end,
                       **{'from': start}))
    assert may('shipment', 'created', 'booked')['needs'] == \
        'seller_acceptance'
    for start, allowed in (('created', True), ('booked', True),
                           ('handed_over', False), ('in_transit', False)):
        a = may('shipment', start, 'cancelled')
        assert a['allowed'] is allowed, (start, a)
    for start, allowed in (('created', True), ('picking', True),
                           ('packed', False), ('handed_over', False)):
        assert may('outbound', start, 'cancelled')['allowed'] is allowed
    assert may('shipment', 'delivered', 'created') == {
        'allowed': False, 'next': []}
    for tries, wait in ((1, 60), (2, 300), (3, 1800), (4, None), (0, None)):
        a = good(op(host, 'transition', machine='message', tries=tries,
                    **{'from': 'timed_out'}))
        assert (a['retry_after_s'], a['alert']) == (wait, wait is None), a
    refused(op(host, 'transition', machine='x', **{'from': 'created'}), 422,
            'unknown_machine')
    refused(op(host, 'transition', machine='message',
               **{'from': 'created'}), 422, 'unknown_state')


def test_types_and_edges(host):
    refused(op(host, 'chargeable_weight', dims_mm=[1, 2], actual_g=1), 422,
            'bad_dimensions')
    refused(op(host, 'chargeable_weight', dims_mm=[1, 2, 3], actual_g=-1), 422,
            'bad_weight')
    refused(op(host, 'chargeable_weight', dims_mm=[10 ** 30, 2, 3],
               actual_g=1), 422, 'bad_dimensions')
    for more in ({'divisor': 0}, {'step_g': 0}, {'min_g': -1}, {'mode': 'x'}):
        refused(op(host, 'chargeable_weight', dims_mm=[1, 2, 3], actual_g=1,
                   **more), 422, 'bad_parameter')
    assert op(host, 'chargeable_weight', dims_mm='x', actual_g=1).status == 400
    refused(op(host, 'track', events=[{'source': 'UPU', 'code': 'EMA',
                                       'at': 86401}], now=0), 422,
            'future_event')
    a = good(op(host, 'track', events=[{'source': 'UPU', 'code': 'EMA',
                                        'at': 86400}], now=0, stale_h=1))
    assert a['stale'] is False
    a = good(op(host, 'warehouse', skus=['A'], ops=[
        {'op': 'asn', 'sku': 'A', 'qty': q} for q in
        (0, -1, 1.5, '1', None, True, [1], 1)] + [{'op': 'asn', 'sku': 'A'}]))
    assert a['log'] == ['bad_qty'] * 7 + ['ok', 'bad_qty'], a
    refused(op(host, 'lithium', kind='ion', packing='in'), 422, 'wh_required')
    refused(op(host, 'lithium', kind='metal', packing='in'), 422,
            'lithium_content_required')
    for bad in ({'kind': 'air'}, {'packing': 'box'}, {'wh': 'x'}, {'wh': '-1'},
                {'mode': 'rocket'}, {'cells': -1}):
        refused(op(host, 'lithium', **{'kind': 'ion', 'packing': 'in',
                                       'wh': '1', **bad}), 422, 'bad_input')
    a = good(op(host, 'lithium', kind='ion', packing='alone', wh=20, cells=1,
                mode='sea'))
    assert a['section'] == 'II' and a['lithium_mark'], a
    refused(op(host, 'lithium'), 422, 'bad_input')
    for charge, allowed in ((30, True), (30.5, False), (31, False)):
        a = good(op(host, 'lithium', kind='ion', packing='alone', wh='1',
                    batteries=1, soc_pct=charge))
        assert a['allowed'] is allowed, a
    refused(op(host, 'incoterms'), 422, 'unknown_rule')
    refused(op(host, 'chargeable_weight'), 422, 'bad_dimensions')
    refused(op(host, 'message_check', message={}), 422, 'unknown_message')
    refused(op(host, 'incoterms', rule='DAT', mode='rocket', item='x'), 422,
            'unknown_rule')
    refused(op(host, 'incoterms', rule='FOB', mode='road', item='x'), 422,
            'rule_for_sea_only')
    refused(op(host, 'incoterms', rule='FOB', mode='sea', item='x'), 422,
            'unknown_item')
    refused(op(host, 'message_check', kind='x', message={}), 422,
            'unknown_message')
    refused(op(host, 'match', shipment={'to': 'US', 'weight_g': 1}, options=[
        {'id': 'a', 'countries': ['US'], 'max_g': 1, 'days_max': 1,
         'cost_minor': 1, 'on_time_pct': 'often', 'co2_g': 1}]), 422,
        'bad_parameter')


def test_refusals_are_told_in_chinese(host):
    a = host.post('/v1/ops/logistics.incoterms',
                  {'rule': 'DAT', 'mode': 'air', 'item': 'x'},
                  {'Accept-Language': 'zh-CN'})
    assert '术语' in a.json['detail'], a.json


def test_examples_of_the_contract_answer(host):
    """Each example in openapi.yaml is executed; development mode holds the
    answers against the contract."""
    spec = good(host.get('/openapi.json'))
    done = 0
    for path, item in spec['paths'].items():
        for method, operation in item.items():
            if method == 'parameters' or not operation.get(
                    'operationId', '').startswith('logistics.'):
                continue
            body = operation.get('requestBody')
            if body is None:
                continue
            example = body['content']['application/json']['example']
            a = host.post(path.replace('{name}', 'example'), example,
                          method=method.upper())
            assert a.status == 200, (path, a)
            done += 1
    assert done >= 17, done


def main():
    tests = Tests()
    with Host(BUILD, module_config('logistics', mode='development')) as host:
        for name, function in list(globals().items()):
            if name.startswith('test_'):
                tests.run(name, function, host)
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
