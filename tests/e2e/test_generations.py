#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a worker does with the generations that it holds: instances that are
warmed, shared, withdrawn, drained and asked for their health, with one worker
and with three.  ENTREPOT_TEST_SIZE=full: more and longer."""
import http.client
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Tests, good  # noqa: E402
from reloads import Site  # noqa: E402

STATE_VERSION = 7  # of tests/modules/warm


class Warm(Site):
    """A host with the modules warm and swap."""

    def __init__(self, workers, warm=None, **options):
        super().__init__(workers, **options)
        self.sections['warm'] = dict(file=f'{BUILD}/modules/warm.so',
                                     **(warm or {}))
        self.write()
        self.lines = {}

    def __exit__(self, kind, value, trace):
        for line in self.lines.values():
            line.close()
        super().__exit__(kind, value, trace)

    def each(self, method='GET', path='/v1/warm/state', value=None):
        """The answers of all workers by pid, over connections that stay."""
        if not self.lines:
            self.connect()
        return {pid: self.on(line, method, path, value)
                for pid, line in self.lines.items()}

    def connect(self):
        spare = []
        while len(self.lines) < self.workers_wanted:
            line = http.client.HTTPConnection('127.0.0.1', self.port,
                                              timeout=60)
            pid = self.on(line, 'GET', '/v1/warm/state')['pid']
            spare.append(line) if pid in self.lines else \
                self.lines.update({pid: line})
            assert len(spare) < 2000, 'a worker answers nobody'
        for line in spare:
            line.close()

    @staticmethod
    def on(line, method, path, value=None):
        line.request(method, path,
                     None if value is None else json.dumps(value),
                     {'Content-Type': 'application/json'})
        r = line.getresponse()
        body = r.read()
        assert r.status == 200, (r.status, body)
        return json.loads(body)

    def counts(self):
        return {pid: a['count'] for pid, a in self.each().items()}

    def count_up(self):
        """So that each worker has a count of its own."""
        self.each()
        for n, line in enumerate(self.lines.values()):
            for _ in range(n + 2):
                self.on(line, 'POST', '/v1/warm/count')
        return self.counts()


def test_what_was_saved_is_restored(workers):
    with Warm(workers) as host:
        before = host.count_up()
        for n in range(4):
            host.set('warm', word=f'word {n}')
            host.reloaded()
            found = host.each()
            assert {p: a['count'] for p, a in found.items()} == before, \
                (before, found)
            assert {a['restored_version'] for a in found.values()} == \
                {STATE_VERSION}
            assert {a['word'] for a in found.values()} == {f'word {n}'}
        log = host.log()
        assert log.count('warm_start') == 4 * (workers + 1), log
        assert 'cold_start' not in log, log


def test_what_is_not_restored_starts_cold(workers):
    """The reload stands, and the log says why."""
    with Warm(workers) as host:
        host.count_up()
        host.set('warm', restore='refuses')
        host.reloaded()
        assert set(host.counts().values()) == {0}
        host.wait_log('cold_start')
        told = [line for line in host.log().split('\n')
                if 'cold_start' in line]
        assert len(told) == workers + 1, told
        for line in told:
            assert 'other_shape' in line and 'warm' in line and \
                'another shape' in line, line
        # Nothing is carried over any more; and from here on it is.
        before = host.count_up()
        host.set('warm', restore='accepts')
        host.reloaded()
        assert host.counts() == before


def test_unchanged_module_keeps_its_memory(workers):
    """Shared by generations: not started, not stopped, not restored."""
    with Warm(workers) as host:
        before = host.count_up()
        for version in ('two', 'one', 'two', 'one', 'two'):
            host.install(version)
            host.reloaded()
            assert host.swap_version() == version
            found = host.each()
            assert {p: a['count'] for p, a in found.items()} == before
            assert {a['restored_version'] for a in found.values()} == {0}
        log = host.log()
        assert 'warm_start' not in log, log
        workers_ = host.settle()['workers']
        assert {w['images'] for w in workers_} == {2}, workers_


def main():
    tests = Tests()
    began = time.monotonic()
    for workers in (1, 3):
        tests.run_all(globals(), workers)
    print(f'{time.monotonic() - began:.1f} s')
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
