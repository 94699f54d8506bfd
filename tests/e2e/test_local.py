#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""call --local: a private host for the length of one command."""
import fcntl
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, Host, Tests, module_config  # noqa: E402

ITEM = json.dumps({'id': 'a', 'n': 1})


def local(host, *words, state='private', stdin='', **env):
    state = os.path.join(host.folder.name, state)
    return host.run('call', '--local', '-c', host.config, *words, stdin=stdin,
                    env=dict(ENTREPOT_STATE=state, **env))


def is_free(host, state='private'):
    """Nobody holds the lock of the state folder."""
    with open(os.path.join(host.folder.name, state, 'lock'), 'rb') as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            return False


def test_one_call(host):
    r = local(host, 'probe.put_item', ITEM)
    assert (r.returncode, json.loads(r.stdout)) == (0, json.loads(ITEM)), r
    assert r.stderr == '' and is_free(host), r
    # what was stored is there for the next, and goes through a commit
    r = local(host, 'probe.get_item', '{"id": "a"}')
    assert r.returncode == 0 and json.loads(r.stdout)['n'] == 1, r
    r = local(host, 'probe.get_item', '{"id": "b"}')
    assert r.returncode == 1 and json.loads(r.stderr)['error'] == 'no_item', r
    r = local(host, 'probe.get_item', '-', stdin='{"id": "a"}')
    assert r.returncode == 0 and r.stderr == '', r
    # an operator's call, as the one to a running host is
    r = local(host, 'probe.who', '{}')
    assert json.loads(r.stdout)['origin'] == 2, r


def test_jsonl(host):
    lines = [{'op': 'probe.put_item', 'input': {'id': f'l{i}', 'n': i}}
             for i in range(50)]
    lines.append({'op': 'probe.get_item', 'input': {'id': 'l49'}})
    r = local(host, '--jsonl', stdin='\n'.join(map(json.dumps, lines)))
    assert r.returncode == 0 and r.stderr == '', r
    out = [json.loads(line) for line in r.stdout.splitlines()]
    assert [o['status'] for o in out] == [201] * 50 + [200], out
    assert out[-1]['output']['n'] == 49 and is_free(host), out


def test_beside_a_running_host(host):
    """The state folder is one host's; with another both work."""
    r = host.run('call', '--local', '-c', host.config, 'probe.who', '{}')
    assert r.returncode == 1 and r.stdout == '', r
    assert f'a host is running in {host.state}: leave out --local' in \
        r.stderr, r
    assert host.get('/readyz').status == 200


def test_what_cannot_start_says_why(host):
    for text, words in (('modules: {prob: {}}', 'prob'),
                        ('listne: 1', 'listne'),
                        ('modules: [', 'bad.yaml:')):
        path = os.path.join(host.folder.name, 'bad.yaml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        r = local(host, 'probe.who', '{}', '-c', path)
        assert r.returncode == 1 and words in r.stderr, r
        assert r.stdout == '', r
    r = local(host, 'probe.who', '{}', state='config-is-no-folder/' * 9)
    assert r.returncode == 1 and r.stderr, r
    blocked = os.path.join(host.folder.name, 'blocked')
    with open(blocked, 'w', encoding='utf-8') as f:
        f.write('no folder')
    r = local(host, 'probe.who', '{}', state='blocked')
    assert r.returncode == 1 and 'did not start' in r.stderr, r
    assert 'blocked' in r.stderr, r


def test_what_breaks_is_told(host):
    """The host's own trouble reaches the caller, beside the answer."""
    r = local(host, 'probe.unheard_of', '{}')
    assert r.returncode == 1 and 'unknown_operation' in r.stderr, r
    assert '"level":"error"' not in r.stderr, r


def test_it_ends_with_the_command(host):
    """Even when that is killed at the worst moment."""
    for wait in (0.02, 0.3):
        child = subprocess.Popen(
            [host.program, 'call', '--local', '-c', host.config,
             'probe.sleep', '{"ms": 20000}'], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(host.environment(), ENTREPOT_STATE=os.path.join(
                host.folder.name, 'private')))
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        child.wait()
        end = time.monotonic() + 40
        while not is_free(host):
            assert time.monotonic() < end, 'the host lives on'
            time.sleep(0.05)
    r = local(host, 'probe.get_item', '{"id": "a"}')
    assert r.returncode == 0, r


def main():
    tests = Tests()
    config = module_config('probe', build=BUILD, workers=1,
                           drain_timeout_ms=2000)
    with Host(BUILD, config) as host:
        tests.run_all(globals(), host)
    return tests.end()


if __name__ == '__main__':
    sys.exit(main())
