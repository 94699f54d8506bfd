# SPDX-License-Identifier: BSD-2-Clause
"""Rules that ask a program.  One whose program is missing is skipped."""
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

WARN = ('-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wstrict-prototypes '
        '-DLLHTTP_STRICT_MODE=1 -DENTREPOT_VERSION="" -DENTREPOT_STATE_DIR="" '
        '-DENTREPOT_MODULE_DIR="" -DENTREPOT_CONF_DIR="" '
        '-DENTREPOT_DATA_DIR=""').split()


class Missing(Exception):
    """The program is not installed."""


def need(program):
    if not shutil.which(program):
        raise Missing(program)


def outcomes(jobs):
    """Runs commands on all cores; yields the words of those that fail."""
    def one(job):
        name, command, folder = job
        done = subprocess.run(command, cwd=folder, capture_output=True,
                              text=True, errors='replace', check=False)
        said = (done.stdout + done.stderr).strip()
        return name, done.returncode, said
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, status, said in pool.map(one, jobs):
            if status:
                yield '%s: %s' % (name, '\n    '.join(
                    said.split('\n')[:12]) or 'status %d' % status)


def flags(tree, path):
    """What a file of this folder may see."""
    places = [tree.root, os.path.join(tree.home, 'plugin-api')]
    if path.startswith(('modules/', 'contrib/')):
        places = places[1:]
    system = ['-isystem', tree.variable('LLHTTP_INCLUDE')
              or '/usr/share/include/llhttp']
    for library in 'ICU XML EVENT'.split():
        system += tree.variable(library + '_CFLAGS').split()
    return WARN + ['-I' + p for p in places] + system


def formatting(tree):
    """clang-format finds nothing to do."""
    need('clang-format')
    files = tree.named('core/*.[ch]', 'modules/*.[ch]', 'plugin-api/*.h',
                       'contrib/modules/*.[ch]', 'tests/*.[ch]')
    style = '--style=file:' + os.path.join(tree.home, '.clang-format')
    chunks = [files[i:i + 20] for i in range(0, len(files), 20)]
    for words in outcomes([('clang-format', [
            'clang-format', '--dry-run', '-Werror', style] + c, tree.root)
            for c in chunks]):
        for line in words.split('\n'):
            if 'error:' in line:
                yield line.strip()


def headers(tree):
    """Each header compiles alone."""
    need('gcc')
    yield from outcomes([(p, ['gcc', '-fsyntax-only', '-Werror', '-x', 'c']
                          + flags(tree, p) + ['-include', p, '/dev/null'],
                          tree.root)
                         for p in tree.named(
                             'core/*.h', 'modules/*.h', 'plugin-api/*.h')])


def modules_alone(tree):
    """Modules compile without the core in sight."""
    need('gcc')
    yield from outcomes([(p, ['gcc', '-fsyntax-only'] + flags(tree, p) + [p],
                          tree.root)
                         for p in tree.named('modules/*.c',
                                             'contrib/modules/*.c')])


def tidy(tree):
    """clang-tidy's quick checks; the slow analyzer's with --full."""
    need('clang-tidy')
    checks = '-clang-analyzer-*' if not tree.full else (
        'clang-analyzer-*,-clang-analyzer-optin.performance.Padding,'
        '-clang-analyzer-security.insecureAPI.*')
    files = [p for p in tree.named('core/*.c', 'modules/*.c',
                                   'contrib/modules/*.c')]
    yield from outcomes([(p, [
        'clang-tidy', '--quiet', '--checks=' + checks,
        '--config-file=' + os.path.join(tree.home, '.clang-tidy'), p, '--']
        + flags(tree, p), tree.root) for p in files])


def scripts(tree):
    """shellcheck has no remark."""
    need('shellcheck')
    files = [p for p in tree.files if tree.is_source(p)
             and re.match(r'#!\s*/bin/(ba|da)?sh', tree.text(p))]
    if files:
        yield from outcomes([('shellcheck', [
            'shellcheck', '--severity=warning'] + files, tree.root)])


def manuals(tree):
    """mandoc has no remark."""
    files = tree.named('*.[1-8]')
    if files:
        need('mandoc')
        yield from outcomes([('mandoc', [
            'mandoc', '-T', 'lint', '-W', 'warning'] + files, tree.root)])


def exports(tree):
    """The program exports no symbol, a module one."""
    need('nm')
    for path, wanted in tree.objects():
        done = subprocess.run(['nm', '-D', '--defined-only', path],
                              capture_output=True, text=True, check=False)
        found = {line.split()[-1] for line in done.stdout.split('\n')
                 if line and '@' not in line.split()[-1]}
        # A copy of a variable of the C library has its version: not ours.
        if found != wanted:
            yield '%s exports %s' % (path, ' '.join(sorted(found)) or 'nothing')


RULES = [formatting, headers, modules_alone, tidy, scripts, manuals, exports]
