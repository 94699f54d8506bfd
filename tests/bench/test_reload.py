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
TURNS, RELOADS = (5, 40) if IS_FULL else (3, 10)
WORKERS = 3
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
    tells_version = True

    def __init__(self):
        self.site = Site(WORKERS)
        self.prepare()
        self.site.start()
        self.port, self.state = self.site.port, self.site.state

    def prepare(self):
        pass

    def reload(self, version):
        self.site.install(version)
        self.site.reloaded()

    def stays(self):
        """Processes that stay from reload to reload."""
        return [self.site.process.pid] + self.site.workers()

    def end(self):
        self.site.stop()
        self.site.folder.cleanup()


class Large(Entrepot):
    """The load is on swap as ever; what is replaced is compliance, 2 MB."""
    name = 'large module'
    tells_version = False

    def prepare(self):
        with open(f'{BUILD}/modules/compliance.so', 'rb') as f:
            self.bytes = f.read()
        self.path = self.site.file('compliance')
        self.write('one')
        self.site.sections['compliance'] = {'file': self.path}
        self.site.write()

    def write(self, version):
        """Another file for the host: what is behind ELF is not read."""
        with open(self.path + '.new', 'wb') as f:
            f.write(self.bytes + version.encode())
        os.rename(self.path + '.new', self.path)

    def reload(self, version):
        self.write(version)
        self.site.reloaded()


class Nginx:
    name = 'nginx'
    tells_version = True

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
        self.samples.append([usage(p, self.server.state)
                             for p in self.server.stays()])

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
        time.sleep(1.5)  # connections have gone, as before every turn
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

    def growth(self, what):
        """Since the first turn, of the process that grows most."""
        first, last = self.samples[0], self.samples[-1]
        return max(b[what] - a[what] for a, b in zip(first, last))


def table(all_figures):
    def row(words, value):
        print(f'{words:34}' + ''.join(
            f'{value(f):>15}' for f in all_figures))

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
        row(f'growth, {what}{" kB" if what == "rss" else ""}',
            lambda f, w=what: f.growth(w))


def claims(f):
    """What must hold of one of ours."""
    return [('no request failed', f.total('failed') == 0),
            ('every request was answered',
             f.total('sent') == f.total('answered')),
            ('no connection was closed',
             f.total('connects') == 64 * len(f.results)),
            ('both versions answered',
             all(len(r['versions']) == 1 + f.server.tells_version
                 for r in f.results)),
            ('p99 ratio <= %.1f' % MOST_RATIO, f.ratio() <= MOST_RATIO),
            ('descriptors are flat', abs(f.growth('fds')) <= 1),
            # A stack for each fiber that ever waited is kept: two maps and
            # what it used; an image that stayed would be five and more.
            # The store's cache fills to 8 MiB.
            ('maps are flat', keeps_images() or
             f.growth('maps') <= 2 * 64 + 10),
            ('memory is flat', keeps_images() or
             f.growth('rss') < 8192 + 64 * 64 + 2000)]


def main():
    if shutil.which('nginx') is None:
        print('skipped: nginx (nginx-light) is not installed')
        print('0 passed, 0 failed, 1 skipped')
        return
    servers = []
    try:
        servers += [Entrepot()]
        servers += [Large()]
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
    for f in figures[:2]:
        for words, holds in claims(f):
            passed, failed = passed + holds, failed + (not holds)
            if not holds:
                print(f'FAILED: {f.server.name}: {words}')
    print(f'{passed} passed, {failed} failed, 0 skipped')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
