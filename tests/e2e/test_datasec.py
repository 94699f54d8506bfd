#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Data security: what the golden cases do not show.  Bad inputs with their
places, dates of rules, Chinese words, the examples of the contract, known
answers of the primitives, and the option that turns them off."""
import hashlib
import hmac
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config  # noqa: E402
from host import refused as problem  # noqa: E402

SEED = int(os.environ.get('ENTREPOT_SEED', random.randrange(10 ** 6)))


def ask(host, op, **members):
    return host.post('/v1/ops/datasec.' + op, members)


def refused(answer, error, pointer=None):
    body = problem(answer, 422, error)
    if pointer is not None:
        assert body['errors'][0]['pointer'] == pointer, body
    return body


def test_examples_of_the_contract(host):
    paths, seen = good(host.get('/openapi.json'))['paths'], 0
    for path, methods in paths.items():
        for method, op in methods.items():
            if not op.get('operationId', '').startswith('datasec.'):
                continue
            example = op['requestBody']['content']['application/json'][
                'example']
            a = host.post(path, example, method=method.upper())
            assert a.status == 200, (path, a.json)
            seen += 1
    assert seen >= 23, seen


def test_places_of_faults(host):
    refused(ask(host, 'dsar_deadline', law='GDPR', received='2026-02-30'),
            'bad_date', '/received')
    refused(ask(host, 'dsar_deadline', law='GDPR', received='2026-02-01',
                holidays=['2026-03-01', 'x']), 'bad_date', '/holidays/1')
    refused(ask(host, 'dsar_deadline', law='GDPR', received='2026-02-01',
                identity_pending_days=-1), 'bad_count')
    refused(ask(host, 'breach', law='GDPR', aware='2026-02-01'), 'bad_time',
            '/aware')
    refused(ask(host, 'pseudonymise', key_hex='0g', domain='a', value='b'),
            'bad_hex', '/key_hex')
    refused(ask(host, 'pseudonymise', key_hex='00' * 31, domain='a',
                value='b'), 'key_too_short')
    refused(ask(host, 'pseudonymise', key_hex='00' * 32, domain='a',
                value=' \u3000 '), 'bad_value')
    refused(ask(host, 'merkle_verify', root='00', size=1, index=0,
                leaf_value='', path=[]), 'bad_hex', '/root')
    refused(ask(host, 'grade', impacts=[], on='tomorrow'), 'bad_date', '/on')
    refused(ask(host, 'transfer_gdpr', to='ZZ'), 'unknown_country')
    refused(ask(host, 'transfer_gdpr', to='de'), 'unknown_country')
    refused(ask(host, 'transfer_cn', persons=-1, sensitive_persons=0),
            'bad_count')


def test_chinese_words(host):
    a = host.post('/v1/ops/datasec.mask', {'type': 'x', 'value': 'y'},
                  headers={'Accept-Language': 'zh-CN'})
    assert '支持的类型' in refused(a, 'unknown_type')['detail'], a.json


def test_rules_have_dates(host):
    transfer = {'persons': 1, 'sensitive_persons': 0}
    refused(ask(host, 'transfer_cn', on='2024-03-21', **transfer), 'no_rule')
    assert good(ask(host, 'transfer_cn', on='2024-03-22', **transfer))[
        'basis'] == 'Art.5(4)'
    for day, basis in (('2026-01-25', 'Art.44'), ('2026-01-26', 'Art.45')):
        a = good(ask(host, 'transfer_gdpr', to='BR', on=day))
        assert a['basis'] == basis, (day, a)


def test_steps_are_explained(host):
    a = good(ask(host, 'transfer_cn', persons=100000, sensitive_persons=0,
                 explain=True))
    assert [s['applies'] for s in a['steps']] == [False] * 9 + [True], a
    assert a['steps'][-1]['basis'] == a['basis'] == 'Art.8', a
    assert all('CAC Order 16' in s['source'] for s in a['steps']), a


def test_masking_shows_no_more(host):
    """Of any value at most what the rule names is left."""
    some = random.Random(SEED)
    print(f'ENTREPOT_SEED={SEED} repeats it')
    most = {'cn_mobile': 7, 'pan': 10, 'iban': 8, 'cn_resident_id': 10,
            'name_zh': 2}
    for kind, shown in most.items():
        for _ in range(40):
            n = some.randrange(0, 24)
            value = ''.join(some.choice('0123456789Xx DE张三é')
                            for _ in range(n))
            a = ask(host, 'mask', type=kind, value=value)
            if a.status == 422:
                refused(a, 'bad_value')
                continue
            masked = good(a)['masked']
            left = len(masked) - masked.count('*')
            assert left <= shown, (kind, value, masked)
    for value, masked in (('192.168.1.10', '192.168.*.**'),
                          ('8.8.8.8', '8.8.*.*')):
        assert good(ask(host, 'mask', type='ipv4', value=value))[
            'masked'] == masked
    for value in ('1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', ''):
        refused(ask(host, 'mask', type='ipv4', value=value), 'bad_value')
    a = good(ask(host, 'mask', type='address_zh',
                 value='北京市海淀区中关村大街1号'))
    assert a['masked'] == '北京市海淀区' + '*' * 7, a


def leaf(text):
    return hashlib.sha256(b'\0' + text.encode()).digest()


def tree(leaves):
    if not leaves:
        return hashlib.sha256(b'').digest()
    if len(leaves) == 1:
        return leaf(leaves[0])
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b'\1' + tree(leaves[:k]) +
                          tree(leaves[k:])).digest()


def test_proofs_lead_to_the_root(host):
    for n in (1, 2, 3, 5, 8, 13, 33):
        leaves = [f'记录{i}' for i in range(n)]
        root = good(ask(host, 'merkle_root', leaves=leaves))['root']
        assert root == tree(leaves).hex(), n
        for i in {0, n // 2, n - 1}:
            path = good(ask(host, 'merkle_inclusion', leaves=leaves,
                            index=i))['path']
            proof = {'root': root, 'size': n, 'index': i, 'path': path}
            assert good(ask(host, 'merkle_verify', leaf_value=leaves[i],
                            **proof))['ok'], (n, i)
            assert not good(ask(host, 'merkle_verify', leaf_value='x',
                                **proof))['ok'], (n, i)
    refused(ask(host, 'merkle_inclusion', leaves=['a'], index=1),
            'index_out_of_range')
    refused(ask(host, 'merkle_consistency', leaves=['a'], old_size=0),
            'bad_old_size')


def test_primitives_agree_with_others(host):
    some = random.Random(SEED)
    for n in (0, 1, 63, 64, 65, 1000):
        key, data = some.randbytes(n), some.randbytes(n + 1)
        a = good(ask(host, 'hmac_sha256', key_hex=key.hex(),
                     data_hex=data.hex()))
        assert a['mac_hex'] == hmac.new(key, data, 'sha256').hexdigest()
    key = some.randbytes(32)
    token = good(ask(host, 'pseudonymise', key_hex=key.hex(), domain='name',
                     value='\u3000ÀB \t c\n'))['token']
    want = hmac.new(key, 'name\0àb c'.encode(), 'sha256').hexdigest()
    assert token == 'name_' + want[:32], token
    sealed = good(ask(host, 'aes256gcm_seal', key_hex=key.hex(),
                      iv_hex='01' * 12, aad_hex='aa', plaintext_hex='bbcc'))
    opened = {'key_hex': key.hex(), 'iv_hex': '01' * 12, 'aad_hex': 'aa',
              **sealed}
    assert good(ask(host, 'aes256gcm_open', **opened)) == {
        'plaintext_hex': 'bbcc'}
    for name in ('aad_hex', 'ciphertext_hex', 'tag_hex'):
        broken = dict(opened, **{name: '00' + opened[name][2:]})
        if broken != opened:
            body = refused(ask(host, 'aes256gcm_open', **broken),
                           'authentication_failed')
            assert 'bbcc' not in json.dumps(body), body
    refused(ask(host, 'aes256gcm_open', **dict(opened, tag_hex='00')),
            'authentication_failed')
    refused(ask(host, 'aes256gcm_seal', key_hex='00', iv_hex='00' * 12,
                aad_hex='', plaintext_hex=''), 'bad_key')
    for length in (0, 8161):
        refused(ask(host, 'hkdf_sha256', ikm_hex='', salt_hex='', info_hex='',
                    length=length), 'bad_length')


def test_keys_run_out(host):
    a = good(ask(host, 'keys', events=[
        {'type': 'create_dek', 'id': 'a'},
        {'type': 'encrypt', 'id': 'a', 'n': 2 ** 32},
        {'type': 'encrypt', 'id': 'a'}, {'type': 'encrypt', 'id': 'a'},
        {'type': 'create_dek', 'id': 'a'}, {'type': 'x'},
        {'type': 'destroy_kek', 'version': 1}]))
    assert a['log'] == ['ok', 'ok', 'dek_exhausted', 'dek_exhausted',
                        'exists', 'unknown_event', 'kek_active'], a
    assert a['deks']['a']['state'] == 'exhausted', a


def test_data_map(host):
    a = good(ask(host, 'data_map'))
    fields = {(f['operation'], f['direction'], f['at']): f
              for f in a['fields']}
    assert fields['datasec.mask', 'request', '/value']['class'] == 'personal'
    assert fields['datasec.aes256gcm_open', 'response', '/plaintext_hex'][
        'class'] == 'secret'
    assert all(f['module'] == 'data-security' and f['version'] == '1.0.0'
               for f in a['fields']), a
    assert sum(a['counts'].values()) == len(a['fields']) > 5, a['counts']
    assert good(ask(host, 'data_map', module='other'))['fields'] == []


def test_primitives_can_be_off(_):
    config = module_config() + ('  data-security: {file: %s/modules/'
                                'data-security.so, primitives: false}\n'
                                % BUILD)
    with Host(BUILD, config) as host:
        problem(ask(host, 'digest', alg='sm3', data_hex=''), 403,
                'primitives_off')
        good(ask(host, 'mask', type='name_zh', value='张三'))


def main():
    tests = Tests()
    with Host(BUILD, module_config('data-security')) as host:
        tests.run_all(globals(), host)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
