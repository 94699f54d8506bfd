#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Work beside the loop: many handlers that call ep_offload() at once, while
their module is replaced, and at the end of the host.  tests/threads runs it
with ThreadSanitizer."""
import http.client
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config  # noqa: E402

CLIENTS = 8


class Caller(threading.Thread):
    def __init__(self, host, n):
        super().__init__()
        self.host, self.n = host, n
        self.wrong, self.done = [], 0
        self.end = threading.Event()

    def run(self):
        c = http.client.HTTPConnection('127.0.0.1', self.host.port,
                                       timeout=60)
        while not self.end.is_set():
            c.request('POST', '/v1/ops/probe.offload', b'{"n":%d}' % self.n,
                      {'Content-Type': 'application/json'})
            r = c.getresponse()
            body = r.read()
            wanted = b'{"sum":%d}' % (self.n * (self.n + 1) // 2)
            if r.status != 200 or body != wanted:
                self.wrong.append((r.status, body))
                return
            self.done += 1
        c.close()


def with_callers(host, during):
    callers = [Caller(host, 20000 + i) for i in range(CLIENTS)]
    for c in callers:
        c.start()
    try:
        during()
    finally:
        for c in callers:
            c.end.set()
        for c in callers:
            c.join()
    for c in callers:
        assert not c.wrong, c.wrong
        assert c.done > 0, 'nothing was answered'


def test_many_at_once(workers):
    with Host(BUILD, module_config('probe', workers=workers)) as host:
        with_callers(host, lambda: time.sleep(0.5))


def test_module_is_replaced_meanwhile(workers):
    def config(word):
        return module_config(workers=workers) + (
            f'  probe: {{file: {BUILD}/modules/probe.so, word: {word}}}\n')

    with Host(BUILD, config('first')) as host:
        def replace():
            for i in range(4):
                time.sleep(0.1)
                host.configure(config(f'w{i}'))
                host.reloaded()

        with_callers(host, replace)


def test_host_ends_meanwhile(workers):
    with Host(BUILD, module_config('probe', workers=workers)) as host:
        n = 30000000
        out = []
        threads = [threading.Thread(target=lambda: out.append(
            host.op('probe.offload', {'n': n}))) for _ in range(CLIENTS)]
        for t in threads:
            t.start()
        time.sleep(0.15)
        host.stop()
        for t in threads:
            t.join()
        assert len(out) == CLIENTS
        for a in out:
            assert good(a)['sum'] == n * (n + 1) // 2, a


def main():
    tests = Tests()
    for workers in (1, 3):
        tests.run_all(globals(), workers)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
