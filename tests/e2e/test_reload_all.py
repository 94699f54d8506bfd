#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""All modules of the product are loaded and each is replaced while others
work: clients of a test module under full load, and clients of the module that
is replaced, notice nothing.  ENTREPOT_TEST_SIZE=full: twenty rounds."""
import glob
import http.client
import json
import os
import re
import shutil
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, TOP, Tests  # noqa: E402
from reloads import IS_FULL, Site, brief, whole  # noqa: E402

ROUNDS = 20 if IS_FULL else 1
CALLS = {
    'compliance': ('compliance.name_score', {'a': 'MARTHA', 'b': 'MARHTA'}),
}


def modules():
    """Those that have a manifest, as modules/rules.mk finds them."""
    return sorted(os.path.basename(os.path.dirname(path)) for path in
                  glob.glob(os.path.join(TOP, 'modules/*/openapi.yaml')))


def call_of(module):
    """A golden case without an error is a call that must succeed."""
    if module in CALLS:
        return CALLS[module]
    path = os.path.join(TOP, f'tests/data/golden/{module}.json')
    with open(path, encoding='utf-8') as f:
        cases = json.load(f)['cases']
    return next((c['op'], c['input']) for c in cases
                if 'error' not in c['expect'])


def other_build(path, number):
    """The same module with other bytes behind its end, as far as the host can
    tell a vendor's next build: it goes by the contents."""
    with open(path, 'rb') as f:
        contents = f.read()
    with open(path + '.new', 'wb') as f:
        f.write(contents + f'build {number}'.encode().ljust(16, b'\0'))
    os.rename(path + '.new', path)


class Clients:
    """Four connections that keep calling an operation; every answer counts."""

    def __init__(self, port, operation, value):
        self.port, self.body = port, json.dumps(value).encode()
        self.path = '/v1/ops/' + operation
        self.answers, self.failures = 0, []
        self.ends = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(4)]

    def run(self):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        first = None
        while not self.ends.is_set():
            try:
                c.request('POST', self.path, self.body,
                          {'Content-Type': 'application/json'})
                r = c.getresponse()
                body = r.read()
            except (OSError, http.client.HTTPException) as e:
                self.failures.append(repr(e))
                return
            first = first or body
            if r.status != 200 or body != first:
                self.failures.append(f'{r.status} {body[:200]}')
            self.answers += 1
        c.close()

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, kind, value, trace):
        self.ends.set()
        for t in self.threads:
            t.join()


def test_each_is_replaced_under_load():
    names = modules()
    assert len(names) >= 4, names
    with Site(2) as host:
        for name in names:
            shutil.copyfile(f'{BUILD}/modules/{name}.so', host.file(name))
            host.sections[name] = {'file': host.file(name)}
        host.write()
        host.reloaded()
        before = host.generation()
        for _ in range(2):
            assert 'unchanged' in host.reloaded()
        with host.load(connections=16) as load:
            for i in range(ROUNDS):
                for name in names:
                    operation, value = call_of(name)
                    with Clients(host.port, operation, value) as clients:
                        other_build(host.file(name), i)
                        words = host.reloaded()
                    assert 'unchanged' not in words, words
                    assert re.search(rf'\b{name}\b', words), words
                    assert not clients.failures, \
                        (name, clients.failures[:3])
                    assert clients.answers >= 4, (name, clients.answers)
        whole(load.result)
        assert load.result['sent'] > 100 * len(names), brief(load.result)
        assert host.generation() == before + ROUNDS * len(names)
        print(f'{ROUNDS * len(names)} reloads of {", ".join(names)}: '
              f'{load.result["sent"]} requests, none failed')


def main():
    tests = Tests()
    tests.run_all(globals())
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
