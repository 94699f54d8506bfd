#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Payment: what the golden cases do not show.  Broken and hostile messages,
orders of checks, Chinese words, the examples of the contract."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config  # noqa: E402
from host import refused as problem  # noqa: E402

CAMT = ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.%s">'
        '<BkToCstmrStmt>%s</BkToCstmrStmt></Document>')


def ask(host, op, **members):
    return host.post('/v1/ops/payment.' + op, members)


def refused(answer, error, status=422):
    return problem(answer, status, error)


def balance(kind, amount, side='CRDT', currency='EUR'):
    return (f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>'
            f'<Amt Ccy="{currency}">{amount}</Amt>'
            f'<CdtDbtInd>{side}</CdtDbtInd></Bal>')


def test_xml_bombs_and_broken_xml(host):
    bomb = '<!DOCTYPE a [' + ''.join(
        f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(1, 9)) + \
        '<!ENTITY e1 "ha">]>' + CAMT % ('02', '<Stmt><Id>&e9;</Id></Stmt>')
    outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + CAMT % ('02', '')
    for xml in (bomb, outside, '', '<a>', '<a></b>', 'a', '<Document',
                '<a>&nothing;</a>', '<a b=1/>'):
        refused(ask(host, 'camt053_parse', xml=xml), 'malformed_xml')
    deep = '<a>' * 100000
    refused(ask(host, 'camt053_parse', xml=deep), 'malformed_xml')
    for xml in ('<Document/>', '<Document xmlns="urn:x"/>',
                CAMT % ('2', ''), CAMT % ('xx', '')):
        refused(ask(host, 'camt053_parse', xml=xml), 'unsupported_document')
    refused(ask(host, 'camt053_parse', xml=CAMT % ('02', '')),
            'no_statement')


def test_statement_without_balances(host):
    answer = good(ask(host, 'camt053_parse',
                      xml=CAMT % ('08', '<Stmt><Id>A</Id></Stmt>')))
    assert answer == {'version': '08', 'statement_id': 'A', 'iban': None,
                      'opening_minor': None, 'closing_minor': None,
                      'entries': [], 'balanced': None}, answer


def test_previous_balance_stands_in(host):
    entry = ('<Ntry><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
             '<RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>'
             '<BookgDt><DtTm>2026-03-02T10:00:00Z</DtTm></BookgDt></Ntry>')
    xml = CAMT % ('08', '<Stmt><Id>A</Id>' + balance('PRCD', '1.00', 'DBIT')
                  + balance('CLBD', '1.50') + entry + '</Stmt>')
    answer = good(ask(host, 'camt053_parse', xml=xml))
    assert answer['opening_minor'] == -100 and answer['balanced'], answer
    assert answer['entries'] == [{
        'ref': None, 'amount_minor': 250, 'status': 'BOOK',
        'date': '2026-03-02', 'reversal': True}], answer
    both = xml.replace('</Stmt>', balance('OPBD', '9.00') + '</Stmt>')
    answer = good(ask(host, 'camt053_parse', xml=both))
    assert answer['opening_minor'] == 900 and not answer['balanced'], answer
    refused(ask(host, 'camt053_parse', xml=xml.replace('2.50', '2.505')),
            'too_many_decimals')


def test_csv_as_others_write_it(host):
    head = 'date,ref,amount,currency'
    row = '2026-03-01,A,1.00,USD'
    one = {'date': '2026-03-01', 'ref': 'A', 'amount_minor': 100,
           'currency': 'USD'}
    for text in (f'{head}\n{row}', f'\ufeff{head}\r\n{row}\r\n',
                 f'{head}\r{row}\r', f'\n\n{head}\n\n{row}\n\n',
                 f' Date ,REF,"amount",currency\n{row}',
                 f'x,{head}\n9,{row}', f'{head}\n2026-03-01,"A",1.00,USD'):
        answer = good(ask(host, 'statement_csv', text=text))
        assert answer == {'entries': [one], 'errors': []}, (text, answer)
    quoted = good(ask(host, 'statement_csv',
                      text=f'{head}\n2026-03-01,"a, ""b""\nc",-1.00,USD'))
    assert quoted['entries'][0]['ref'] == 'a, "b"\nc', quoted
    for text, error in (('', 'empty'), ('\n\n', 'empty'),
                        (f'{head}\n"', 'unterminated_quote'),
                        (','.join(['a'] * 65), 'too_many_columns')):
        refused(ask(host, 'statement_csv', text=text), error)
    lines = good(ask(host, 'statement_csv', text=head + '\n'.join((
        '', '2026-03-01,A,"1,000.00",USD', '2026-13-01,A,1,USD',
        '2026-03-01,A,1,usd', '2026-03-01,=1+1,1,JPY'))))
    assert lines['errors'] == [
        {'line': 2, 'code': 'bad_decimal'}, {'line': 3, 'code': 'date'},
        {'line': 4, 'code': 'unknown_currency'}], lines
    # A formula is a text like any other; who writes it out quotes it.
    assert lines['entries'][0]['ref'] == '=1+1', lines


def test_large_texts(host):
    rows = '2026-03-01,A,1.00,USD\n' * 20000
    answer = good(ask(host, 'statement_csv',
                      text='date,ref,amount,currency\n' + rows))
    assert len(answer['entries']) == 20000
    a = ask(host, 'statement_csv', text='x' * (2 << 20))
    assert a.status == 413, a


def test_fractions_of_minor_units(host):
    for op, members in (
            ('format', {'minor': 1.5, 'currency': 'EUR'}),
            ('run', {'amount_minor': 0.1, 'events': []}),
            ('split', {'total_minor': 1.5, 'fees': [], 'shares': []}),
            ('recon', {'internal': [{'ref': 'A', 'amount_minor': 0.5,
                                     'currency': 'EUR',
                                     'date': '2026-03-01'}],
                       'statement': []})):
        refused(ask(host, op, **members), 'amount_must_be_integer_minor',
                400)


def test_orders_of_checks(host):
    minor = dict(amount='x', currency='XXZ', mode='?')
    refused(ask(host, 'to_minor', **minor), 'bad_decimal')
    refused(ask(host, 'to_minor', **dict(minor, amount='1')),
            'unknown_currency')
    refused(ask(host, 'to_minor', amount='1', currency='XAU'),
            'no_minor_unit')
    refused(ask(host, 'to_minor', amount='1', currency='EUR', mode='?'),
            'bad_mode')
    for rate in ('0', '-1', '0.000'):
        refused(ask(host, 'fx_convert', minor=1, frm='EUR', to='USD',
                    rate=rate), 'bad_rate')
    sold = good(ask(host, 'fx_convert', minor=100, frm='EUR', to='USD',
                    rate='1.1', spread_bp=100, side='customer_buys'))
    assert sold == {'minor': 111, 'effective_rate': '1.111'}, sold
    quota = dict(year_used_usd_cents=0, amount_usd_cents=1, kind='robot',
                 channel='cash', has_trade_record=False)
    refused(ask(host, 'fx_quota', **quota), 'bad_channel')
    refused(ask(host, 'fx_quota', **dict(quota, channel='bank',
                                         amount_usd_cents=0)),
            'non_positive_amount')
    refused(ask(host, 'fx_quota', **dict(quota, channel='bank',
                                         kind='individual',
                                         on='2001-01-01')),
            'no_limit_in_force')


def test_built_messages_are_escaped_and_read_back(host):
    tx = {'e2e': 'E&1', 'amount': '1.10', 'currency': 'EUR',
          'creditor': '<Müller & 张三>', 'iban': 'DE89370400440532013000'}
    msg = {'msg_id': 'M', 'created': '2026-02-28T09:30:00.5+01:00',
           'initiator': 'I', 'payments': [
               {'id': 'P', 'date': '2026-03-01', 'debtor': 'D',
                'iban': 'GB29NWBK60161331926819', 'txs': [tx, tx]}]}
    xml = good(ask(host, 'pain_build', version='09', msg=msg))['xml']
    assert '<Nm>&lt;Müller &amp; 张三&gt;</Nm>' in xml, xml
    assert xml.count('<CtrlSum>2.20</CtrlSum>') == 2, xml
    long = dict(msg, initiator='长' * 141)
    answer = good(ask(host, 'pain_check', version='03', msg=long))
    assert answer['errors'] == [{'path': 'GrpHdr/InitgPty/Nm',
                                 'code': 'too_long'}], answer
    fits = dict(msg, initiator='长' * 140)
    assert good(ask(host, 'pain_check', version='03', msg=fits))['valid']


def test_in_chinese(host):
    a = host.post('/v1/ops/payment.to_minor',
                  {'amount': '1,0', 'currency': 'EUR'},
                  headers={'Accept-Language': 'zh-CN'})
    assert re.search('[\u4e00-\u9fff]', refused(a, 'bad_decimal')['detail'])


def main():
    tests = Tests()
    with Host(BUILD, module_config('payment', mode='development')) as host:
        tests.run_all(globals(), host)
        examples(tests, host)
    sys.exit(tests.end())


def examples(tests, host):
    """Each example of the contract is answered as it says, checked by the
    host in development mode."""
    paths = host.get('/openapi.json').json['paths']
    for path, item in paths.items():
        if not path.startswith('/v1/payment/'):
            continue
        example = item['post']['requestBody']['content'][
            'application/json']['example']
        tests.run(path, lambda p=path, e=example: good(host.post(p, e)))


if __name__ == '__main__':
    main()
