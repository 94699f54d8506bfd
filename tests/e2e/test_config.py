#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Broken configurations: what is said about each (tests/config), that the
column is that of the faulty token, that words and suggestions help.

Argument --update writes the expected texts anew; which token is at fault and
what is suggested stays what tests/config/cases.tsv says."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, TOP, Tests  # noqa: E402

FOLDER = os.path.join(TOP, 'tests/config')
PROGRAM = os.environ.get('ENTREPOT', os.path.join(BUILD, 'entrepot'))
IS_FULL = os.environ.get('ENTREPOT_TEST_SIZE') == 'full'
UPDATE = '--update' in sys.argv
LETTERS = 'abcdefghijklmnopqrstuvwxyz_'


def run(*arguments, folder=FOLDER, lang='C'):
    """Without what could come from outside of the file; a state folder that
    cannot be made shows that none is touched."""
    environment = {k: v for k, v in os.environ.items()
                   if not k.startswith(('ENTREPOT_', 'LC_'))}
    environment.update(LANG=lang, ENTREPOT_TEST_SECRET='hush')
    return subprocess.run([PROGRAM, *arguments], cwd=folder, text=True,
                          env=environment, capture_output=True, timeout=60,
                          check=False)


def cases():
    """{name: [(id, token, suggestion)]}"""
    found = {}
    with open(os.path.join(FOLDER, 'cases.tsv'), encoding='utf-8') as f:
        for line in f:
            if line.startswith('#'):
                continue
            name, fault, token, suggestion = line.rstrip('\n').split('\t')
            token = re.sub(r'\\(x..|t|\\)', lambda m: m.group().encode()
                           .decode('unicode_escape'), token)
            found.setdefault(name, []).append((fault, token, suggestion))
    return found


def said(name):
    """What is said about a case: text and faults."""
    text = run('check', '-c', name + '.yaml')
    faults = run('check', '-c', name + '.yaml', '--format=json')
    assert text.returncode == faults.returncode == 1, (name, text)
    text = (text.stderr + text.stdout).replace(
        os.path.join(os.path.abspath(BUILD), 'modules'), 'MODULES')
    return text, json.loads(faults.stdout)


def test_there_are_sixty():
    names = {f[:-5] for f in os.listdir(FOLDER) if f.endswith('.yaml')}
    assert names == set(cases()), names ^ set(cases())
    assert len(names) >= 60, len(names)


def test_each_in_the_expected_words():
    wrong = []
    for name in cases():
        text, _ = said(name)
        path = os.path.join(FOLDER, name + '.expect')
        if UPDATE:
            with open(path, 'w', encoding='utf-8') as f:
                f.write(text)
        with open(path, encoding='utf-8') as f:
            if f.read() != text:
                wrong.append(f'{name}:\n{text}')
    assert not wrong, '\n'.join(wrong)


def test_the_column_is_that_of_the_token():
    for name, wanted in cases().items():
        _, faults = said(name)
        with open(os.path.join(FOLDER, name + '.yaml'), encoding='utf-8',
                  errors='surrogateescape') as f:
            lines = f.read().split('\n')
        assert [f['id'] for f in faults] == [w[0] for w in wanted], \
            (name, faults)
        for fault, (_, token, suggestion) in zip(faults, wanted):
            line = lines[fault['line'] - 1]
            at = line[fault['column'] - 1:fault['end_column'] - 1]
            assert at == token or token == '', (name, at, token)
            assert (fault['suggestion'] or '') == suggestion, (name, fault)
            assert fault['severity'] == 'error' and fault['message']


def test_each_says_how_to_mend_it():
    for name, wanted in cases().items():
        text, _ = said(name)
        for fault, _, suggestion in wanted:
            assert f'error[{fault}]: ' in text, (name, text)
            assert suggestion == '' or \
                f"did you mean '{suggestion}'?" in text, (name, text)
        assert text.count('\n      = ') == len(wanted), (name, text)
        assert text.count('      | ') >= len(wanted), (name, text)
        assert 'hush' not in text, name
        assert f'entrepot explain {wanted[0][0]}' in text, (name, text)


def test_in_chinese():
    chinese = re.compile('[\u4e00-\u9fff]')
    for name, wanted in cases().items():
        r = run('check', '-c', name + '.yaml', '--lang=zh')
        lines = (r.stderr + r.stdout).split('\n')
        told = [line for line in lines if re.search(r'\[[a-z_]+\]', line)]
        assert len(told) == len(wanted), (name, told)
        assert all(chinese.search(line) for line in told), (name, told)
        assert all(chinese.search(line) for line in lines
                   if line.startswith('      = ')
                   and not line.startswith('      = known')), (name, lines)


def ids():
    return [line.split()[0] for line in
            run('explain').stdout.strip().split('\n')]


def test_every_id_is_explained():
    for one in ids():
        for language in ('en', 'zh'):
            r = run('explain', one, '--lang=' + language)
            assert r.returncode == 0 and one in r.stdout, r
            assert len(r.stdout.split()) > (10 if language == 'en' else 3), r
    r = run('explain', 'unknwon_key')
    assert r.returncode != 0 and 'unknown_key' in r.stderr, r
    seen = {fault for wanted in cases().values() for fault, _, _ in wanted}
    unknown = seen - set(ids())
    assert not unknown, unknown


def test_nothing_is_touched():
    """A check makes no file, and works while nothing may be bound."""
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + '/a.yaml', 'w', encoding='utf-8') as f:
            f.write('state: x\nlisten: 127.0.0.1:1\nmodules: {hello: {}}\n')
        r = run('check', '-c', 'a.yaml', folder=folder)
        assert r.returncode == 0, r
        assert os.listdir(folder) == ['a.yaml'], os.listdir(folder)


def words(schema, path=()):
    """(path, word, is_key, the words beside it) of all keys and enumerated
    values that the schema knows."""
    properties = schema.get('properties', {})
    for key, below in properties.items():
        yield path, key, True, set(properties)
        yield from words(below, path + (key,))
        for value in below.get('enum', []):
            if isinstance(value, str) and len(below['enum']) > 1:
                yield path + (key,), value, False, set(below['enum'])


def edits(rng, word):
    """One of each kind of slip."""
    i = rng.randrange(len(word))
    j = rng.randrange(len(word) - 1) if len(word) > 1 else 0
    letter = rng.choice(LETTERS)
    yield word[:i] + word[i + 1:]
    yield word[:i] + letter + word[i:]
    yield word[:i] + letter + word[i + 1:]
    yield word[:j] + word[j + 1:j + 2] + word[j:j + 1] + word[j + 2:]
    yield word[:i] + word[i] + word[i:]


def broken_by(path, word, is_key):
    value = json.dumps(word)
    inner = f'{{{value}: 1}}' if is_key else value
    for key in reversed(path):
        inner = f'{{{key}: {inner}}}'
    return inner + '\n'


def test_slips_are_understood():
    """One-edit slips in keys and values get the right suggestion in nine of
    ten cases."""
    seed = int(os.environ.get('SEED', random.randrange(1 << 30)))
    rng = random.Random(seed)
    schema = json.loads(run('config', 'schema').stdout)
    right = n = 0
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for path, word, is_key, others in list(words(schema)):
            for typo in set(edits(rng, word)):
                if typo in others or typo in ('', word) or len(word) < 3:
                    continue
                if not IS_FULL and rng.random() < 0.4:
                    continue
                with open(folder + '/a.yaml', 'w', encoding='utf-8') as f:
                    f.write(broken_by(path, typo, is_key))
                r = run('check', '-c', 'a.yaml', '--format=json',
                        folder=folder)
                n += 1
                got = [f.get('suggestion') for f in json.loads(r.stdout)]
                right += word in got
                if word not in got:
                    missed.append(f'{typo} for {word}: {got}')
    print(f'SEED={seed}: {right} of {n} slips got the right suggestion; '
          f'not: {", ".join(missed[:8])}')
    assert n > 100 and right >= 0.9 * n, missed


def main():
    tests = Tests()
    tests.run_all(globals())
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
