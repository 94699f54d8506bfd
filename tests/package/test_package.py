#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The Debian packages: built from a fresh clone by one command, the same each
time, installed, used and removed.  See README.md."""
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests/e2e'))
from host import Tests  # noqa: E402

# In namespaces of its own: an overlay of this system without the sources, its
# own processes and its own loopback, so that ports are free.
INSIDE = r'''
set -e
mount -t tmpfs none "$1/layer"
mkdir "$1/layer/up" "$1/layer/work" "$1/layer/root"
mount -t overlay overlay \
    -o "lowerdir=/,upperdir=$1/layer/up,workdir=$1/layer/work" "$1/layer/root"
root=$1/layer/root
mount -t tmpfs none "$root/tmp"
mount -t proc none "$root/proc"
mount --bind /dev "$root/dev"
mkdir -p "$root$2"
mount -t tmpfs none "$root$2"
mkdir "$root/tmp/debs"
cp -R "$1/debs/." "$root/tmp/debs"
python3 -c '
import fcntl, socket, struct
s = socket.socket()
fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x41))
'
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    timeout 120 chroot "$root" /tmp/debs/tests/installed.sh /tmp/debs
'''


def digest(folder):
    found = {}
    for path in glob.glob(folder + '/*.deb') + glob.glob(
            folder + '/*.tar.xz'):
        with open(path, 'rb') as f:
            found[os.path.basename(path)] = hashlib.sha256(
                f.read()).hexdigest()
    return found


def build(clone, umask):
    """contrib/package: (digests, the folder, what it said)"""
    r = subprocess.run(
        ['contrib/package', '-y', '--no-check'], cwd=clone, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
        env={k: v for k, v in os.environ.items()
             if not k.startswith(('ENTREPOT', 'MAKE', 'MFLAGS'))},
        umask=umask)
    assert r.returncode == 0, r.stdout
    return digest(clone + '/build/package'), r.stdout


def test_one_command_and_lintian_is_silent(clone):
    subprocess.run(['git', 'clone', '-q', TOP, clone], check=True)
    found, said = build(clone, 0o022)
    assert len([n for n in found if n.startswith('entrepot_')
                and n.endswith('.deb')]) == 1, found
    lines = [line for line in said.split('\n') if line
             and not line.startswith('packages: ')]
    assert all(line.endswith('.deb') for line in lines), said


def test_the_same_commit_gives_the_same_packages(clone):
    before = digest(clone + '/build/package')
    again, _ = build(clone, 0o077)
    assert before == again, (before, again)


def installed(tests, clone, folder):
    debs = folder + '/debs'
    os.makedirs(debs + '/tests/e2e')
    os.mkdir(folder + '/layer')
    for path in glob.glob(clone + '/build/package/*.deb'):
        if 'dbgsym' not in path:
            shutil.copy(path, debs)
    shutil.copy(TOP + '/tests/package/installed.sh', debs + '/tests')
    # Where first-module looks for it.
    shutil.copy(TOP + '/tests/first-module', debs + '/tests')
    shutil.copy(TOP + '/tests/e2e/host.py', debs + '/tests/e2e')
    r = subprocess.run(
        ['unshare', '--mount', '--pid', '--net', '--fork', '--kill-child',
         'sh', '-c', INSIDE, 'sh', folder, TOP], check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    last = r.stdout.rstrip('\n').split('\n')[-1].split()
    if len(last) == 6 and last[1] == 'passed,':
        tests.passed += int(last[0])
        tests.failed += int(last[2])
        if r.returncode:
            print(r.stdout)
    else:
        tests.failed += 1
        print('FAIL: nothing was installed: ' + r.stdout)


def missing():
    """Why this cannot be tried here, or None."""
    if not os.path.exists(TOP + '/.git'):
        return 'not a clone'
    if os.geteuid() != 0:
        return 'not root'
    for program in ('dpkg-buildpackage', 'lintian', 'dh', 'git', 'unshare'):
        if not shutil.which(program):
            return f'no {program} (contrib/install package)'
    with tempfile.TemporaryDirectory() as folder:
        for name in ('up', 'work', 'root'):
            os.mkdir(f'{folder}/{name}')
        r = subprocess.run(
            ['unshare', '--mount', 'sh', '-c', f'mount -t tmpfs none {folder}'
             f' && cd {folder} && mkdir up work root && mount -t overlay '
             'overlay -o lowerdir=/,upperdir=up,workdir=work root'],
            capture_output=True, text=True, check=False)
        return f'no overlay: {r.stderr.strip()}' if r.returncode else None


def main():
    tests = Tests()
    why = missing()
    if why:
        print('skipped: ' + why)
        tests.skipped += 11
        sys.exit(tests.end())
    with tempfile.TemporaryDirectory(prefix='entrepot-package-',
                                     dir='/var/tmp') as folder:
        clone = folder + '/clone'
        tests.run_all(globals(), clone)
        if not tests.failed:
            installed(tests, clone, folder)
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
