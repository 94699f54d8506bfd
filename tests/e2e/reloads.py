# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of reloads share: a host with the modules swap and fault
in files that a vendor may replace, the load, and what processes use."""
import json
import os
import shutil
import sqlite3
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), 'load')]
from host import BUILD, Host  # noqa: E402
from load import Load  # noqa: E402

IS_FULL = os.environ.get('ENTREPOT_TEST_SIZE') == 'full'


def keeps_images():
    """Under sanitizers images stay mapped, for the names in reports."""
    try:
        with open(os.path.join(BUILD, 'options'), encoding='utf-8') as f:
            return 'enable-sanitize' in f.read()
    except OSError:
        return False


class Site(Host):
    """A host whose modules' files are its own to replace: swap (version one
    or two) and, when asked for, fault.  options: of the configuration."""

    def __init__(self, workers=3, fault=None, **options):
        self.workers_wanted = workers
        self.options = dict(workers=workers, **options)
        self.sections = {}
        super().__init__(BUILD, '')
        self.vendor = os.path.join(self.folder.name, 'vendor')
        os.mkdir(self.vendor)
        self.n_files = 0
        self.install('one')
        self.sections['swap'] = {'file': self.file('swap')}
        if fault is not None:
            self.add_fault(**fault)
        self.write()

    def environment(self):
        """A crash that a test asks for is a crash in all builds."""
        environment = super().environment()
        environment['ASAN_OPTIONS'] = ':'.join(
            filter(None, (environment.get('ASAN_OPTIONS'), 'handle_segv=0')))
        return environment

    def file(self, module):
        return os.path.join(self.vendor, module + '.so')

    def install(self, version):
        """A new build of swap at the vendor's path, by rename."""
        to = self.file('swap')
        shutil.copyfile(f'{BUILD}/modules/swap_{version}.so', to + '.new')
        os.rename(to + '.new', to)

    def add_fault(self, **options):
        self.sections['fault'] = dict(file=f'{BUILD}/modules/fault.so',
                                      **options)

    def write(self):
        self.configure(json.dumps(dict(self.options, modules=self.sections)))

    def set(self, module, **options):
        """Changes options of a module in the configuration."""
        self.sections[module].update(options)
        self.write()

    def swap_version(self):
        """begin of fresh connections; they must agree."""
        seen = {self.get('/v1/swap/version').json['begin'] for _ in range(8)}
        assert len(seen) == 1, seen
        return seen.pop()

    def load(self, **options):
        options.setdefault('acknowledged', self.path('acknowledged'))
        self.n_files += 1
        options.setdefault('first', self.n_files * 100000000)
        return Load(BUILD, self.port, **options)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def check_acknowledged(self):
        """Every number that was acknowledged is in the store."""
        with open(self.path('acknowledged'), encoding='ascii') as f:
            said = {int(line) for line in f}
        db = sqlite3.connect(
            f'file:{self.state}/entrepot.db?mode=ro', uri=True)
        there = {n for n, in db.execute('SELECT n FROM swap_entry')}
        db.close()
        assert said and not said - there, \
            f'{len(said - there)} of {len(said)} acknowledged writes are lost'

    def slot_of(self, pid):
        return next((w['worker'] for w in self.status()['workers']
                     if w['pid'] == pid), None)

    def listening(self):
        """pids of the workers that take connections"""
        return [w['pid'] for w in self.status()['workers']
                if w['role'] == 'worker' and w['pid'] != 0
                and w['state'] == 'ready']

    def settle(self, seconds=10):
        """Until all workers are there, and hold the active generation and no
        other."""
        end = time.monotonic() + seconds
        while True:
            status = self.status()
            workers = status['workers']
            held = {(h['generation'], h['state'])
                    for w in workers for h in w['held']}
            if held == {(status['generation'], 'ready')} and \
                    {w['state'] for w in workers} == {'ready'} and \
                    len(self.listening()) == self.workers_wanted:
                return status
            assert time.monotonic() < end, status['workers']
            time.sleep(0.02)


def whole(result):
    """No request failed, however little."""
    assert result['failed'] == 0 and result['sent'] == result['answered'], \
        brief(result)
    assert result['closes_announced'] == 0, brief(result)


def brief(result):
    short = {k: v for k, v in result.items() if v and k != 'failures'}
    return f'{short} {result["failures"][:3]}'


def usage(pid, state):
    """What a process holds: rss (kB), fds, maps, images of modules."""
    with open(f'/proc/{pid}/statm', encoding='ascii') as f:
        rss = int(f.read().split()[1]) * os.sysconf('SC_PAGE_SIZE') // 1024
    with open(f'/proc/{pid}/maps', encoding='utf-8') as f:
        lines = f.readlines()
    folder = os.path.join(state, 'modules')
    images = {line.split(None, 5)[5] for line in lines
              if folder in line and 'x' in line.split()[1]}
    return {'rss': rss, 'fds': len(os.listdir(f'/proc/{pid}/fd')),
            'maps': len(lines), 'images': len(images)}


def usages(host):
    """The same of the supervisor and all that it has started."""
    found = {}
    for pid in [host.process.pid] + host.children():
        try:
            found[pid] = usage(pid, host.state)
        except OSError:
            pass  # short-lived
    return found
