#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a worker does with the generations that it holds: instances that are
warmed, shared, withdrawn, drained and asked for their health, with one worker
and with three.  ENTREPOT_TEST_SIZE=full: more and longer."""
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, TOP, Tests, good, refused  # noqa: E402
from reloads import (IS_FULL, Site, keeps_images, usages,  # noqa: E402
                     whole)
from test_reload_kill import reload_begin, reload_end  # noqa: E402

STATE_VERSION = 7  # of tests/modules/warm
MANY = 1000 if IS_FULL else 100
SECONDS, ACROSS = (20, 20) if IS_FULL else (2, 6)


class Warm(Site):
    """A host with the modules warm and swap."""

    def __init__(self, workers, warm=None, **options):
        options['limits'] = dict(options.get('limits', {}),
                                 idle_timeout_ms=600000)
        super().__init__(workers, **options)
        self.sections['warm'] = dict(file=f'{BUILD}/modules/warm.so',
                                     **(warm or {}))
        self.write()
        self.lines = {}

    def __exit__(self, kind, value, trace):
        for line in self.lines.values():
            line.close()
        super().__exit__(kind, value, trace)

    def each(self, method='GET', path='/v1/warm/state', value=None):
        """The answers of all workers by pid, over connections that stay."""
        if not self.lines:
            self.connect()
        return {pid: self.on(line, method, path, value)
                for pid, line in self.lines.items()}

    def connect(self):
        spare = []
        while len(self.lines) < self.workers_wanted:
            line = http.client.HTTPConnection('127.0.0.1', self.port,
                                              timeout=60)
            pid = self.on(line, 'GET', '/v1/warm/state')['pid']
            spare.append(line) if pid in self.lines else \
                self.lines.update({pid: line})
            assert len(spare) < 2000, 'a worker answers nobody'
        for line in spare:
            line.close()

    @staticmethod
    def on(line, method, path, value=None):
        line.request(method, path,
                     None if value is None else json.dumps(value),
                     {'Content-Type': 'application/json'})
        r = line.getresponse()
        body = r.read()
        assert r.status == 200, (r.status, body)
        return json.loads(body)

    def counts(self):
        return {pid: a['count'] for pid, a in self.each().items()}

    def count_up(self):
        """So that each worker has a count of its own."""
        self.each()
        for n, line in enumerate(self.lines.values()):
            for _ in range(n + 2):
                self.on(line, 'POST', '/v1/warm/count')
        return self.counts()


def test_what_was_saved_is_restored(workers):
    with Warm(workers) as host:
        before = host.count_up()
        for n in range(4):
            host.set('warm', word=f'word {n}')
            host.reloaded()
            found = host.each()
            assert {p: a['count'] for p, a in found.items()} == before, \
                (before, found)
            assert {a['restored_version'] for a in found.values()} == \
                {STATE_VERSION}
            assert {a['word'] for a in found.values()} == {f'word {n}'}
        log = host.log()
        assert log.count('warm_start') == 4 * (workers + 1), log
        assert 'cold_start' not in log, log


def test_what_is_not_restored_starts_cold(workers):
    """The reload stands, and the log says why."""
    with Warm(workers) as host:
        host.count_up()
        host.set('warm', restore='refuses')
        host.reloaded()
        assert set(host.counts().values()) == {0}
        host.wait_log('cold_start')
        told = [line for line in host.log().split('\n')
                if 'cold_start' in line]
        assert len(told) == workers + 1, told
        for line in told:
            assert 'other_shape' in line and 'warm' in line and \
                'another shape' in line, line
        # Nothing is carried over any more; and from here on it is.
        before = host.count_up()
        host.set('warm', restore='accepts')
        host.reloaded()
        assert host.counts() == before


def test_unchanged_module_keeps_its_memory(workers):
    """Shared by generations: not started, not stopped, not restored."""
    with Warm(workers) as host:
        before = host.count_up()
        for version in ('two', 'one', 'two', 'one', 'two'):
            host.install(version)
            host.reloaded()
            assert host.swap_version() == version
            found = host.each()
            assert {p: a['count'] for p, a in found.items()} == before
            assert {a['restored_version'] for a in found.values()} == {0}
        log = host.log()
        assert 'warm_start' not in log, log
        workers_ = host.settle()['workers']
        assert keeps_images() or \
            {w['images'] for w in workers_} == {2}, workers_


class Sleeper(threading.Thread):
    """One request that waits; .answer, or .wrong"""

    def __init__(self, host, ms):
        super().__init__()
        self.host, self.ms = host, ms
        self.answer = self.wrong = None
        self.took = 0.0
        self.start()

    def run(self):
        began = time.monotonic()
        try:
            self.answer = self.host.post('/v1/warm/sleep', {'ms': self.ms},
                                         timeout=90)
        except (OSError, http.client.HTTPException) as e:
            self.wrong = repr(e)
        self.took = time.monotonic() - began


def until(holds, seconds=15):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, 'in vain'
        time.sleep(0.02)


def test_waiting_across_reloads(workers):
    """A request that waits ends in the instance in which it began, though
    that was replaced many times; its generation shows it."""
    with Warm(workers, {'word': 'first'}, drain_timeout_ms=60000) as host:
        first = host.generation()
        sleepers = [Sleeper(host, SECONDS * 1000) for _ in range(8)]
        until(lambda: sum(h['requests'] for w in host.status()['workers']
                          for h in w['held']) >= 8)
        for n in range(ACROSS):
            host.set('warm', word=f'word {n}')
            host.reloaded()
            assert good(host.get('/v1/warm/state'))['word'] == f'word {n}'
        old = [h for w in host.status()['workers'] for h in w['held']
               if h['generation'] == first]
        assert sum(h['requests'] for h in old) == 8, old
        assert {h['state'] for h in old if h['requests']} == {'ready'}, old
        for s in sleepers:
            s.join()
            assert s.wrong is None, s.wrong
            assert good(s.answer)['word'] == 'first', s.answer
            assert s.took >= SECONDS, s.took
        host.settle()


def test_withdrawn_while_preparing(workers):
    """One process cannot: what the others have half prepared goes at once,
    and is not waited for."""
    with Warm(workers, fault={'word': 'good'}) as host:
        host.settle()
        time.sleep(0.1)
        before, count = usages(host), host.count_up()
        for n in range(2):
            folder = host.path(f'starts {n}')
            os.mkdir(folder)
            # The probe is the first; it and all others sleep in warm.
            host.set('fault', when='start', how='error', victim=2,
                     folder=folder, word='bad')
            host.set('warm', start_ms=700)
            began = time.monotonic()
            r = host.reload()
            took = time.monotonic() - began
            assert r.returncode != 0 and 'fault' in r.words and \
                'start' in r.words, r.words
            assert took < 1.35, f'{took} s: the sleeping were waited for'
            host.settle(0.5)
        assert host.log().count('prepare_failed') == 2, 'only who failed'
        assert host.counts() == count
        time.sleep(0.1)
        after = usages(host)
        assert set(after) == set(before), 'a process was replaced'
        for pid, was in before.items():
            now = after[pid]
            assert now['fds'] <= was['fds'] + 1, (was, now)
            if not keeps_images():
                assert now['images'] == was['images'], (was, now)
                assert now['maps'] <= was['maps'] + 6, (was, now)
        host.set('fault', when='never', word='mended')
        host.reloaded()
        assert good(host.get('/v1/fault/version'))['word'] == 'mended'


def test_cancelled_at_the_end_of_the_drain(workers):
    """What waits longer than drain_timeout_ms in a replaced generation is
    told so, and nobody else."""
    with Warm(workers, {'word': 'old'}, drain_timeout_ms=600) as host:
        late = [Sleeper(host, 20000) for _ in range(6)]
        early = [Sleeper(host, 500) for _ in range(6)]
        time.sleep(0.2)
        with host.load(connections=8) as load:
            host.set('warm', word='new')
            host.reloaded()
            fresh = [Sleeper(host, 1000) for _ in range(6)]
            for s in late:
                s.join()
                assert s.wrong is None, s.wrong
                refused(s.answer, 503, 'cancelled')
                assert 0.6 <= s.took < 2, s.took
            for s, word in [(s, 'old') for s in early] + \
                    [(s, 'new') for s in fresh]:
                s.join()
                assert s.wrong is None, s.wrong
                assert good(s.answer)['word'] == word, s.answer
        whole(load.result)
        host.settle()


def read_all(s):
    got = b''
    while piece := s.recv(65536):
        got += piece
    return got


def upload(host, length):
    s = socket.create_connection(('127.0.0.1', host.port), timeout=20)
    s.sendall(b'POST /v1/warm/sleep HTTP/1.1\r\nHost: h\r\n'
              b'Content-Type: application/json\r\n'
              b'Content-Length: %d\r\n\r\n' % length)
    return s


def test_slow_upload(workers):
    """It belongs to the generation of its head; one that outlasts the drain
    is refused, so that the old generation can go."""
    body = b'{"ms": 0}'
    with Warm(workers, {'word': 'old'}, drain_timeout_ms=800) as host:
        first = host.generation()
        quick, slow = upload(host, len(body)), upload(host, 1000)
        quick.sendall(body[:5])
        slow.sendall(body[:5])
        until(lambda: sum(h['requests'] for w in host.status()['workers']
                          for h in w['held']) == 2)
        host.set('warm', word='new')
        order = reload_begin(host)
        until(lambda: host.generation() != first)
        quick.sendall(body[5:])
        assert b'"word":"old"' in quick.recv(4096)
        began = time.monotonic()
        while time.monotonic() < began + 0.4:
            slow.sendall(b' ')
            time.sleep(0.05)
        held = [h['generation'] for w in host.status()['workers']
                for h in w['held']]
        assert first in held, 'what is pinned is kept'
        answer = read_all(slow)
        assert answer.startswith(b'HTTP/1.1 503 '), answer
        assert b'Retry-After: ' in answer and b'replaced' in answer, answer
        assert time.monotonic() - began < 2
        code, words = reload_end(order)
        assert code == 0, words
        host.settle(1)
        quick.close()
        slow.close()


def test_slow_reader(workers):
    """An answer that is not taken holds no generation."""
    with Warm(workers, {'word': 'w' * 900000}, drain_timeout_ms=60000,
              limits={'write_timeout_ms': 60000}) as host:
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(('127.0.0.1', host.port))
        s.sendall(b'GET /v1/warm/state HTTP/1.1\r\nHost: h\r\n'
                  b'Connection: close\r\n\r\n')
        assert s.recv(15) == b'HTTP/1.1 200 OK'
        host.set('warm', word='short')
        host.reloaded()
        host.settle(2)
        body = read_all(s).split(b'\r\n\r\n', 1)[1]
        assert json.loads(body)['word'] == 'w' * 900000
        s.close()


def metric(host, name):
    text = host.get('/metrics').body.decode()
    found = re.search(rf'^entrepot_{re.escape(name)} (\S+)$', text, re.M)
    assert found, f'{name} is not in /metrics'
    return float(found.group(1))


def test_failure_is_told(workers):
    """By the command, the status, the metrics and the history; and no row
    stays."""
    with Warm(workers, fault={'word': 'good'}) as host:
        for n, (module, phase, options) in enumerate((
                ('warm', 'probe', {'health': 'fails'}),
                ('fault', 'prepare', {'when': 'health', 'how': 'error',
                                      'victim': 2, 'folder': ''}))):
            if 'folder' in options:
                options['folder'] = host.path('starts')
                os.mkdir(options['folder'])
            kept = dict(host.sections[module])
            host.set(module, **options)
            failure_is_told(host, module, phase, n + 1)
            host.sections[module] = kept
            host.write()
            assert 'unchanged' in host.reloaded()
            assert metric(host, 'last_reload_success') == 1


def failure_is_told(host, module, phase, times):
    before = host.generation()
    r = host.reload()
    assert r.returncode != 0, r.words
    for word in (module, 'health'):
        assert word in r.words, r.words
    status = host.settle(1)
    assert status['generation'] == before
    assert status['candidate'] in (0, before), status
    last = status['reloads'][0]
    assert last['result'] == 'aborted' and last['module'] == module \
        and last['phase'] == phase and 'health' in last['error'], last
    assert ('worker' in last) == (phase == 'prepare'), last
    assert metric(host, 'reloads_total{result="aborted"}') == times
    assert metric(host, 'last_reload_success') == 0
    assert metric(host, 'active_generation') == before
    said = host.run('generations', '-c', host.config).stdout
    line = next(x for x in said.split('\n') if 'aborted' in x)
    assert module in line and 'health' in line, said


def state_of(host):
    return good(host.get('/readyz'))


class Unwell(Warm):
    """The module of one worker says that it is not well."""

    def make(self, words='out of ink'):
        self.each()
        self.on(next(iter(self.lines.values())), 'POST', '/v1/warm/unwell',
                {'words': words})

    def check_amber(self):
        ready = state_of(self)
        assert ready == {'status': 'degraded', 'modules': [
            {'module': 'warm', 'detail': 'out of ink'}]}, ready
        assert self.status()['unhealthy'] == ready['modules']
        assert metric(self, 'unhealthy_modules') == 1
        said = self.run('status', '-c', self.config).stdout
        assert 'unhealthy' in said and 'out of ink' in said, said
        assert 'module_unwell' in self.log()

    def check_green(self):
        assert state_of(self) == {'status': 'ready'}
        assert self.status()['unhealthy'] == []
        assert metric(self, 'unhealthy_modules') == 0


def amber(workers, cure):
    """Unwell, and told by all.  They are asked every 10 s, so this runs
    beside the other tests."""
    with Unwell(workers) as host:
        host.check_green()
        host.make()
        until(lambda: state_of(host)['status'] == 'degraded', 13)
        host.check_amber()
        assert good(host.get('/v1/swap/version')), 'it serves'
        cure(host)
        until(lambda: state_of(host)['status'] == 'ready', 3)
        host.check_green()


def well_again(host):
    host.make('')
    host.wait_log('module_well"', 3)


def mended_by_a_reload(host):
    host.set('warm', word='mended', restore='refuses')
    host.reloaded()


def taken_out(host):
    del host.sections['warm']
    host.write()
    host.reloaded()


def test_many_warm_starts(workers):
    """Images, descriptors, maps and memory stay as they are.  The load only
    reads: what is written fills the store's cache, 8 MiB."""
    with Warm(workers) as host, \
            host.load(connections=2, every=0) as load:
        count = host.count_up()

        def turn(times):
            for n in range(times):
                host.set('warm', word=f'turn {n % 2}')
                host.reloaded()

        turn(20)
        host.settle()
        time.sleep(0.2)
        before = usages(host)
        turn(MANY)
        host.settle()
        time.sleep(0.2)
        after = usages(host)
        whole(load.stop())
        assert host.counts() == count
        assert set(after) == set(before), 'a process was replaced'
        most = {k: max(after[p][k] - before[p][k] for p in before)
                for k in ('rss', 'fds', 'maps', 'images')}
        print(f'{workers} workers, {MANY} reloads: {most}')
        assert most['fds'] <= 1, most
        if not keeps_images():
            assert most['images'] == 0, most
            assert most['maps'] <= 6, most
            assert most['rss'] <= 1500 + MANY / 4, f'{most} kB'


class Summed(Site):
    """With the module probe, whose snapshot each build makes anew."""

    def __init__(self, workers):
        super().__init__(workers)
        self.builds = 0
        self.build()
        self.sections['probe'] = {'file': self.file('probe')}
        self.write()

    def build(self):
        """Another file; what is behind ELF is not read."""
        with open(f'{BUILD}/modules/probe.so', 'rb') as f:
            contents = f.read()
        self.builds += 1
        with open(self.file('probe') + '.new', 'wb') as f:
            f.write(contents + b'%d' % self.builds)
        os.rename(self.file('probe') + '.new', self.file('probe'))

    def sum(self, wait):
        return self.op('probe.snapshot', {'wait': wait})

    def snapshots(self):
        folder = os.path.join(self.state, 'snapshots')
        return sorted(os.path.join(folder, f) for f in os.listdir(folder)
                      if '.part.' not in f)


def test_snapshots_of_builds(workers):
    """Each build has its own; those of builds that are gone go too."""
    with Summed(workers) as host:
        for _ in range(1100 if IS_FULL and workers == 1 else 5):
            host.build()
            host.reloaded()
            good(host.sum(False))
        host.settle()
        until(lambda: len(host.snapshots()) == 1, 5)


def test_a_snapshot_that_is_gone(workers):
    """Somebody has tidied the state folder: it is built again, and whoever
    waits for it gets it."""
    with Summed(workers) as host:
        before = good(host.sum(True))
        host.build()
        host.reloaded()
        host.settle()
        until(lambda: len(host.snapshots()) == 1, 5)
        os.unlink(host.snapshots()[0])
        # No worker of the new build has it mapped yet.
        refused(host.sum(False), 503)
        assert good(host.sum(True)) == before
        until(lambda: host.sum(False).status == 200, 3)
        assert len(host.snapshots()) == 1


def test_guide_to_warm_starts(workers):
    """The example of plugin-api/README.md, as it stands there."""
    if workers > 1:
        return
    with open(f'{TOP}/plugin-api/README.md', encoding='utf-8') as f:
        part = f.read().split('\n## Warm start and health\n')[1]
    commands = re.search(r'^```sh\n(.*?)^```$', part, re.M | re.S).group(1)
    expected = re.search(r'^```text\n(.*?)^```$', part, re.M | re.S).group(1)
    with tempfile.TemporaryDirectory(prefix='entrepot-guide-') as folder:
        done = subprocess.run(
            ['bash', '-e'], cwd=folder, text=True, timeout=120,
            input=f"export PATH='{BUILD}':$PATH\n"
                  f"export PKG_CONFIG_PATH='{BUILD}/plugin-api' LC_ALL=C "
                  f"ENTREPOT_LISTEN=127.0.0.1:0\n"
                  f"unset ENTREPOT ENTREPOT_BUILD\n"
                  f"trap 'kill %1; wait' EXIT\n{commands}",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.split('\n')
    for wanted in expected.rstrip('\n').split('\n'):
        if wanted == '...':
            continue
        pattern = '.*'.join(re.escape(x) for x in wanted.split('...'))
        while lines and not re.fullmatch(pattern, lines[0]):
            lines.pop(0)
        assert lines, f'{wanted} is not in\n{done.stdout}'
        lines.pop(0)


class Beside(threading.Thread):
    """A test that mostly waits."""

    def __init__(self, tests, function, *arguments):
        super().__init__()
        self.what = (function.__name__, function) + arguments
        self.tests = tests
        self.start()

    def run(self):
        self.tests.run(*self.what)


def main():
    tests = Tests()
    began = time.monotonic()
    names = sys.argv[1:]
    if names:
        for workers in (1, 3):
            tests.run_all({n: globals()[n] for n in names}, workers)
        sys.exit(tests.end())
    beside = [Beside(tests, amber, workers, cure) for workers, cure in (
        (1, well_again), (3, mended_by_a_reload), (1, taken_out))]
    for workers in (1, 3):
        tests.run_all(globals(), workers)
    for b in beside:
        b.join()
    print(f'{time.monotonic() - began:.1f} s')
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
