#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Requests that last longer than reloads, and more reloads than memory would
bear if anything stayed.  ENTREPOT_TEST_SIZE=full: 30 s across 20 reloads,
and 1,000 reloads."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import Tests  # noqa: E402
from reloads import (IS_FULL, Site, keeps_images, usages,  # noqa: E402
                     whole)

SECONDS, ACROSS = (30, 20) if IS_FULL else (4, 5)
MANY = 1000 if IS_FULL else 60
WARM = 10
OTHER = {'one': 'two', 'two': 'one'}


class Waiter(threading.Thread):
    """One request of ms milliseconds, which must end as it began."""

    def __init__(self, host, ms, n):
        super().__init__()
        self.host, self.ms, self.n = host, ms, n
        self.answer = self.wrong = None
        self.ended = 0.0
        self.start()

    def run(self):
        try:
            self.answer = self.host.post(
                '/v1/swap/wait', {'ms': self.ms, 'n': self.n}, timeout=120)
        except Exception as e:  # told by check()
            self.wrong = repr(e)
        self.ended = time.monotonic()

    def check(self, version):
        self.join()
        assert self.wrong is None, self.wrong
        assert self.answer.status == 200, self.answer
        j = self.answer.json
        assert j['begin'] == j['inner'] == j['end'] == version, j
        assert j['n'] == self.n, j


def test_requests_longer_than_reloads(workers):
    with Site(workers, drain_timeout_ms=120000,
              limits={'deadline_ms': 60000}) as host:
        version = 'one'
        waiters = [Waiter(host, SECONDS * 1000, n) for n in range(12)]
        time.sleep(0.3)
        with host.load(connections=8) as load:
            for _ in range(ACROSS):
                version = OTHER[version]
                host.install(version)
                host.reloaded(timeout=100)
                assert host.swap_version() == version
            ended = time.monotonic()
        whole(load.result)
        for w in waiters:
            w.check('one')
        assert min(w.ended for w in waiters) > ended, \
            'the reloads waited for the requests'
        host.settle()


def test_each_generation_has_long_ones(workers):
    """No more than three versions at once: a reload waits instead."""
    with Site(workers, drain_timeout_ms=60000) as host:
        version, waiters = 'one', []
        for n in range(4):
            waiters.append((version, [Waiter(host, 1500, 10 * n + i)
                                      for i in range(6)]))
            time.sleep(0.1)
            version = OTHER[version]
            host.install(version)
            host.reloaded()
            most = max(u['images'] for u in usages(host).values())
            assert most <= 3 or keeps_images(), most
        for v, some in waiters:
            for w in some:
                w.check(v)
        host.settle()


def test_an_end_to_waiting(workers):
    """What still waits at the drain's end is told so, and reloads go on."""
    with Site(workers, drain_timeout_ms=700) as host:
        waiters = [Waiter(host, 20000, n) for n in range(4)]
        time.sleep(0.2)
        began = time.monotonic()
        for version in ('two', 'one', 'two'):
            host.install(version)
            host.reloaded()
        for w in waiters:
            w.join()
            assert w.wrong is None and w.answer.status == 503, \
                (w.wrong, w.answer)
            assert w.answer.json['error'] == 'cancelled', w.answer
        assert time.monotonic() - began < 8
        assert host.swap_version() == 'two'
        host.settle()


def alternate(host, version, times):
    for _ in range(times):
        version = OTHER[version]
        host.install(version)
        host.reloaded()
    return version


def test_many_reloads(workers):
    """Images, descriptors, maps and memory stay as they are.  The load only
    reads: what is written fills the store's cache, 8 MiB."""
    with Site(workers) as host, \
            host.load(connections=8, every=0) as load:
        version = alternate(host, 'one', WARM)
        host.settle()
        time.sleep(0.3)
        before = usages(host)
        began = time.monotonic()
        alternate(host, version, MANY)
        took = time.monotonic() - began
        host.settle()
        time.sleep(0.3)
        after = usages(host)
        whole(load.stop())
        assert set(after) >= set(before), 'a process was replaced'
        grown = [{k: after[p][k] - before[p][k] for k in before[p]}
                 for p in before]
        most = {k: max(g[k] for g in grown) for k in grown[0]}
        print(f'{workers} workers, {MANY} reloads of '
              f'{took / MANY * 1000:.0f} ms: the most that any process '
              f'grew: {most}')
        assert most['fds'] <= 1, (before, after)
        if keeps_images():
            assert most['images'] == MANY, most
        else:
            assert most['images'] == 0, (before, after)
            assert max(u['images'] for u in after.values()) == 1, after
            assert most['maps'] <= 6, (before, after)
            assert most['rss'] <= 1500 + MANY / 4, f'{most} kB'
        documents = os.listdir(os.path.join(host.state, 'generations'))
        documents = [d for d in documents if d.endswith('.json')]
        assert len(documents) <= 52, f'{len(documents)} documents are kept'
        files = os.listdir(os.path.join(host.state, 'modules'))
        kept = MANY * (workers + 2) if keeps_images() else 0
        assert len(files) <= 8 + kept, files


def main():
    tests = Tests()
    for workers in (1, 3):
        tests.run_all(globals(), workers)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
