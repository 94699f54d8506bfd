#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""kill -9 of workers under load and in each phase of a reload, with one
worker and with three.  ENTREPOT_SEED repeats a run."""
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import Tests, good  # noqa: E402
from reloads import IS_FULL, Site, brief, whole  # noqa: E402
from test_reload_long import Waiter  # noqa: E402

SEED = int(os.environ.get('ENTREPOT_SEED') or time.time_ns() % 1000000)
ROUNDS = 20 if IS_FULL else 5
CONNECTIONS = 32
PLACE_TAKEN_US = 200000


def broken(result, kills):
    """Only what was on the way in a killed worker failed: on each
    connection one request at most for each kill."""
    lost = result['reset'] + result['closed'] + result['closed_midway']
    assert result['failed'] == lost, brief(result)
    assert lost <= kills * CONNECTIONS, brief(result)
    assert result['other_status'] == result['mixed'] == 0, brief(result)
    return lost


def reload_begin(host):
    return subprocess.Popen(
        [host.program, 'reload', '-c', host.config], text=True,
        env=host.environment(), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)


def reload_end(order):
    words = order.communicate(timeout=60)[0]
    return order.returncode, words


def busiest(host):
    """pid of the worker that answers most; some may have no connection"""
    before = {w['pid']: w['requests'] for w in host.status()['workers']}
    time.sleep(0.1)
    return max((w['requests'] - before.get(w['pid'], 0), w['pid'])
               for w in host.status()['workers'])[1]


def kills(host, workers):
    """Three kills beside a load: requests lost, longest wait (us)."""
    with host.load(connections=CONNECTIONS, every=2) as load:
        for _ in range(3):
            host.settle()
            time.sleep(0.2)
            victim = busiest(host)
            load.mark('kill')
            os.kill(victim, signal.SIGKILL)
            time.sleep(0.4)
            load.mark('steady')
            assert victim not in host.listening()
            assert len(host.listening()) == workers, host.status()
    r = load.result
    lost = broken(r, 3)
    longest = max(r['windows']['kill']['max_us'], r['longest_silence_us'])
    print(f'{workers} workers: {lost} requests lost of {r["sent"]}, '
          f'longest wait {longest / 1000:.0f} ms')
    assert lost > 0, 'the kills hit nobody'
    return longest


def test_place_is_taken(workers, _):
    """Whatever else the machine does can only make it longer."""
    with Site(workers) as host:
        time.sleep(1.1)
        waits = []
        while len(waits) < 4 and min(waits, default=10**9) > PLACE_TAKEN_US:
            waits.append(kills(host, workers))
        assert min(waits) <= PLACE_TAKEN_US, waits
        host.check_acknowledged()


def slow_prepare(host, workers, folder):
    """A reload in which the last process that starts takes 1.5 s; returns
    the order and the pids by their number of start (1: the probe)."""
    os.mkdir(host.path(folder))
    last = workers + 2
    host.set('fault', when='start', how='slow', victim=last, word=folder,
             folder=host.path(folder))
    order = reload_begin(host)
    end = time.monotonic() + 15
    while not os.path.exists(os.path.join(host.path(folder), str(last))):
        assert time.monotonic() < end and order.poll() is None, \
            os.listdir(host.path(folder))
        time.sleep(0.01)
    time.sleep(0.2)
    pids = {}
    for i in range(2, last + 1):
        with open(os.path.join(host.path(folder), str(i)),
                  encoding='ascii') as f:
            pids[i] = int(f.read())
    return order, pids


def test_between_prepare_and_commit(workers, _):
    with Site(workers, fault={}) as host:
        time.sleep(1.1)
        with host.load(connections=CONNECTIONS) as load:
            order, pids = slow_prepare(host, workers, 'a')
            before = host.generation()
            victims = [p for i, p in pids.items() if i < workers + 2]
            victim = next((p for p in victims if p in host.listening()),
                          victims[0])
            os.kill(victim, signal.SIGKILL)
            code, words = reload_end(order)
            assert code == 0, words
            assert host.generation() == before + 1
            host.settle()
            assert good(host.get('/v1/fault/version'))['word'] == 'a'
        broken(load.result, 1)
        host.check_acknowledged()


def test_while_preparing(workers, _):
    """The worker that prepares is killed: whole before or whole after."""
    with Site(workers, fault={}) as host:
        time.sleep(1.1)
        with host.load(connections=CONNECTIONS) as load:
            order, pids = slow_prepare(host, workers, 'b')
            before = host.generation()
            os.kill(pids[workers + 2], signal.SIGKILL)
            code, words = reload_end(order)
            after = host.settle()['generation']
            word = good(host.get('/v1/fault/version'))['word']
            if code == 0:
                assert after == before + 1 and word == 'b', (after, word)
            else:
                assert after == before and word == 'usual', (after, word)
                assert 'worker' in words and 'signal 9' in words.lower() \
                    or 'killed' in words.lower(), words
            host.set('fault', when='never', word='good')
            host.reloaded()
            assert good(host.get('/v1/fault/version'))['word'] == 'good'
        broken(load.result, 1)


def test_during_drain(workers, rng):
    with Site(workers, drain_timeout_ms=60000) as host:
        time.sleep(1.1)
        waiters = [Waiter(host, 3000, n) for n in range(4 * workers)]
        time.sleep(0.2)
        with host.load(connections=CONNECTIONS) as load:
            host.install('two')
            order = reload_begin(host)
            end = time.monotonic() + 10
            while host.get('/v1/swap/version').json['begin'] != 'two':
                assert time.monotonic() < end, 'no commit'
                time.sleep(0.01)
            victim = rng.choice(host.listening())
            os.kill(victim, signal.SIGKILL)
            code, words = reload_end(order)
            assert code == 0, words
            for w in waiters:
                w.join()
            ended = [w for w in waiters if w.wrong is None]
            assert len(ended) < len(waiters) or workers > 1, 'nobody was hit'
            for w in ended:
                w.check('one')
            host.settle()
            assert host.swap_version() == 'two'
            host.install('one')
            host.reloaded()
            host.settle()
            assert host.swap_version() == 'one'
        broken(load.result, 1)
        host.check_acknowledged()


def test_while_it_starts(workers, _):
    """kill -9 from outside of a process in the new version's start: that is
    not the module's fault, and the reload waits for its replacement."""
    with Site(workers, fault={}) as host:
        time.sleep(1.1)
        with host.load(connections=CONNECTIONS) as load:
            order, pids = slow_prepare(host, workers, 'a')
            before = host.generation()
            os.kill(pids[max(pids)], signal.SIGKILL)
            code, words = reload_end(order)
            assert code == 0, words
            assert host.generation() == before + 1
            host.settle()
            assert good(host.get('/v1/fault/version'))['word'] == 'a'
        broken(load.result, 1)
        host.check_acknowledged()


def test_at_any_time(workers, rng):
    """Random kills of workers while modules are replaced."""
    with Site(workers) as host:
        time.sleep(1.1)
        version, done = 'one', 0
        with host.load(connections=CONNECTIONS) as load:
            for _ in range(ROUNDS):
                wanted = 'two' if version == 'one' else 'one'
                host.install(wanted)
                victim = rng.choice(host.listening())
                order = reload_begin(host)
                time.sleep(rng.uniform(0, 0.15))
                os.kill(victim, signal.SIGKILL)
                code, words = reload_end(order)
                host.settle(20)
                version = wanted if code == 0 else version
                done += code == 0
                assert host.swap_version() == version, (code, words)
                time.sleep(0.3)
        r = load.result
        lost = broken(r, ROUNDS)
        print(f'{workers} workers: {done} of {ROUNDS} reloads came through '
              f'a kill, {lost} requests lost of {r["sent"]}')
        host.check_acknowledged()
        host.install('two')
        host.reloaded()
        assert host.swap_version() == 'two'


def test_everything_ends_in_a_reload(workers, _):
    """Supervisor and all die; the next start serves one generation."""
    with Site(workers, fault={}) as host:
        order, _ = slow_prepare(host, workers, 'e')
        everybody = [host.process.pid] + host.children()
        for pid in everybody:
            os.kill(pid, signal.SIGKILL)
        host.process.wait()
        assert reload_end(order)[0] != 0
        host.set('fault', when='never', word='after')
        host.start()
        assert good(host.get('/v1/fault/version'))['word'] == 'after'
        with host.load(connections=8) as load:
            host.install('two')
            host.reloaded()
        whole(load.result)
        host.settle()


def main():
    print(f'seed {SEED}: ENTREPOT_SEED={SEED} repeats it')
    rng = random.Random(SEED)
    tests = Tests()
    for workers in (1, 3):
        tests.run_all(globals(), workers, rng)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
