#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""kill -9 of a worker, of the supervisor and of everything, while eight
clients write: nothing that was acknowledged is lost, nothing is done twice.
ENTREPOT_SEED repeats a run."""
import http.client
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config  # noqa: E402

SEED = int(os.environ.get('ENTREPOT_SEED') or time.time_ns() % 1000000)
ROUNDS = 10
CLIENTS = 8


def is_alive(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


def wait_gone(pids, seconds=10):
    end = time.monotonic() + seconds
    while any(is_alive(p) for p in pids):
        assert time.monotonic() < end, f'{pids}: orphans are left'
        time.sleep(0.02)


class Client(threading.Thread):
    """Adds 1 to its own item, each time with a new key, which is used again
    until there is an answer."""

    def __init__(self, host, name):
        super().__init__()
        self.host, self.name_, self.acknowledged = host, name, 0
        self.broken, self.wrong = 0, []
        self.stop = threading.Event()

    def run(self):
        n = 0
        while not self.stop.is_set():
            n += 1
            key = f'{self.name_}-{n}'
            end = time.monotonic() + 30
            while not self.once(key):
                if time.monotonic() > end:
                    self.wrong.append('no answer for 30 s')
                    return
                time.sleep(0.01)

    def once(self, key):
        try:
            a = self.host.post(f'/v1/probe/items/{self.name_}/add',
                               {'by': 1}, {'Idempotency-Key': key},
                               timeout=10)
        except (OSError, http.client.HTTPException):
            self.broken += 1
            return False
        if a.status == 200:
            self.acknowledged += 1
            if a.json['n'] != self.acknowledged:
                self.wrong.append((key, self.acknowledged, a))
            return True
        if a.status not in (409, 503):
            self.wrong.append((key, a))
        return False


def start_clients(host, name):
    clients = [Client(host, f'{name}-{i}') for i in range(CLIENTS)]
    for c in clients:
        good(host.op('probe.put_item', {'id': c.name_, 'n': 0}), 201)
    for c in clients:
        c.start()
    return clients


def end_clients(host, clients):
    for c in clients:
        c.stop.set()
    for c in clients:
        c.join()
    for c in clients:
        assert not c.wrong, c.wrong[:3]
        n = good(host.get(f'/v1/probe/items/{c.name_}'))['n']
        assert n == c.acknowledged, \
            f'{c.name_}: {c.acknowledged} acknowledged, {n} in the store'
    return sum(c.broken for c in clients), sum(
        c.acknowledged for c in clients)


def test_worker(host, rng):
    for n in range(ROUNDS // 2):
        clients = start_clients(host, f'w{n}')
        time.sleep(rng.uniform(0.05, 0.3))
        victim = rng.choice(host.workers())
        os.kill(victim, signal.SIGKILL)
        time.sleep(rng.uniform(0.1, 0.3))
        host.wait_ready()
        end = time.monotonic() + 10
        while victim in host.workers() or 0 in host.workers():
            assert time.monotonic() < end, host.workers()
            time.sleep(0.02)
        broken, _ = end_clients(host, clients)
        # One request of each client was in flight; while no worker serves,
        # connections wait in the backlog.
        assert broken <= CLIENTS, f'{broken} requests broken'


def test_crash_is_attributed(host, _):
    try:
        host.op('probe.reply', {'how': 'crash'})
        raise AssertionError('it did not crash')
    except (OSError, http.client.HTTPException):
        pass
    host.wait_log('probe.reply')
    host.wait_ready()


def test_stall_is_ended(host, _):
    time.sleep(1.1)  # not to look like one that cannot start
    began = time.monotonic()
    try:
        a = host.op('probe.hold', {'ms': 20000})
        raise AssertionError(f'it was let go on: {a}')
    except (OSError, http.client.HTTPException):
        pass
    assert time.monotonic() - began < 5
    host.wait_log('worker_stalled')
    host.wait_ready()


def test_supervisor(host, rng):
    clients = start_clients(host, 's')
    time.sleep(rng.uniform(0.1, 0.4))
    children = host.children()
    assert len(children) >= 2, children
    host.kill()
    wait_gone(children)
    host.start()
    end_clients(host, clients)


def test_everything(host, rng):
    clients = start_clients(host, 'e')
    for _ in range(ROUNDS // 2):
        time.sleep(rng.uniform(0.05, 0.4))
        everybody = host.children() + [host.process.pid]
        rng.shuffle(everybody)
        for pid in everybody:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        host.process.wait()
        wait_gone(everybody)
        host.start()
    end_clients(host, clients)


def test_sync_process(host, rng):
    clients = start_clients(host, 'y')
    time.sleep(0.1)
    others = [p for p in host.children() if p not in host.workers()]
    assert others
    os.kill(others[0], signal.SIGKILL)
    time.sleep(rng.uniform(0.2, 0.4))
    before = sum(c.acknowledged for c in clients)
    time.sleep(0.5)
    _, after = end_clients(host, clients)
    assert after > before, 'nothing is written any more'


def main():
    print(f'seed {SEED}: ENTREPOT_SEED={SEED} repeats it')
    rng = random.Random(SEED)
    tests = Tests()
    for workers in (1, 2):
        config = module_config('probe', workers=workers,
                               limits={'stall_ms': 1500})
        with Host(BUILD, config) as host:
            tests.run_all(globals(), host, rng)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
