#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The host as a service: what it tells the manager that started it, a socket
that is handed over, and a log file that is rotated under it."""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, good, module_config  # noqa: E402

# Puts descriptor N in place 3 and says so, as sd_listen_fds(3) has it.
LAUNCHER = '''
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS=sys.argv[2], LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[3], sys.argv[3:])
'''


class Manager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, abstract=False):
        self.folder = tempfile.TemporaryDirectory(prefix='entrepot-e2e-')
        path = os.path.join(self.folder.name, 'notify')
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind('\0' + path if abstract else path)
        self.name = '@' + path if abstract else path
        self.messages = []

    def hear(self, words, seconds=20):
        """The next message with these words; None in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                message = self.socket.recv(4096).decode()
            except TimeoutError:
                break
            self.messages.append(message)
            if words in message.split('\n'):
                return message
        return None

    def close(self):
        self.socket.close()
        self.folder.cleanup()


class Service(Host):
    def __init__(self, manager, config, **more):
        super().__init__(BUILD, config)
        self.more = dict(more, NOTIFY_SOCKET=manager.name)

    def environment(self):
        return dict(super().environment(), **self.more)


def tells_when_it_is_ready_and_stops(abstract):
    manager = Manager(abstract)
    with Service(manager, module_config('probe', workers=1)) as host:
        said = manager.hear('READY=1')
        assert said and str(host.port) in said, manager.messages
        assert 'STATUS=' in said, said
        good(host.get('/readyz'))
        host.process.send_signal(signal.SIGTERM)
        assert manager.hear('STOPPING=1'), manager.messages
    manager.close()


def test_says_ready_and_stopping():
    tells_when_it_is_ready_and_stops(abstract=False)


def test_speaks_to_an_abstract_address():
    tells_when_it_is_ready_and_stops(abstract=True)


def test_watchdog_is_fed():
    manager = Manager()
    with Service(manager, module_config('probe', workers=1),
                 WATCHDOG_USEC='1000000'):
        assert manager.hear('READY=1')
        began = time.monotonic()
        for _ in range(3):
            assert manager.hear('WATCHDOG=1', 1.0), manager.messages
        assert time.monotonic() - began < 2.5
    manager.close()
    manager = Manager()
    with Service(manager, module_config('probe', workers=1),
                 WATCHDOG_USEC='1000000', WATCHDOG_PID='1'):
        assert manager.hear('READY=1')
        assert not manager.hear('WATCHDOG=1', 1.2), 'meant for another'
    manager.close()


def test_reloads_are_told():
    """RELOADING with its time, then READY with how it ended; a reload that is
    refused ends in READY too, since the host goes on."""
    manager = Manager()
    config = module_config('hello', workers=1)
    with Service(manager, config) as host:
        assert manager.hear('READY=1'), manager.messages
        for change, code, words in (('', 0, 'unchanged'),
                                    ('no_such_key: 1\n', 3, 'refused')):
            host.configure(change + config)
            before = time.monotonic_ns() // 1000
            r = host.reload()
            assert r.returncode == code, r.words
            said = manager.hear('RELOADING=1')
            assert said, manager.messages
            at = int(said.split('MONOTONIC_USEC=')[1].split('\n')[0])
            assert before <= at <= time.monotonic_ns() // 1000, (before, said)
            said = manager.hear('READY=1')
            assert said and 'STATUS=' + words in said, manager.messages
        # As systemctl reload does by a signal.
        host.configure(config)
        host.process.send_signal(signal.SIGHUP)
        assert manager.hear('RELOADING=1'), manager.messages
        assert manager.hear('READY=1'), manager.messages
        good(host.get('/readyz'))
    manager.close()


def test_a_manager_that_has_gone_is_no_harm():
    manager = Manager()
    manager.close()
    with Service(manager, module_config('probe', workers=1)) as host:
        good(host.get('/livez'))


def handed(host, sock, count='1'):
    """Starts the host with a socket handed over."""
    with open(host.log_name, 'ab') as log:
        host.process = subprocess.Popen(
            [sys.executable, '-c', LAUNCHER, str(sock.fileno()), count,
             host.program, 'serve', '-c', host.config], stdout=log,
            stderr=log, pass_fds=[sock.fileno()], env=host.environment())


def listening(address='127.0.0.1', kind=socket.SOCK_STREAM):
    sock = socket.socket(socket.AF_INET, kind)
    sock.bind((address, 0))
    if kind == socket.SOCK_STREAM:
        sock.listen(16)
    return sock


def test_a_socket_that_is_handed_over_is_served():
    with listening() as sock:
        host = Host(BUILD, module_config('probe', workers=1))
        port = sock.getsockname()[1]
        # A client that came before the host is answered too.
        early = socket.create_connection(('127.0.0.1', port))
        early.sendall(b'GET /readyz HTTP/1.1\r\nHost: a\r\n'
                      b'Connection: close\r\n\r\n')
        handed(host, sock)
        early.settimeout(20)
        assert early.recv(4096).startswith(b'HTTP/1.1 200'), host.log()
        early.close()
        host.port = port
        good(host.get('/v1/probe/items'))
        host.wait_log(f'127.0.0.1:{port}')
        host.stop()
        # It is the manager's: still there, for the next host.
        socket.create_connection(('127.0.0.1', port)).close()
        host.folder.cleanup()


def test_a_socket_that_will_not_do_is_refused():
    for sock, count, words in (
            (listening('0.0.0.0'), '1', 'loopback'),
            (listening(kind=socket.SOCK_DGRAM), '1', 'stream'),
            (socket.socket(), '1', 'does not listen'),
            (listening(), '2', '2 sockets')):
        host = Host(BUILD, module_config('probe', workers=1))
        handed(host, sock, count)
        assert host.process.wait(timeout=20) == 1, host.log()
        assert words in host.log(), (words, host.log())
        sock.close()
        host.folder.cleanup()


def logged(path):
    with open(path, encoding='utf-8') as f:
        return [json.loads(line) for line in f]


def wait_event(path, event, seconds=20):
    """The first line of this event."""
    end = time.monotonic() + seconds
    while True:
        found = [e for e in (logged(path) if os.path.exists(path) else ())
                 if e['event'] == event]
        if found:
            return found[0]
        assert time.monotonic() < end, f'{event} is not in {path}'
        time.sleep(0.05)


def open_files(host):
    """pid: what it holds open, of the host's processes"""
    found = {}
    for pid in host.children() + [host.process.pid]:
        folder = f'/proc/{pid}/fd'
        found[pid] = [os.readlink(f'{folder}/{fd}')
                      for fd in os.listdir(folder)]
    return found


def rotate(host, path):
    with open(host.log_name, 'ab') as err:
        host.process = subprocess.Popen(
            [host.program, 'serve', '-c', host.config],
            env=host.environment(), stderr=err)
    ready = wait_event(path, 'ready')
    host.port = int(ready['address'].rsplit(':', 1)[1])
    assert os.stat(path).st_mode & 0o777 == 0o640
    os.rename(path, path + '.1')
    host.process.send_signal(signal.SIGUSR1)
    wait_event(path, 'log_reopened')
    time.sleep(0.2)
    files = open_files(host)
    assert len(files) >= 4, files  # supervisor, sync, worker, spare
    for pid, names in files.items():
        assert path in names and path + '.1' not in names, (pid, names)
    # One that is started later has it too.
    before = os.path.getsize(path + '.1')
    os.kill(host.workers()[0], signal.SIGKILL)
    wait_event(path, 'child_ended')
    host.wait_ready()
    assert all(path in names for names in open_files(host).values())
    assert os.path.getsize(path + '.1') == before
    host.stop()
    assert logged(path)[-1]['event'] == 'stopped'
    assert host.log() == '', host.log()


def test_the_log_file_is_opened_anew():
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        path = os.path.join(folder, 'log')
        host = Host(BUILD, module_config('probe', workers=1,
                                         log={'file': path}))
        try:
            rotate(host, path)
        finally:
            host.kill()
            host.folder.cleanup()


def test_a_log_file_that_cannot_be_made_is_told():
    host = Host(BUILD, module_config('probe', log={'file': '/proc/no'}))
    r = host.run('serve', '-c', host.config)
    assert r.returncode == 1 and 'log.file: /proc/no:' in r.stderr, r
    host.folder.cleanup()


def main():
    tests = Tests()
    tests.run_all(globals())
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
