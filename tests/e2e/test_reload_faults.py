#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A new version that does not start, or says that it is not well: in the
probe, or in one process only.  The old one serves on everywhere, the command
fails and says who, when and what."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import Tests, good  # noqa: E402
from reloads import IS_FULL, Site, brief, whole  # noqa: E402

CONNECTIONS = 16
KILLS = ('spin', 'segv', 'abort', 'stack')
LIMITS = {'stall_ms': 600, 'deadline_ms': 4000}


class Attempt:
    """One reload that must fail, beside a load."""

    def __init__(self, host, when, how, victim):
        self.host, self.when, self.how = host, when, how
        self.victim = victim
        self.old = good(host.get('/v1/fault/version'))['word']
        self.name = f'{when}-{how}-{victim}'
        self.before = host.settle()
        self.slots = {w['pid']: w['worker'] for w in self.before['workers']}
        os.mkdir(host.path(self.name))
        host.set('fault', when=when, how=how, victim=victim, word=self.name,
                 folder=host.path(self.name))
        began = time.monotonic()
        with host.load(connections=CONNECTIONS) as load:
            time.sleep(0.1)
            self.answer = host.reload()
            self.took = time.monotonic() - began
            host.settle()
            time.sleep(0.1)
        self.result = load.result
        self.words = self.answer.words

    def pid(self):
        with open(os.path.join(self.host.path(self.name), str(self.victim)),
                  encoding='ascii') as f:
            return int(f.read())

    def check(self, in_probe):
        w = self.words
        assert self.answer.returncode != 0, w
        assert 'fault' in w, f'the module is not named: {w}'
        assert self.when in w, f'the phase is not named: {w}'
        after = self.host.status()
        assert after['generation'] == self.before['generation'], w
        words = {good(self.host.get('/v1/fault/version'))['word']
                 for _ in range(12)}
        assert words == {self.old}, words
        assert self.took < 12, f'{self.took} s: {w}'
        if in_probe:
            whole(self.result)
            return
        slot = self.slots[self.pid()] if self.victim > 0 else ''
        assert f'worker {slot}' in w, f'worker {slot} is not named: {w}'
        if self.how not in KILLS:
            whole(self.result)
            return
        r = self.result
        lost = r['reset'] + r['closed'] + r['closed_midway']
        assert r['failed'] == lost <= CONNECTIONS, brief(r)


def site(workers):
    return Site(workers, fault={'word': 'good'}, limits=LIMITS,
                reload={'prepare_timeout_ms': 1500})


def good_again(host, n):
    """What is mended goes in as ever."""
    host.set('fault', when='never', word=f'good {n}')
    host.reloaded()
    host.settle()
    assert good(host.get('/v1/fault/version'))['word'] == f'good {n}'


def attempts(workers, cases):
    """cases: (when, how, victim); 1 is the probe."""
    with site(workers) as host:
        time.sleep(1.1)
        for n, (when, how, victim) in enumerate(cases):
            Attempt(host, when, how, victim).check(
                victim <= 1)
            good_again(host, n)
        host.check_acknowledged()


def test_start_fails(workers):
    attempts(workers, [('start', 'error', v) for v in range(workers + 3)])


def test_health_says_no(workers):
    attempts(workers, [('health', 'error', v)
                       for v in range(workers + 3)])


def test_start_waits_for_ever(workers):
    attempts(workers, [('start', 'wait', 1), ('start', 'wait', 2)])


def test_start_holds_the_loop(workers):
    attempts(workers, [('start', 'spin', 1), ('start', 'spin', 2)])


def test_start_crashes(workers):
    attempts(workers, [('start', how, v) for how in ('segv', 'abort', 'stack')
                       for v in (1, 3)])


def test_health_crashes_or_hangs(workers):
    attempts(workers, [('health', 'segv', 1), ('health', 'segv', 2),
                       ('health', 'spin', 1), ('health', 'spin', 3),
                       ('health', 'wait', 2)])


def test_stop_fails_or_crashes(workers):
    """An instance that was replaced ends badly: the reload stands, and the
    worker that it took is replaced."""
    with Site(workers, fault={'word': 'good', 'when': 'stop',
                              'how': 'error'}) as host:
        with host.load(connections=CONNECTIONS) as load:
            host.set('fault', word='second')
            host.reloaded()
            host.settle()
        whole(load.result)
        os.mkdir(host.path('stops'))
        host.set('fault', how='segv', victim=2, word='third',
                 folder=host.path('stops'))
        host.reloaded()
        host.settle()
        with host.load(connections=CONNECTIONS) as load:
            host.set('fault', when='never', word='fourth', folder='')
            host.reload()
            host.settle()
            assert good(host.get('/v1/fault/version'))['word'] == 'fourth'
        r = load.result
        assert r['failed'] == r['reset'] + r['closed'] + \
            r['closed_midway'] <= CONNECTIONS, brief(r)
        host.set('fault', word='fifth')
        host.reloaded()
        assert good(host.get('/v1/fault/version'))['word'] == 'fifth'


def main():
    tests = Tests()
    tests.run_all(globals(), 3)
    names = globals() if IS_FULL else {
        f.__name__: f for f in (test_start_fails, test_start_crashes)}
    tests.run_all(names, 1)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
