#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Instructions of one call of each operation of every module.

usage: tests/bench/test_ops.py [--json] [--update] [OPERATION ...]

The inputs are the examples of the contracts, which other tests execute.  One
host with all modules and one worker runs under callgrind; between two dumps
stand a known number of calls, so start-up does not count.  ops.json has what
an operation may take at most (twice what it took when it was written); above
it the measure fails, --update writes it anew.  Needs valgrind.
"""
import glob
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get('ENTREPOT_BUILD', os.path.join(ROOT, 'build'))
PROGRAM = os.environ.get('ENTREPOT', os.path.join(BUILD, 'entrepot'))
PORT = int(os.environ.get('ENTREPOT_BENCH_PORT', '7200'))
BOUNDS = os.path.join(ROOT, 'tests/bench/ops.json')
WARM, CALLS = 3, 10

CONFIG = """listen: 127.0.0.1:%d
workers: 1
log: {level: error}
limits: {deadline_ms: 60000, stall_ms: 120000, max_tx_ms: 60000}
reload: {prepare_timeout_ms: 300000}
modules:
"""


def modules():
    return sorted(os.path.basename(os.path.dirname(p)) for p in
                  glob.glob(os.path.join(ROOT, 'modules/*/openapi.yaml')))


class Host:
    """All modules under callgrind; .worker is the process that serves."""

    def __init__(self, folder):
        self.folder = folder
        name = os.path.join(folder, 'ops.yaml')
        with open(name, 'w', encoding='utf-8') as out:
            out.write(CONFIG % PORT)
            for m in modules():
                out.write(f'  {m}: {{file: {BUILD}/modules/{m}.so}}\n')
        env = dict(os.environ, ENTREPOT_STATE=os.path.join(folder, 'state'))
        env.pop('ENTREPOT_LISTEN', None)
        self.log = open(os.path.join(folder, 'log'), 'w+', encoding='utf-8')
        self.child = subprocess.Popen(
            ['valgrind', '--tool=callgrind', '--trace-children=yes', '-q',
             f'--callgrind-out-file={folder}/cg.%p', PROGRAM, 'serve', '-c',
             name], cwd=folder, env=env, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log)
        self.worker = self.wait()

    def wait(self):
        end = time.monotonic() + 300
        while time.monotonic() < end and self.child.poll() is None:
            try:
                status, body = self.ask('GET', '/v1/host/status')
                if status == 200:
                    workers = json.loads(body)['workers']
                    return next(w['pid'] for w in workers
                                if w.get('state') == 'serving'
                                or w.get('role', 'worker') == 'worker')
            except (OSError, http.client.HTTPException, StopIteration):
                pass
            time.sleep(0.5)
        self.log.seek(0)
        raise RuntimeError('no host: ' + self.log.read()[-2000:])

    def ask(self, method, path, body=None):
        c = http.client.HTTPConnection('127.0.0.1', PORT, timeout=120)
        try:
            c.request(method, path, body,
                      {'Content-Type': 'application/json'} if body else {})
            answer = c.getresponse()
            return answer.status, answer.read()
        finally:
            c.close()

    def control(self, word):
        subprocess.run(['callgrind_control', word, str(self.worker)],
                       check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60)

    def count(self, run):
        """Instructions of the worker while run() runs."""
        before = set(glob.glob(f'{self.folder}/cg.{self.worker}*'))
        self.control('--zero')
        run()
        self.control('--dump')
        for _ in range(100):
            new = set(glob.glob(f'{self.folder}/cg.{self.worker}*')) - before
            for name in new:
                with open(name, encoding='utf-8') as f:
                    found = re.search(r'^(?:summary|totals): (\d+)', f.read(),
                                      re.M)
                if found:
                    os.unlink(name)
                    return int(found.group(1))
            time.sleep(0.05)
        raise RuntimeError('callgrind wrote nothing')

    def end(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(120)


def examples(document):
    """{operation: input} of those that take an example, or nothing."""
    found = {}
    for path, methods in document['paths'].items():
        for method, op in methods.items():
            if not isinstance(op, dict) or 'operationId' not in op:
                continue
            content = op.get('requestBody', {}).get('content', {}).get(
                'application/json', {})
            if 'example' in content:
                found[op['operationId']] = content['example']
            elif method == 'get' and '{' not in path:
                found[op['operationId']] = {}
    return found


def measure(host, operation, example):
    body = json.dumps(example)
    path = f'/v1/ops/{operation}'
    for _ in range(WARM):
        status, answer = host.ask('POST', path, body)
        if status >= 500:
            raise RuntimeError(f'{operation}: {status} {answer[:200]}')

    def calls():
        for _ in range(CALLS):
            host.ask('POST', path, body)
    return status, host.count(calls) // CALLS


def main():
    words = [a for a in sys.argv[1:] if not a.startswith('--')]
    if shutil.which('callgrind_control') is None:
        print('skipped: valgrind is missing\n0 passed, 0 failed, 1 skipped')
        return 0
    with open(BOUNDS, encoding='utf-8') as f:
        bounds = json.load(f)
    rows, failed = [], 0
    with tempfile.TemporaryDirectory(prefix='entrepot-ops-') as folder:
        host = Host(folder)
        try:
            document = json.loads(host.ask('GET', '/openapi.json')[1])
            base = measure(host, 'host.none', {})[1]
            for operation, example in sorted(examples(document).items()):
                if words and operation not in words:
                    continue
                status, count = measure(host, operation, example)
                most = bounds.get(operation)
                bad = most is not None and count > most
                failed += bad
                rows.append({'operation': operation, 'status': status,
                             'instructions': count, 'most': most})
                if '--json' not in sys.argv:
                    print(f'{operation:36}{status:5}{count:12,}'
                          f'{" above " + format(most, ",") if bad else ""}',
                          flush=True)
        finally:
            host.end()
    if '--update' in sys.argv:
        bounds.update({r['operation']: 2 * r['instructions'] for r in rows})
        with open(BOUNDS, 'w', encoding='utf-8') as f:
            json.dump(dict(sorted(bounds.items())), f, indent=1)
            f.write('\n')
    if '--json' in sys.argv:
        print(json.dumps({'request_alone': base, 'operations': rows}))
    else:
        print(f'{"a request that no operation takes":41}{base:12,}')
        print(f'{len(rows) - failed} passed, {failed} failed, 0 skipped')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
