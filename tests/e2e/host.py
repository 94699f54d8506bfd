# SPDX-License-Identifier: BSD-2-Clause
"""A host of our own for end-to-end tests: started on a free loopback port
with its state in a temporary folder, stopped by SIGTERM, its end checked."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


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

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.process.kill()
            self.process.wait()
            sys.stderr.write(self.log()[-4000:])
        elif self.process is not None:
            self.stop()
        self.folder.cleanup()

    def environment(self):
        return dict(os.environ, ENTREPOT_STATE=self.state,
                    ENTREPOT_LISTEN=f'127.0.0.1:{self.port}')

    def start(self, timeout=60):
        self.port = free_port()
        with open(self.log_name, 'ab') as log:
            self.process = subprocess.Popen(
                [self.program, 'serve', '-c', self.config], stdout=log,
                stderr=log, env=self.environment())
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError('the host ended:\n' + self.log())
            try:
                if self.get('/readyz').status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError('the host is not ready:\n' + self.log())

    def stop(self):
        """Ends it as an operator would; it must end well."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.process = None
        assert code == 0, f'the host ended with {code}:\n{self.log()}'

    def kill(self):
        self.process.kill()
        self.process.wait()

    def log(self):
        with open(self.log_name, encoding='utf-8', errors='replace') as f:
            return f.read()

    def ask(self, method, path, body=None, headers=None, timeout=60):
        c = http.client.HTTPConnection('127.0.0.1', self.port,
                                       timeout=timeout)
        try:
            c.request(method, urllib.parse.quote(path, safe='/?&=%-_.'),
                      body=body, headers=headers or {})
            r = c.getresponse()
            return Answer(r.status, dict(r.getheaders()), r.read())
        finally:
            c.close()

    def get(self, path, headers=None):
        return self.ask('GET', path, headers=headers)

    def post(self, path, value, headers=None):
        body = value if isinstance(value, bytes) else json.dumps(
            value).encode()
        return self.ask('POST', path, body,
                        dict({'Content-Type': 'application/json'},
                             **(headers or {})))

    def call(self, operation, value):
        """By the control socket, as an operator; (exit code, JSON)."""
        r = subprocess.run(
            [self.program, 'call', '-c', self.config, operation,
             json.dumps(value)], env=self.environment(),
            capture_output=True, text=True, timeout=60)
        return r.returncode, r.stdout + r.stderr


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
            print(f'FAIL {name}: {e}')

    def end(self):
        print(f'{self.passed} passed, {self.failed} failed, '
              f'{self.skipped} skipped')
        return 1 if self.failed else 0
