#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The story of one order (contrib/demo), against the modules as they are."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, TOP, Host, Tests, module_config  # noqa: E402


def demo(*arguments):
    return subprocess.run([os.path.join(TOP, 'contrib/demo'), *arguments],
                          capture_output=True, text=True, timeout=60,
                          check=False)


def test_the_story_is_told(host):
    r = demo(f'http://127.0.0.1:{host.port}')
    assert r.returncode == 0, r
    assert 'duty 3.00 EUR, VAT 10.43 EUR' in r.stdout, r.stdout
    assert 'block: EU-CE-001 CE marking missing' in r.stdout, r.stdout
    assert 'general, sublevel 3, personal' in r.stdout, r.stdout
    assert 'exempt by Art.5(1)' in r.stdout, r.stdout
    assert r.stdout.rstrip().endswith('/openapi.json'), r.stdout


def test_for_programs(host):
    r = demo('--json', f'http://127.0.0.1:{host.port}')
    steps = json.loads(r.stdout)
    assert r.returncode == 0 and len(steps) >= 19, r
    assert {s['operation'].split('.')[0] for s in steps} >= {
        'compliance', 'payment', 'logistics', 'datasec', 'evaluation'}, steps


def test_without_a_host(_):
    r = demo('http://127.0.0.1:9')
    assert r.returncode == 1 and 'contrib/run' in r.stderr, r


def main():
    tests = Tests()
    with Host(BUILD, module_config('compliance', 'payment', 'logistics',
                                   'data-security', 'evaluation')) as host:
        tests.run_all(globals(), host)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
