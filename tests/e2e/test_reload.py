#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Modules are replaced while a load of 64 connections notices nothing, with
one worker and with three.  ENTREPOT_TEST_SIZE=full: 200 reloads."""
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Tests, good, refused  # noqa: E402
from reloads import IS_FULL, Site, brief, whole  # noqa: E402

RELOADS = 200 if IS_FULL else 15
OTHER = {'one': 'two', 'two': 'one'}


def test_replaced_under_load(workers):
    with Site(workers) as host:
        version = 'one'
        first = host.generation()
        with host.load() as load:
            time.sleep(0.5)
            for _ in range(RELOADS):
                version = OTHER[version]
                host.install(version)
                load.mark('reload')
                host.reloaded()
                load.mark('steady')
                assert host.swap_version() == version
                time.sleep(0.05)
        r = load.result
        whole(r)
        assert set(r['versions']) == {'one', 'two'}, brief(r)
        assert min(r['versions'].values()) > RELOADS * 10, brief(r)
        assert host.generation() == first + RELOADS
        during, steady = r['windows']['reload'], r['windows']['steady']
        ratio = during['p99_us'] / steady['p99_us']
        print(f'{workers} workers, {RELOADS} reloads, {r["sent"]} requests: '
              f'p99 {steady["p99_us"]} us, {during["p99_us"]} us while '
              f'reloading, ratio {ratio:.2f}')
        # A machine that does other things too; the measure is tests/bench.
        assert ratio < 6, brief(r)
        host.check_acknowledged()


def overwrite(path, contents):
    """In the same inode, as no installer should."""
    with open(path, 'r+b') as f:
        f.write(contents)
        f.truncate()


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def test_contents_decide(workers):
    """Same path, size and time, other bytes: new.  Same bytes: unchanged."""
    one = read(f'{BUILD}/modules/swap_one.so')
    two = read(f'{BUILD}/modules/swap_two.so')
    size = max(len(one), len(two))
    one, two = one.ljust(size, b'\0'), two.ljust(size, b'\0')
    with Site(workers) as host:
        path = host.file('swap')
        when = 1700000000
        for contents, version in ((one, 'one'), (two, 'two')):
            overwrite(path, contents)
            os.utime(path, (when, when))
            inode = os.stat(path).st_ino
            host.reloaded()
            assert host.swap_version() == version
        assert os.stat(path).st_ino == inode and os.stat(
            path).st_size == size and os.stat(path).st_mtime == when
        before = host.generation()
        for _ in range(2):
            os.utime(path)
            assert 'unchanged' in host.reloaded()
        shutil.copyfile(path, path + '.new')
        os.rename(path + '.new', path)
        assert 'unchanged' in host.reloaded()
        # Elsewhere, too, and to config diff it is no change either.
        elsewhere = os.path.join(host.folder.name, 'elsewhere.so')
        shutil.copyfile(path, elsewhere)
        host.set('swap', file=elsewhere)
        assert 'unchanged' in host.reloaded()
        diff = host.run('config', 'diff', '-c', host.config)
        assert diff.returncode == 0 and not diff.stdout, diff
        assert host.generation() == before


def test_the_file_is_the_vendors(workers):
    """What happens to it does nothing to what runs."""
    with Site(workers) as host:
        path = host.file('swap')
        with host.load(connections=16) as load:
            for harm in (lambda: overwrite(path, b'\xcc' * 30000),
                         lambda: overwrite(path, b''),
                         lambda: os.unlink(path)):
                harm()
                time.sleep(0.1)
                before = host.generation()
                r = host.reload()
                assert r.returncode != 0 and 'swap' in r.words, r.words
                assert host.generation() == before
                assert host.swap_version() == 'one'
            host.install('two')
            host.reloaded()
            time.sleep(0.1)
        whole(load.result)
        assert host.swap_version() == 'two'


def test_modules_come_and_go(workers):
    with Site(workers) as host, host.load(connections=8) as load:
        refused(host.get('/v1/fault/version'), 404)
        for _ in range(3):
            host.add_fault(word='here')
            host.write()
            assert 'fault' in host.reloaded()
            assert good(host.get('/v1/fault/version'))['word'] == 'here'
            del host.sections['fault']
            host.write()
            assert 'fault' in host.reloaded()
            refused(host.get('/v1/fault/version'), 404)
        # The operations of a version come and go with it.
        good(host.get('/v1/swap/greet'))
        host.install('two')
        host.reloaded()
        refused(host.get('/v1/swap/greet'), 404)
        good(host.get('/v1/swap/checksum'))
        whole(load.stop())


def starts(host):
    """pids of the workers that started the module fault, one for each time;
    a probe starts every module"""
    workers = {w['pid'] for w in host.status()['workers']}
    found = []
    for name in os.listdir(host.path('starts')):
        with open(os.path.join(host.path('starts'), name),
                  encoding='ascii') as f:
            found.append(int(f.read()))
    return sorted(p for p in found if p in workers)


def test_configuration_alone(workers):
    """New options without new code; a module that nothing changed for is not
    started again."""
    with Site(workers) as host:
        os.mkdir(host.path('starts'))
        host.add_fault(folder=host.path('starts'))
        host.write()
        host.reloaded()
        host.settle()
        started = starts(host)
        assert len(started) == len(set(started)) == workers + 1, started
        with host.load(connections=8) as load:
            for word in ('first', 'second', 'third'):
                host.set('swap', word=word)
                host.reloaded()
                words = {host.get('/v1/swap/version').json['word']
                         for _ in range(8)}
                assert words == {word}, words
            host.settle()
            assert starts(host) == started, 'fault was started again'
            host.options['limits'] = {'max_body': 2048}
            host.write()
            host.reloaded()
            big = {'n': 1, 'more': 'x' * 3000}
            refused(host.post('/v1/swap/entries', big), 413)
            assert starts(host) == started, 'fault was started again'
        whole(load.result)


def test_restart_is_asked_for(workers):
    with Site(workers) as host:
        before = host.generation()
        host.options['workers'] = workers + 1
        host.install('two')
        host.write()
        r = host.reload()
        assert r.returncode != 0 and 'workers' in r.words \
            and 'restart' in r.words, r.words
        assert host.generation() == before and host.swap_version() == 'one'


def test_another_file_is_refused(workers):
    """Nobody believes that a file is in force which the host never read."""
    with Site(workers) as host:
        other = host.path('other.yaml')
        with open(other, 'w', encoding='utf-8') as f:
            f.write('listen: 127.0.0.1:0\nmodules: {}\n')
        os.symlink(host.config, host.path('link.yaml'))
        for path, code in ((other, 3), (host.path('link.yaml'), 0),
                           (host.config, 0)):
            r = host.run('reload', '-c', path)
            assert r.returncode == code, (path, r)
            if code != 0:
                assert host.config in r.stderr and other in r.stderr, r


def test_dry_run(workers):
    with Site(workers) as host:
        before = host.generation()
        host.install('two')
        words = host.reloaded('--dry-run')
        assert 'swap' in words and '2.0.0' in words, words
        assert 'swap.greet' in words, f'a removed operation: {words}'
        assert host.generation() == before and host.swap_version() == 'one'
        host.reloaded()
        assert host.swap_version() == 'two'


def test_two_orders_at_once(workers):
    """One wins, the other is refused and says so."""
    with Site(workers, fault={}) as host:
        before = host.generation()
        host.set('fault', when='start', how='slow', word='new')
        command = [host.program, 'reload', '-c', host.config]
        orders = [subprocess.Popen(
            command, env=host.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(2)]
        said = [o.communicate(timeout=30)[0] for o in orders]
        codes = sorted(o.returncode for o in orders)
        assert codes[0] == 0 and codes[1] != 0, (codes, said)
        assert host.generation() == before + 1
        assert good(host.get('/v1/fault/version'))['word'] == 'new'


def until(what, wanted, seconds=15):
    end = time.monotonic() + seconds
    while what() != wanted:
        assert time.monotonic() < end, (what(), wanted)
        time.sleep(0.05)


def test_hangup_reloads(workers):
    with Site(workers) as host, host.load(connections=8) as load:
        host.install('two')
        host.process.send_signal(signal.SIGHUP)
        until(host.swap_version, 'two')
        # A broken one is refused, and the host says why in its log.
        overwrite(host.file('swap'), b'not a module')
        before = host.generation()
        since = len(host.log())
        host.process.send_signal(signal.SIGHUP)
        until(lambda: 'refused' in host.log()[since:], True)
        assert host.generation() == before and host.swap_version() == 'two'
        whole(load.stop())


def test_rollback(workers):
    with Site(workers) as host, host.load(connections=8) as load:
        first = host.generation()
        host.install('two')
        host.set('swap', word='later')
        host.reloaded()
        # The vendor's file is not needed any more.
        os.unlink(host.file('swap'))
        host.reloaded(command='rollback')
        assert host.swap_version() == 'one'
        assert host.get('/v1/swap/version').json['word'] == 'usual'
        assert host.generation() == first + 2, 'numbers are used once'
        host.reloaded(str(first + 1), command='rollback')
        assert host.swap_version() == 'two'
        assert host.get('/v1/swap/version').json['word'] == 'later'
        r = host.reload('4711', command='rollback')
        assert r.returncode != 0, r.words
        assert r.words.count('generation 4711') == 1, r.words
        assert host.generation() == first + 3
        said = host.run('generations', '-c', host.config).stdout
        assert 'rollback' in said, said
        whole(load.stop())


def test_start_after_reloads(workers):
    """A host that is stopped and started goes on counting."""
    with Site(workers) as host:
        host.install('two')
        host.reloaded()
        before = host.generation()
        host.stop()
        host.start()
        assert host.generation() > before
        assert host.swap_version() == 'two'


def main():
    tests = Tests()
    for workers in (1, 3):
        tests.run_all(globals(), workers)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
