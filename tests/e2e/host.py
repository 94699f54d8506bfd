# SPDX-License-Identifier: BSD-2-Clause
"""A host of our own for end-to-end tests: started on a free loopback port
with its state in a temporary folder, stopped by SIGTERM, its end checked."""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get('ENTREPOT_BUILD', os.path.join(TOP, 'build'))
READY = re.compile(r'ready\b.*?127\.0\.0\.1:(\d+)')


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.body[:400]!r}'


class Host:
    """with Host(build, config_text) as host: host.post(path, value)"""

    def __init__(self, build, config, state=None):
        self.program = os.path.join(build, 'entrepot')
        self.folder = tempfile.TemporaryDirectory(prefix='entrepot-e2e-')
        self.state = state or os.path.join(self.folder.name, 'state')
        self.config = os.path.join(self.folder.name, 'entrepot.yaml')
        with open(self.config, 'w', encoding='utf-8') as f:
            f.write(config)
        self.log_name = os.path.join(self.folder.name, 'log')
        self.process = None
        self.port = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.kill()
            sys.stderr.write(self.log()[-4000:])
        elif self.process is not None:
            self.stop()
        self.folder.cleanup()

    def environment(self):
        return dict(os.environ, ENTREPOT_STATE=self.state,
                    ENTREPOT_LISTEN='127.0.0.1:0')

    def start(self, timeout=60, before=None):
        """before: for the child, between fork and exec"""
        began = os.path.getsize(self.log_name) if os.path.exists(
            self.log_name) else 0
        with open(self.log_name, 'ab') as log:
            self.process = subprocess.Popen(
                [self.program, 'serve', '-c', self.config], stdout=log,
                stderr=log, env=self.environment(), preexec_fn=before)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError('the host ended:\n' + self.log())
            ready = READY.search(self.log(began))
            if ready:
                self.port = int(ready.group(1))
                return
            time.sleep(0.02)
        raise AssertionError('the host is not ready:\n' + self.log())

    def stop(self):
        """Ends it as an operator would; it must end well."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.process = None
        assert code == 0, f'the host ended with {code}:\n{self.log()}'
        self.check_sanitizers()

    def check_sanitizers(self):
        """A build with sanitizers says in the log what it found."""
        found = [line for line in self.log().split('\n')
                 if 'runtime error: ' in line or 'ERROR: Addr' in line
                 or 'ERROR: Leak' in line
                 or 'WARNING: ThreadSan' in line]
        assert not found, self.log()[-6000:]

    def kill(self):
        """kill -9 of the supervisor; its children have to notice."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def children(self):
        """pids of the processes that the supervisor has started"""
        path = f'/proc/{self.process.pid}/task/{self.process.pid}/children'
        with open(path, encoding='ascii') as f:
            return [int(p) for p in f.read().split()]

    def workers(self):
        return [w['pid'] for w in self.get('/v1/host/status').json['workers']
                if w['role'] == 'worker']

    def log(self, since=0):
        with open(self.log_name, 'rb') as f:
            f.seek(since)
            return f.read().decode('utf-8', 'replace')

    def wait_log(self, words, seconds=10):
        end = time.monotonic() + seconds
        while words not in self.log():
            assert time.monotonic() < end, f'{words} is not in the log'
            time.sleep(0.05)

    def wait_ready(self, seconds=20):
        end = time.monotonic() + seconds
        while True:
            try:
                if self.get('/readyz', timeout=2).status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            assert time.monotonic() < end, 'not ready again:\n' + self.log()
            time.sleep(0.02)

    def ask(self, method, path, body=None, headers=None, timeout=60):
        c = http.client.HTTPConnection('127.0.0.1', self.port,
                                       timeout=timeout)
        try:
            try:
                c.request(method, urllib.parse.quote(path, safe='/?&=%-_.*+'),
                          body=body, headers=headers or {})
            except (BrokenPipeError, ConnectionResetError):
                pass  # answered before the body was taken
            r = c.getresponse()
            return Answer(r.status, dict(r.getheaders()), r.read())
        finally:
            c.close()

    def get(self, path, headers=None, timeout=60):
        return self.ask('GET', path, headers=headers, timeout=timeout)

    def post(self, path, value, headers=None, method='POST', timeout=60):
        body = value if isinstance(value, bytes) else json.dumps(
            value).encode()
        return self.ask(method, path, body,
                        dict({'Content-Type': 'application/json'},
                             **(headers or {})), timeout)

    def op(self, operation, value, **headers):
        return self.post('/v1/ops/' + operation, value,
                         {k.replace('_', '-'): v for k, v in headers.items()})

    def raw(self, data, timeout=10):
        """Sends bytes; what comes until the other side ends or is silent."""
        got = b''
        with socket.create_connection(('127.0.0.1', self.port),
                                      timeout=timeout) as s:
            s.sendall(data)
            try:
                while True:
                    piece = s.recv(65536)
                    if not piece:
                        break
                    got += piece
            except OSError:
                pass
        return got

    def run(self, *arguments, stdin=None, env=None, timeout=60):
        """A subcommand of the program, for this host."""
        return subprocess.run(
            [self.program, *arguments], env=dict(self.environment(),
                                                 **(env or {})),
            input=stdin, capture_output=True, text=True, timeout=timeout)

    def configure(self, config):
        with open(self.config, 'w', encoding='utf-8') as f:
            f.write(config)

    def reload(self, *arguments, command='reload', timeout=60):
        """What the command said and how it ended: .returncode, .words"""
        r = self.run(command, '-c', self.config, *arguments, timeout=timeout)
        r.words = r.stdout + r.stderr
        return r

    def reloaded(self, *arguments, command='reload', timeout=60):
        """The same, and it must have succeeded."""
        r = self.reload(*arguments, command=command, timeout=timeout)
        assert r.returncode == 0, f'{r.returncode}: {r.words}'
        return r.words

    def status(self):
        return good(self.get('/v1/host/status'))

    def generation(self):
        return self.status()['generation']

    def call(self, operation, value):
        """By the control socket, as an operator; (exit code, JSON)."""
        r = self.run('call', '-c', self.config, operation, json.dumps(value))
        return r.returncode, r.stdout + r.stderr


def module_config(*names, build=BUILD, more='', **options):
    """Configuration text with test modules: module_config('probe')"""
    text = more
    for key, value in options.items():
        text += f'{key}: {json.dumps(value)}\n'
    text += 'modules:\n'
    for name in names:
        text += f'  {name}: {{file: {build}/modules/{name}.so}}\n'
    return text


def refused(answer, status, error=None):
    """A problem document (RFC 9457) with this status and code."""
    assert answer.status == status, answer
    media = answer.headers.get('Content-Type', '')
    assert media.startswith('application/problem+json'), answer.headers
    problem = answer.json
    for member in ('type', 'title', 'detail', 'error'):
        assert isinstance(problem.get(member), str), problem
    assert problem['status'] == status, problem
    assert error is None or problem['error'] == error, problem
    return problem


def good(answer, status=200):
    assert answer.status == status, answer
    return answer.json if answer.body else None


class Tests:
    """Runs functions whose names begin with test_; each claim by assert."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def run(self, name, function, *arguments):
        try:
            function(*arguments)
            self.passed += 1
        except AssertionError as e:
            self.failed += 1
            place = traceback.extract_tb(e.__traceback__)
            where = next((f for f in reversed(place)
                          if not f.filename.endswith('host.py')), place[-1])
            print(f'FAIL {name}, line {where.lineno}: {where.line}: {e}')
        except Exception:  # a test must not hide the others
            self.failed += 1
            print(f'FAIL {name}: {traceback.format_exc()}')

    def run_all(self, names, *arguments):
        """All functions test_* of a module's globals()."""
        for name, function in list(names.items()):
            if name.startswith('test_'):
                self.run(name, function, *arguments)

    def end(self):
        print(f'{self.passed} passed, {self.failed} failed, '
              f'{self.skipped} skipped')
        return 1 if self.failed else 0
