#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The files for the service manager: what systemd says of the unit, and that
the host lives under the unit's filter of system calls."""
import ctypes
import ctypes.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, TOP, Host, Tests, good, module_config  # noqa: E402

UNIT = os.path.join(TOP, 'contrib/packaging/entrepot.service')
EPERM = 1
PR_SET_NO_NEW_PRIVS = 38


def unit_values(key):
    with open(UNIT, encoding='utf-8') as f:
        return re.findall(f'^{key}=(.*)$', f.read(), re.M)


# ------------------------------------------------------------------- the files

def staged(folder):
    """The installed files below a folder: unit, socket, their words."""
    subprocess.run(
        ['make', '-s', '-C', BUILD, 'DESTDIR=' + folder,
         'install-nodist_systemdsystemunitDATA', 'install-nodist_sysusersDATA'],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {os.path.basename(name): os.path.join(at, name)
            for at, _, names in os.walk(folder) for name in names}


def test_units_are_installed_with_the_paths_of_the_build():
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        files = staged(folder)
        assert set(files) == {'entrepot.service', 'entrepot.socket',
                              'entrepot.conf'}, files
        with open(os.path.join(BUILD, 'Makefile'), encoding='utf-8') as f:
            prefix = re.search('^prefix = (.*)$', f.read(), re.M).group(1)
        with open(files['entrepot.service'], encoding='utf-8') as f:
            words = f.read()
        assert f'ExecStart={prefix}/bin/entrepot serve -c ' in words, words
        assert f'ReadWritePaths=-{prefix}' in words or prefix == '/usr', words


def systemd_accepts_the_units():
    """verify is silent.  Its program is ours, wherever it stands."""
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        for name, path in staged(folder).items():
            with open(path, encoding='utf-8') as f:
                words = re.sub(r'=\S*/bin/entrepot ', f'={BUILD}/entrepot ',
                               f.read())
            with open(os.path.join(folder, name), 'w',
                      encoding='utf-8') as f:
                f.write(words)
        r = subprocess.run(
            ['systemd-analyze', 'verify', '--man=no', 'entrepot.service',
             'entrepot.socket'], cwd=folder, capture_output=True, text=True,
            env=dict(os.environ, SYSTEMD_UNIT_PATH=folder + ':'),
            check=False)
        assert r.returncode == 0 and r.stdout + r.stderr == '', r
        # It would have said so.
        with open(os.path.join(folder, 'entrepot.service'), 'a',
                  encoding='utf-8') as f:
            f.write('[Service]\nNoSuchKey=1\n')
        r = subprocess.run(
            ['systemd-analyze', 'verify', '--man=no', 'entrepot.service'],
            cwd=folder, capture_output=True, text=True, check=False,
            env=dict(os.environ, SYSTEMD_UNIT_PATH=folder + ':'))
        assert 'NoSuchKey' in r.stderr, r


def systemd_finds_the_sandbox_tight():
    r = subprocess.run(
        ['systemd-analyze', 'security', '--offline=yes', '--threshold=20',
         UNIT], capture_output=True, text=True, check=False)
    level = re.search(r'exposure level for \S+ ([\d.]+)', r.stdout)
    assert r.returncode == 0 and level and float(level.group(1)) <= 2.0, r


def test_manuals_of_the_unit_exist():
    for page, part in re.findall(r'man:([\w.-]+)\((\d)\)',
                                 ' '.join(unit_values('Documentation'))):
        folder = {'5': 'conf', '8': 'core'}[part]
        assert os.path.exists(os.path.join(TOP, folder, f'{page}.{part}'))


def test_the_log_is_rotated_as_the_manual_says():
    """SIGUSR1, of the main process alone."""
    with open(os.path.join(TOP, 'contrib/packaging/entrepot.logrotate'),
              encoding='utf-8') as f:
        words = f.read()
    assert '--kill-whom=main --signal=USR1 entrepot.service' in words
    if shutil.which('logrotate'):
        with tempfile.NamedTemporaryFile('w', suffix='.conf') as f:
            f.write(re.sub(r'su .*|create .*', '', words))
            f.flush()
            r = subprocess.run(['logrotate', '-d', f.name], check=False,
                               capture_output=True, text=True)
            assert r.returncode == 0 and 'error' not in r.stderr, r


# ------------------------------------------------------------------ the filter

def calls_of(name, sets):
    """The system calls of "@set" or "call"."""
    if not name.startswith('@'):
        return {name}
    found = set()
    for inner in sets[name]:
        found |= calls_of(inner, sets)
    return found


def allowed():
    """What SystemCallFilter= of the unit lets through."""
    listed = subprocess.run(
        ['systemd-analyze', '--no-pager', 'syscall-filter'],
        capture_output=True, text=True, check=True).stdout
    sets = {block.split('\n')[0].strip(): [
        line.strip() for line in block.split('\n')[1:]
        if line.strip() and not line.strip().startswith('#')]
            for block in re.split(r'\n(?=@)', '\n' + listed)}
    found = set()
    for line in unit_values('SystemCallFilter'):
        for name in line.lstrip('~').split():
            if line.startswith('~'):
                found -= calls_of(name, sets)
            else:
                found |= calls_of(name, sets)
    # systemd always lets these through: see SystemCallFilter=.
    return found | calls_of('@default', sets) | {
        'execve', 'exit', 'exit_group', 'getrlimit', 'rt_sigreturn',
        'sigreturn'}


class Compare(ctypes.Structure):
    _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int),
                ('a', ctypes.c_uint64), ('b', ctypes.c_uint64)]


def filter_of(library, names):
    """A loaded-to-be filter: names, and no memory that is both written and
    executed (MemoryDenyWriteExecute=)."""
    allow, errno_eperm, masked_equal = 0x7fff0000, 0x00050000 | EPERM, 7
    seccomp = ctypes.CDLL(library)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(errno_eperm))
    for name in sorted(names):
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            continue
        if name not in ('mmap', 'mprotect', 'pkey_mprotect'):
            assert seccomp.seccomp_rule_add(context, allow, number, 0) == 0
            continue
        # Without execution; of mmap also what is executed, not written.
        rules = [Compare(2, masked_equal, 4, 0)]
        if name == 'mmap':
            rules.append(Compare(2, masked_equal, 6, 4))
        for rule in rules:
            assert seccomp.seccomp_rule_add_array(
                context, allow, number, 1, ctypes.byref(rule)) == 0
    return seccomp, context


def host_lives_in_the_sandbox(library):
    seccomp, context = filter_of(library, allowed())
    prctl = ctypes.CDLL(None).prctl

    def enter():
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if seccomp.seccomp_load(context) != 0:
            os._exit(99)

    denied = subprocess.run(
        [sys.executable, '-c', 'import mmap, os\n'
         'for call in (lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),\n'
         '             lambda: mmap.mmap(-1, 4096, prot=7)):\n'
         '    try:\n        call()\n'
         '    except PermissionError:\n        print("denied")'],
        preexec_fn=enter, capture_output=True, text=True, check=True)
    assert denied.stdout == 'denied\n' * 2, denied

    host = Host(BUILD, module_config('hello', 'compliance', workers=2))
    host.start(before=enter)
    try:
        with open(f'/proc/{host.process.pid}/status', encoding='ascii') as f:
            assert 'Seccomp:\t2' in f.read()
        good(host.op('hello.greet', {'name': 'Ann'}))
        answer = good(host.op('compliance.screen', {'name': 'Nobody'}))
        assert answer['decision'] == 'clear', answer
        host.configure(module_config('hello', workers=2))
        assert 'generation' in host.reloaded(), 'reload'
        good(host.get('/readyz'))
        killed = host.workers()[0]
        os.kill(killed, signal.SIGKILL)
        host.wait_log('child_ended')
        host.wait_ready()
        host.stop()
        words = host.log()
        assert 'Operation not permitted' not in words, words
    finally:
        host.kill()
        host.folder.cleanup()


def is_sanitized():
    with open(os.path.join(BUILD, 'Makefile'), encoding='utf-8') as f:
        return re.search('^SAFE_CFLAGS = .*-fsanitize', f.read(), re.M)


def main():
    tests = Tests()
    tests.run_all(globals())
    if shutil.which('systemd-analyze'):
        tests.run('systemd accepts the units', systemd_accepts_the_units)
        tests.run('the sandbox is tight', systemd_finds_the_sandbox_tight)
    else:
        tests.skipped += 2
        print('skipped: systemd-analyze is not installed (contrib/install '
              'test)')
    library = ctypes.util.find_library('seccomp') or 'libseccomp.so.2'
    try:
        ctypes.CDLL(library)
    except OSError:
        library = None
    if is_sanitized():
        tests.skipped += 1
        print('skipped: sanitizers need system calls of their own')
    elif library and shutil.which('systemd-analyze'):
        tests.run('the host in the sandbox', host_lives_in_the_sandbox,
                  library)
    else:
        tests.skipped += 1
        print('skipped: libseccomp is not installed (contrib/install test)')
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
