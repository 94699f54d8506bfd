#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Other people's tools on what the host says: promtool on /metrics, spectral
on /openapi.json.  Both formats of the metrics say the same."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, TOP, Host, Tests, good  # noqa: E402

SPECTRAL = os.path.join(BUILD, 'npm/node_modules/.bin/spectral')


def config():
    """Every module of the product."""
    names = [os.path.basename(os.path.dirname(p)) for p in glob.glob(
        TOP + '/modules/*/openapi.yaml')]
    assert len(names) >= 3, names
    return 'workers: 1\nmodules:\n' + ''.join(
        f'  {n}: {{file: {BUILD}/modules/{n}.so}}\n'
        for n in sorted(names) + ['hello'])


def samples(text):
    return {line.rsplit(' ', 1)[0]: line.rsplit(' ', 1)[1]
            for line in text.split('\n') if line and line[0] != '#'}


def metrics(host, accept):
    a = host.get('/metrics', headers={'Accept': accept} if accept else {})
    good_media = 'openmetrics' if 'openmetrics' in accept else 'text/plain'
    assert a.status == 200 and good_media in a.headers['Content-Type'], a
    return a.body.decode()


def test_both_formats_say_the_same(host):
    good(host.op('hello.greet', {'name': 'Ann'}))
    newer = metrics(host, 'application/openmetrics-text;version=1.0.0')
    assert newer.endswith('# EOF\n') and '# TYPE entrepot_build info' in newer
    for accept in ('', '*/*', 'text/plain;version=0.0.4'):
        older = metrics(host, accept)
        assert 'EOF' not in older and '# UNIT' not in older, older[-200:]
        assert samples(older).keys() == samples(newer).keys()
        assert samples(older)[
            'entrepot_operation_calls_total{operation="hello.greet"}'] == '1'
        families = re.findall(r'^# (HELP|TYPE) (\S+)', older, re.M)
        assert len(families) > 50 and len(families) == len(set(families))
        names = {n for _, n in families}
        for key in samples(older):
            name = key.split('{')[0]
            assert name in names or re.sub(
                '_(bucket|sum|count)$', '', name) in names, name


def promtool_has_no_remark(host):
    good(host.op('hello.greet', {'name': 'Ann'}))
    host.reloaded()
    text = metrics(host, '')
    for words, code in ((text, 0), (text + text, 1)):
        r = subprocess.run(['promtool', 'check', 'metrics'], input=words,
                           capture_output=True, text=True, check=False)
        assert r.returncode == code, r
        assert code or r.stdout + r.stderr == '', r


def spectral(path, folder):
    ruleset = os.path.join(folder, 'ruleset.yaml')
    with open(ruleset, 'w', encoding='utf-8') as f:
        f.write('extends: ["spectral:oas"]\n')
    return subprocess.run(
        [SPECTRAL, 'lint', '--fail-severity=hint', '-r', ruleset, path],
        capture_output=True, text=True, check=False)


def spectral_has_no_remark(host):
    body = host.get('/openapi.json').body.decode()
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        path = os.path.join(folder, 'openapi.json')
        for words, code in ((body, 0),
                            (body.replace('"operationId"', '"operatonId"', 1),
                             1)):
            with open(path, 'w', encoding='utf-8') as f:
                f.write(words)
            r = spectral(path, folder)
            assert r.returncode == code, r.stdout + r.stderr


def main():
    tests = Tests()
    with Host(BUILD, config()) as host:
        tests.run_all(globals(), host)
        for found, test, name in (
                (shutil.which('promtool'), promtool_has_no_remark,
                 'promtool'),
                (os.path.exists(SPECTRAL) and shutil.which('node'),
                 spectral_has_no_remark, 'spectral')):
            if found:
                tests.run(test.__name__, test, host)
            else:
                tests.skipped += 1
                print(f'skipped: {name} is not installed (contrib/install '
                      'test)')
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
