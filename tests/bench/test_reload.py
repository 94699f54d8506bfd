#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What clients notice of 200 reloads, beside `nginx -s reload` on the same
machine with the same load: 64 keep-alive connections at full speed, GET and
POST, nothing sent twice.  README.md tells what the figures mean.

Both servers run from the start to the end; they are loaded in turns.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), 'e2e'),
                os.path.join(os.path.dirname(HERE), 'load')]
from host import BUILD  # noqa: E402
from load import Load  # noqa: E402
from reloads import Site, keeps_images, usage  # noqa: E402

IS_FULL = os.environ.get('ENTREPOT_TEST_SIZE') == 'full'
TURNS, RELOADS = (5, 40) if IS_FULL else (2, 15)
WORKERS = 2
PORT = int(os.environ.get('ENTREPOT_BENCH_PORT', '7200')) + 2
BETWEEN = 0.15  # s of steady load before each reload
MOST_RATIO = 1.5

NGINX = """daemon off;
worker_processes %(workers)d;
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
		location / { return 200 '{"begin":"%(v)s","inner":"%(v)s",\
"n":$http_x_number,"end":"%(v)s"}'; }
	}
}
"""


def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as f:
        return {int(p) for p in f.read().split()}


class Entrepot:
    name = 'entrepot'

    def __init__(self):
        self.site = Site(WORKERS)
        self.site.start()
        self.port, self.state = self.site.port, self.site.state

    def reload(self, version):
        self.site.install(version)
        self.site.reloaded()

    def stays(self):
        """Processes that stay from reload to reload."""
        return [self.site.process.pid] + self.site.workers()

    def end(self):
        self.site.stop()
        self.site.folder.cleanup()


class Nginx:
    name = 'nginx'

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='entrepot-nginx-')
        self.state = self.folder.name
        self.conf = os.path.join(self.state, 'nginx.conf')
        self.port = PORT
        self.write('one')
        self.command = ['nginx', '-c', self.conf, '-p', self.state]
        self.process = subprocess.Popen(self.command,
                                        stderr=subprocess.DEVNULL)
        self.wait(set())

    def write(self, version):
        with open(self.conf + '.new', 'w', encoding='ascii') as f:
            f.write(NGINX % {'workers': WORKERS, 'folder': self.state,
                             'port': self.port, 'v': version})
        os.rename(self.conf + '.new', self.conf)

    def wait(self, old):
        """Until new workers are there and the old ones gone."""
        end = time.monotonic() + 10
        while True:
            now = children(self.process.pid)
            if len(now) == WORKERS and not now & old:
                return
            if time.monotonic() > end:
                raise RuntimeError(f'nginx: {old}, {now}')
            time.sleep(0.002)

    def reload(self, version):
        self.write(version)
        old = children(self.process.pid)
        subprocess.run(self.command + ['-s', 'reload'], check=True,
                       stderr=subprocess.DEVNULL)
        self.wait(old)

    def stays(self):
        return [self.process.pid]

    def end(self):
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()


class Figures:
    """Sums over the turns of one server."""

    def __init__(self, server):
        self.server, self.version = server, 'one'
        self.results, self.took, self.samples = [], [], []
        self.n = 0

    def sample(self):
        self.samples.append((self.n, [usage(p, self.server.state)
                                      for p in self.server.stays()]))

    def turn(self, number):
        with Load(BUILD, self.server.port, first=number * 10**8) as load:
            time.sleep(0.5)
            for _ in range(RELOADS):
                time.sleep(BETWEEN)
                self.version = 'two' if self.version == 'one' else 'one'
                load.mark('reload')
                began = time.monotonic()
                self.server.reload(self.version)
                self.took.append(time.monotonic() - began)
                load.mark('steady')
                self.n += 1
        time.sleep(0.3)  # the last connections go
        self.sample()
        self.results.append(load.result)

    def total(self, *names):
        return sum(r[n] for r in self.results for n in names)

    def latency(self, window, which):
        """The median of the turns, us."""
        found = sorted(r['windows'][window][which] for r in self.results)
        return found[len(found) // 2]

    def ratio(self):
        each = sorted(r['windows']['reload']['p99_us'] /
                      r['windows']['steady']['p99_us'] for r in self.results)
        return each[len(each) // 2]

    def slope(self, what):
        """Growth per reload by least squares, of the process that grows
        most, without the first tenth."""
        points = [s for s in self.samples if s[0] >= self.n / 10]
        mean = sum(n for n, _ in points) / len(points)
        below = sum((n - mean) ** 2 for n, _ in points)
        return max(sum((n - mean) * u[i][what] for n, u in points) / below
                   for i in range(len(points[0][1])))


def table(all_figures):
    def row(words, value):
        print(f'{words:34}' + ''.join(
            f'{value(f):>14}' for f in all_figures))

    row('', lambda f: f.server.name)
    row('reloads', lambda f: f.n)
    row('median time of one, ms',
        lambda f: '%.0f' % (sorted(f.took)[len(f.took) // 2] * 1000))
    row('requests sent', lambda f: f.total('sent'))
    row('failed', lambda f: f.total('failed'))
    row('  of them: reset', lambda f: f.total('reset'))
    row('  closed before the answer', lambda f: f.total('closed'))
    row('  closed within the answer', lambda f: f.total('closed_midway'))
    row('  other status', lambda f: f.total('other_status'))
    row('  answers of two versions', lambda f: f.total('mixed'))
    row('connections made', lambda f: f.total('connects'))
    for which in ('p50_us', 'p99_us'):
        row(which[:3] + ' steady, us',
            lambda f, w=which: f.latency('steady', w))
        row(which[:3] + ' during a reload, us',
            lambda f, w=which: f.latency('reload', w))
    row('p99 ratio', lambda f: '%.2f' % f.ratio())
    for what in ('rss', 'fds', 'maps'):
        row(f'{what}{" kB" if what == "rss" else ""} a reload',
            lambda f, w=what: '%.3f' % f.slope(w))


def claims(f):
    """What must hold of ours."""
    return [('no request failed', f.total('failed') == 0),
            ('every request was answered',
             f.total('sent') == f.total('answered')),
            ('no connection was closed',
             f.total('connects') == 64 * len(f.results)),
            ('both versions answered',
             all(len(r['versions']) == 2 for r in f.results)),
            ('p99 ratio <= %.1f' % MOST_RATIO, f.ratio() <= MOST_RATIO),
            ('descriptors are flat', abs(f.slope('fds')) < 0.02),
            ('maps are flat', keeps_images() or f.slope('maps') < 0.05),
            ('memory is flat', keeps_images() or f.slope('rss') < 4)]


def main():
    if shutil.which('nginx') is None:
        print('skipped: nginx (nginx-light) is not installed')
        print('0 passed, 0 failed, 1 skipped')
        return
    servers = []
    try:
        servers += [Entrepot()]
        servers += [Nginx()]
        figures = [Figures(s) for s in servers]
        for number in range(TURNS):
            for f in figures[::1 if number % 2 else -1]:
                f.turn(number + 1)
    finally:
        for s in servers:
            s.end()
    table(figures)
    passed = failed = 0
    for words, holds in claims(figures[0]):
        passed, failed = passed + holds, failed + (not holds)
        if not holds:
            print('FAILED: ' + words)
    print(f'{passed} passed, {failed} failed, 0 skipped')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
