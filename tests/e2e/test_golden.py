#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Golden cases of the modules' operations (tests/data/golden), each over HTTP
and through `entrepot call --jsonl`.  Argument: build folder."""
import glob
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, TOP, Host, Tests, module_config  # noqa: E402

# The module that has the operations, where its name is not the file's.
MODULES = {'identifiers': 'compliance'}


def same(want, got):
    """Equal as the cases mean it: keys in any order, numbers that are not
    whole to 1e-6."""
    if isinstance(want, bool) or isinstance(got, bool) or want is None:
        return want is got
    if isinstance(want, (int, float)):
        return isinstance(got, (int, float)) and abs(want - got) <= (
            0 if want == int(want) and got == int(got) else 1.0000001e-6)
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(
            same(a, b) for a, b in zip(want, got))
    if isinstance(want, dict):
        return isinstance(got, dict) and want.keys() == got.keys() and all(
            same(v, got[k]) for k, v in want.items())
    return type(want) is type(got) and want == got


def check(case, status, answer):
    expect = case['expect']
    if 'error' in expect and 'valid' not in expect:
        assert status == 422, f'{status}: {answer}'
        # a problem document has members of its own beside those expected
        assert all(k in answer and same(v, answer[k])
                   for k, v in expect.items()), f'{expect} not in {answer}'
        return
    assert status == 200, f'{status}: {answer}'
    assert same(expect, answer), f'expected {expect}, got {answer}'


def over_http(host, case):
    a = host.post('/v1/ops/' + case['op'], case['input'])
    check(case, a.status, a.json)


def by_command(case, line):
    answer = json.loads(line)
    check(case, answer['status'], answer.get('output', answer.get('problem')))


def main():
    files = sorted(glob.glob(os.path.join(TOP, 'tests/data/golden/*.json')))
    cases = {}
    for path in files:
        with open(path, encoding='utf-8') as f:
            data = json.load(f)
        module = MODULES.get(data['module'], data['module'])
        assert len(data['cases']) == data['count'], path
        cases.setdefault(module, []).extend(data['cases'])
    tests = Tests()
    with Host(BUILD, module_config(*cases)) as host:
        for module, some in cases.items():
            lines = '\n'.join(json.dumps({'op': c['op'], 'input': c['input']})
                              for c in some)
            run = host.run('call', '--jsonl', stdin=lines + '\n', timeout=120)
            answers = run.stdout.splitlines()
            assert len(answers) == len(some), run
            for case, line in zip(some, answers):
                tests.run(f'{case["id"]} over HTTP', over_http, host, case)
                tests.run(f'{case["id"]} by command', by_command, case, line)
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
