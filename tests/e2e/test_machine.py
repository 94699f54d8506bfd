#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A host at its limits: descriptors, connections, fibers, slow clients, and
the end of service while requests run."""
import json
import os
import resource
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config, refused  # noqa: E402

GET = b'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'


def connect(host, timeout=10):
    return socket.create_connection(('127.0.0.1', host.port),
                                    timeout=timeout)


def answer(s):
    """The status of one answer, None when the connection ended."""
    got = b''
    try:
        while b'\r\n\r\n' not in got:
            piece = s.recv(4096)
            if not piece:
                return None
            got += piece
    except OSError:
        return None
    return int(got.split()[1])


def processor_seconds(pid):
    with open(f'/proc/{pid}/stat', encoding='ascii') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def descriptors(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


def operation(name, value):
    body = json.dumps(value).encode()
    return (b'POST /v1/ops/%s HTTP/1.1\r\nHost: a\r\nContent-Type: '
            b'application/json\r\nContent-Length: %d\r\n\r\n' % (
                name.encode(), len(body))) + body


def test_few_descriptors(_):
    with Host(BUILD, module_config('probe', workers=1)) as host:
        pid = host.workers()[0]
        before = descriptors(pid)
        resource.prlimit(pid, resource.RLIMIT_NOFILE,
                         (before + 10, before + 10))
        held = [connect(host) for _ in range(60)]
        for s in held:
            s.sendall(GET)
        time.sleep(0.3)
        spent = processor_seconds(pid)
        time.sleep(1)
        spent = processor_seconds(pid) - spent
        assert spent < 0.3, f'{spent} s of a second: it spins on accept'
        codes = []
        for s in held:
            s.settimeout(0.01)
            codes.append(answer(s))
        assert codes.count(200) >= 5, codes
        assert set(codes) <= {200, 503, None}, codes
        for s in held:
            s.close()
        host.wait_ready()
        end = time.monotonic() + 5
        while descriptors(pid) > before + 1:
            assert time.monotonic() < end, 'descriptors leak'
            time.sleep(0.05)
        for i in range(20):
            good(host.op('probe.put_item', {'id': f'n{i}', 'n': 1}), 201)
        assert host.workers() == [pid]


def test_max_connections(_):
    config = module_config('probe', workers=1, limits={'max_connections': 20})
    with Host(BUILD, config) as host:
        held = []
        for _ in range(20):
            s = connect(host)
            s.sendall(GET)
            assert answer(s) == 200
            held.append(s)
        more = [connect(host) for _ in range(5)]
        for s in more:
            try:
                s.sendall(GET)
            except OSError:
                pass
            assert answer(s) in (503, None)
            s.close()
        # An operator still gets in.
        assert host.run('status').returncode == 0
        for s in held:
            s.close()
        host.wait_ready(5)


def test_max_fibers(_):
    config = module_config('probe', workers=1, limits={'max_fibers': 10})
    with Host(BUILD, config) as host:
        held = [connect(host) for _ in range(30)]
        for s in held:
            s.sendall(operation('probe.sleep', {'ms': 700}))
        time.sleep(0.3)
        assert host.get('/livez').status == 200
        a = host.op('probe.who', {})
        refused(a, 503, 'too_busy')
        assert a.headers['Retry-After']
        codes = [answer(s) for s in held]
        assert codes.count(200) == 10 and codes.count(503) == 20, codes
        for s in held:
            s.close()
        good(host.op('probe.who', {}))


def stop_during(host, operation_, value, seconds):
    out = []
    t = threading.Thread(target=lambda: out.append(
        host.op(operation_, value)))
    t.start()
    time.sleep(0.4)
    host.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    code = host.process.wait(timeout=30)
    took = time.monotonic() - began
    host.process = None
    t.join()
    assert code == 0, host.log()
    assert took < seconds, took
    assert 'probe_stopped' in host.log()
    return out[0]


def test_running_requests_are_answered_at_the_end(_):
    with Host(BUILD, module_config('probe', workers=2)) as host:
        idle = connect(host)
        idle.sendall(GET)
        assert answer(idle) == 200
        a = stop_during(host, 'probe.sleep', {'ms': 2000, 'id': 'end'}, 8)
        good(a)
        assert a.headers.get('Connection') == 'close', a.headers
        assert idle.recv(1) == b''
        host.start()
        assert good(host.get('/v1/probe/items/end'))['n'] == 1


def test_those_too_long_are_told(_):
    config = module_config('probe', workers=1, drain_timeout_ms=1500)
    with Host(BUILD, config) as host:
        a = stop_during(host, 'probe.sleep', {'ms': 20000}, 6)
        refused(a, 503, 'cancelled')
        host.start()


def test_second_signal_and_interrupt(_):
    with Host(BUILD, module_config('probe', workers=1)) as host:
        host.process.send_signal(signal.SIGHUP)
        good(host.get('/livez'))
        host.process.send_signal(signal.SIGINT)
        assert host.process.wait(timeout=20) == 0, host.log()
        host.process = None


def test_slow_clients(_):
    limits = {'header_timeout_ms': 700, 'body_timeout_ms': 700,
              'idle_timeout_ms': 700}
    with Host(BUILD, module_config('probe', workers=1,
                                   limits=limits)) as host:
        head, body, idle, silent = [connect(host) for _ in range(4)]
        head.sendall(b'GET /livez HTTP/1.1\r\nHo')
        body.sendall(operation('probe.echo', {'a': 'x' * 5000})[:200])
        idle.sendall(GET)
        assert answer(idle) == 200
        began = time.monotonic()
        assert answer(head) == 408
        assert answer(body) == 408
        assert answer(idle) is None
        assert answer(silent) in (408, None)
        assert time.monotonic() - began < 6
        # Byte by byte does not help.
        drip = connect(host)
        began = time.monotonic()
        try:
            for byte in b'GET /livez HTTP/1.1\r\nX: ' + b'y' * 100:
                drip.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - began < 5
        for s in (head, body, idle, silent, drip):
            s.close()
        good(host.get('/livez'))


def test_clients_that_leave(_):
    with Host(BUILD, module_config('probe', workers=1)) as host:
        pid = host.workers()[0]
        before = descriptors(pid)
        for i in range(40):
            s = connect(host)
            s.sendall(operation('probe.sleep', {'ms': 200, 'id': f'g{i}'}))
            if i % 2:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             b'\1\0\0\0\0\0\0\0')
            s.close()
        end = time.monotonic() + 10
        while good(host.get('/v1/probe/items?prefix=g'))['count'] < 40:
            assert time.monotonic() < end, 'requests of those gone are lost'
            time.sleep(0.05)
        while descriptors(pid) > before + 2:
            assert time.monotonic() < end, 'descriptors leak'
            time.sleep(0.05)
        assert host.workers() == [pid]


def main():
    tests = Tests()
    tests.run_all(globals(), None)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
