#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What one validated JSON request costs; README.md tells what the figures
mean.  usage: tests/bench/test_http.py [--only instructions|calls|time]

Needs cc, valgrind, strace, nginx and wrk; a part whose tool is missing is
skipped.  ENTREPOT_BENCH_PORT: the first of two ports, 7200 when unset.
"""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get('ENTREPOT_BUILD', os.path.join(ROOT, 'build'))
PROGRAM = os.environ.get('ENTREPOT', os.path.join(BUILD, 'entrepot'))
IS_FULL = os.environ.get('ENTREPOT_TEST_SIZE') == 'full'
PORT = int(os.environ.get('ENTREPOT_BENCH_PORT', '7200'))
ROUNDS, SECONDS = (7, 2) if IS_FULL else (3, 1)
HEAP = ('malloc', 'calloc', 'realloc', 'free')

# Instructions of the user's side for one request, and system calls without
# epoll_wait, whose share depends on how the requests meet; above these the
# measure fails.
MOST_INSTRUCTIONS = 20000
MOST_CALLS = 2.05

ORDER = json.dumps({
    'reference': 'PO-2026-004711', 'buyer': 'Müller Import GmbH',
    'country': 'DE', 'currency': 'EUR', 'incoterm': 'DAP', 'sku': 'A-1001',
    'quantity': 120, 'unit_price': 1895, 'weight': 1.35, 'express': False,
}, ensure_ascii=False, separators=(',', ':')).encode()
PATH = '/v1/bench/orders'
AMOUNT = {'reference': 'PO-2026-004711', 'amount': 227400, 'currency': 'EUR',
          'express': False}
FIELDS = (('Host', '127.0.0.1'), ('Content-Type', 'application/json'))

CONFIG = """listen: 127.0.0.1:%d
mode: production
workers: 1
log: {level: warn}
modules:
  bench: {file: bench.so}
"""

NGINX = """daemon off;
master_process off;
worker_processes 1;
pid %(folder)s/nginx.pid;
error_log %(folder)s/nginx.log;
events { worker_connections 1024; }
http {
	access_log off;
	keepalive_requests 1000000000;
	client_body_temp_path %(folder)s/body;
	default_type application/json;
	server {
		listen 127.0.0.1:%(port)d;
		location / { return 200 '%(answer)s'; }
	}
}
"""

WRK = """local depth = %d
wrk.method = "POST"
wrk.body = %s
wrk.headers["Content-Type"] = "application/json"
local text
init = function(args)
	local one = {}
	for i = 1, depth do one[i] = wrk.format() end
	text = table.concat(one)
end
request = function() return text end
"""


def request():
    head = 'POST %s HTTP/1.1\r\n' % PATH
    head += ''.join('%s: %s\r\n' % f for f in FIELDS)
    head += 'Content-Length: %d\r\n\r\n' % len(ORDER)
    return head.encode() + ORDER


def until_open(port, child, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if child.poll() is not None:
            break
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError('nobody listens at port %d' % port)


class Answers:
    """One connection that checks what it gets."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b''

    def one(self):
        while b'\r\n\r\n' not in self.rest:
            self.rest += self.more()
        head, _, body = self.rest.partition(b'\r\n\r\n')
        if not head.startswith(b'HTTP/1.1 200 '):
            raise RuntimeError('answer: %r' % self.rest[:400])
        length = int(re.search(rb'\r\nContent-Length: (\d+)', head).group(1))
        while len(body) < length:
            body += self.more()
        self.rest = body[length:]
        return body[:length]

    def more(self):
        part = self.socket.recv(65536)
        if not part:
            raise RuntimeError('the connection ended')
        return part

    def ask(self, times):
        text = request()
        for _ in range(times):
            self.socket.sendall(text)
            body = self.one()
        return body


class Host:
    """The product with one worker."""

    def __init__(self, folder, port, wrap=()):
        self.folder, self.port = folder, port
        name = os.path.join(folder, 'bench.yaml')
        with open(name, 'w') as out:
            out.write(CONFIG % port)
        env = dict(os.environ, ENTREPOT_KEEP_IMAGES='1',
                   ENTREPOT_STATE=os.path.join(folder, 'state'))
        env.pop('ENTREPOT_LISTEN', None)
        os.makedirs(env['ENTREPOT_STATE'], exist_ok=True)
        self.log = open(os.path.join(folder, 'host.log'), 'w+')
        self.child = subprocess.Popen(
            list(wrap) + [PROGRAM, 'serve', '-c', name], cwd=folder, env=env,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        try:
            until_open(port, self.child, 120)
            self.ready()
            self.worker = self.busiest()
        except Exception:
            self.end()
            self.log.seek(0)
            sys.stderr.write(self.log.read())
            raise

    def ready(self):
        """The first answers come when the module has started."""
        end = time.monotonic() + 120
        while True:
            try:
                body = Answers(self.port).ask(300)
                break
            except RuntimeError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
        if json.loads(body) != AMOUNT:
            raise RuntimeError('not the amount: %r' % body)

    def children(self):
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open('/proc/%s/stat' % pid) as stat:
                    if stat.read().rpartition(')')[2].split()[1] == \
                            str(self.child.pid):
                        found.append(int(pid))
            except OSError:
                pass
        return found

    def busiest(self):
        before = {p: cpu_ns(p) for p in self.children()}
        Answers(self.port).ask(300)
        return max(before, key=lambda p: cpu_ns(p) - before[p])

    def end(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(120)


class Nginx:
    def __init__(self, folder, port):
        self.port = port
        name = os.path.join(folder, 'nginx.conf')
        with open(name, 'w') as out:
            out.write(NGINX % {
                'folder': folder, 'port': port, 'answer': json.dumps(
                    AMOUNT, separators=(',', ':'))})
        self.child = subprocess.Popen(
            ['nginx', '-c', name, '-p', folder], stderr=subprocess.DEVNULL)
        until_open(port, self.child, 20)
        self.worker = self.child.pid

    def end(self):
        self.child.terminate()
        self.child.wait(20)


def cpu_ns(pid):
    total = 0
    for task in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/schedstat' % (pid, task)) as stat:
            total += int(stat.read().split()[0])
    return total


def module_build(folder):
    """bench.so in the folder, as README.md of plugin-api has it."""
    api = os.path.join(ROOT, 'plugin-api')
    source = os.path.join(ROOT, 'tests', 'modules', 'bench')
    manifest = os.path.join(folder, 'manifest.S')
    with open(manifest, 'w') as out:
        subprocess.run([os.path.join(api, 'entrepot-embed'), source],
                       stdout=out, check=True)
    subprocess.run(
        [os.environ.get('CC', 'cc'), '-std=gnu11', '-O2', '-g', '-fPIC',
         '-fvisibility=hidden', '-I' + api, os.path.join(source, 'bench.c'),
         manifest, '-shared', '-nostartfiles', '-Wl,-z,relro,-z,now,-z,defs',
         '-Wl,--as-needed',
         '-Wl,--version-script=' + os.path.join(api, 'entrepot.map'),
         '-o', os.path.join(folder, 'bench.so')], check=True)


def missing(*tools):
    return [t for t in tools if shutil.which(t) is None]


# ------------------------------------------------------------ instructions

def counts_of(name):
    """Instructions and calls of the heap's functions in a callgrind file."""
    names, calls, total, called = {}, dict.fromkeys(HEAP, 0), 0, None
    with open(name) as lines:
        for line in lines:
            if line.startswith(('fn=', 'cfn=')):
                which, _, word = line.rstrip('\n').partition('=')[2] \
                    .partition(' ')
                if word:
                    names[which] = word
                if line[0] == 'c':
                    called = names[which]
            elif line.startswith('calls='):
                if called in calls:
                    calls[called] += int(line[6:].split()[0])
            elif line.startswith(('summary:', 'totals:')):
                total = int(line.split()[1])
    return total, calls


def callgrind(folder, requests):
    out = os.path.join(folder, 'callgrind.%d' % requests)
    os.mkdir(out)
    host = Host(folder, PORT, [
        'valgrind', '-q', '--tool=callgrind', '--trace-children=yes',
        '--callgrind-out-file=%s/%%p' % out])
    try:
        Answers(PORT).ask(requests)
    finally:
        host.end()
    return counts_of(os.path.join(out, str(host.worker)))


def measure_instructions(folder):
    if missing('valgrind'):
        return None
    low, high = (500, 1500) if not IS_FULL else (1000, 6000)
    (a, heap_a), (b, heap_b) = (callgrind(folder, n) for n in (low, high))
    n = high - low
    per = (b - a) / n
    heap = {w: (heap_b[w] - heap_a[w]) / n for w in HEAP}
    print('instructions  %8.0f a request (user side, callgrind, '
          '(Ir(%d) - Ir(%d)) / %d)' % (per, high, low, n))
    print('heap          %s calls a request' % ', '.join(
        '%s %.3f' % (w, heap[w]) for w in HEAP))
    return [per <= MOST_INSTRUCTIONS, max(heap.values()) < 0.01]


# ------------------------------------------------------------ system calls

def strace(server, folder, requests, width):
    """System calls of a process for each of many requests on keep-alive
    connections that all have one on the way."""
    out = os.path.join(folder, 'strace.%d' % server.worker)
    some = [Answers(server.port) for _ in range(width)]
    for s in some:
        s.ask(2)
    tool = subprocess.Popen(['strace', '-c', '-f', '-U', 'calls,name', '-o',
                             out, '-p', str(server.worker)],
                            stderr=subprocess.DEVNULL)
    time.sleep(1)
    text = request()
    for _ in range(requests // width):
        for s in some:
            s.socket.sendall(text)
        for s in some:
            s.one()
    tool.send_signal(signal.SIGINT)
    tool.wait(20)
    with open(out) as lines:
        rows = re.findall(r'^ *(\d+) (\w+)$', lines.read(), re.M)
    return {name: int(n) / (requests // width * width)
            for n, name in rows if name != 'total'}


def measure_calls(folder):
    if missing('strace', 'nginx'):
        return None
    good = []
    for make in (Host, Nginx):
        server = make(folder, PORT if make is Host else PORT + 1)
        try:
            calls = strace(server, folder, 6400, 32)
        finally:
            server.end()
        total = sum(calls.values())
        print('system calls  %8.3f a request, %s (%s)' % (
            total, make.__name__.lower(), ', '.join(
                '%s %.3f' % (w, n) for w, n in sorted(
                    calls.items(), key=lambda c: -c[1]) if n >= 0.001)))
        if make is Host:
            good.append(0 < total - calls.get('epoll_wait', 0) <= MOST_CALLS)
    return good


# -------------------------------------------------------------------- time

def wrk(server, folder, depth, connections):
    """Microseconds on the processor for a request, and requests a second."""
    name = os.path.join(folder, 'wrk%d.lua' % depth)
    with open(name, 'w') as out:
        out.write(WRK % (depth, json.dumps(
            ORDER.decode(), ensure_ascii=False)))
    before = cpu_ns(server.worker)
    said = subprocess.run(
        ['taskset', '-c', '1', 'wrk', '-t1', '-c%d' % connections,
         '-d%ds' % SECONDS, '-s', name,
         'http://127.0.0.1:%d%s' % (server.port, PATH)],
        capture_output=True, text=True, check=True).stdout
    used = cpu_ns(server.worker) - before
    if 'Non-2xx' in said or 'Socket errors' in said:
        raise RuntimeError(said)
    n = int(re.search(r'(\d+) requests in', said).group(1))
    rate = float(re.search(r'Requests/sec: +([\d.]+)', said).group(1))
    return used / n / 1000, rate


def measure_time(folder):
    if missing('nginx', 'wrk', 'taskset') or (os.cpu_count() or 1) < 2:
        return None
    servers = [Host(folder, PORT), Nginx(folder, PORT + 1)]
    good = []
    try:
        for s in servers:
            os.sched_setaffinity(s.worker, {0})
        for depth, connections in ((1, 64), (16, 64)):
            runs = {s: [] for s in servers}
            for i in range(ROUNDS):
                for s in servers[::1 if i % 2 else -1]:
                    runs[s].append(wrk(s, folder, depth, connections))
            (a, ra), (b, rb) = ([statistics.median(v)
                                 for v in zip(*runs[s])] for s in servers)
            print('time          %8.2f us a request, nginx %.2f, ratio '
                  '%.2f; %.0f a second, nginx %.0f (c=%d, depth %d, '
                  'medians of %d x %d s)' % (a, b, b / a, ra, rb,
                                             connections, depth, ROUNDS,
                                             SECONDS))
            good.append(b / a >= (0.6 if depth == 1 else 1.0))
    finally:
        for s in servers:
            s.end()
    return good


MEASURES = {'instructions': measure_instructions, 'calls': measure_calls,
            'time': measure_time}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--only', choices=MEASURES)
    only = parser.parse_args().only
    passed = failed = skipped = 0
    for name, measure in MEASURES.items():
        if only is not None and name != only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            module_build(folder)
            good = measure(folder)
        sys.stdout.flush()
        if good is None:
            print('skipped: %s, a tool is missing' % name)
            skipped += 1
            continue
        passed += sum(good)
        failed += len(good) - sum(good)
    print('%d passed, %d failed, %d skipped' % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
