#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is written of the program against the program: manual pages, --help,
completions, the commands and names in the README files.  Examples are run."""
import glob
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import BUILD, READY, TOP, Host, Tests  # noqa: E402

PAGES = ('core/entrepot.8', 'conf/entrepot.yaml.5',
         'plugin-api/entrepot-embed.1', 'plugin-api/entrepot-module.7')
PROGRAM = os.path.join(BUILD, 'entrepot')
CONFIG = 'workers: 1\nmodules:\n' + ''.join(
    f'  {name}: {{file: {BUILD}/modules/{name}.so}}\n'
    for name in ('hello', 'compliance'))


def text(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as f:
        return f.read()


def sources(pattern):
    return '\n'.join(text(p) for p in sorted(
        glob.glob(pattern, root_dir=TOP, recursive=True)))


def said(*words, env=None):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True,
                          check=False, env=dict(os.environ, **(env or {})))


def subcommands():
    """As `entrepot --help` lists them."""
    listed = said('--help').stdout.split('\n\n')[1]
    return [line.strip().split('  ')[0] for line in listed.split('\n')]


def section(page, name):
    return text(page).split(f'.Sh {name}\n')[1].split('\n.Sh ')[0]


def options_of(name):
    """{option: its argument or None} by --help"""
    usage = said(*name.split(), '--help').stdout.split('\n')[0]
    return {o: a or None for o, a in re.findall(
        r'\[(-[-a-z]+)(?:[ =]([^\]]+))?\]', usage)}


def example_of(name):
    return re.search('^example: (.*)$', said(*name.split(), '--help').stdout,
                     re.M).group(1)


# ------------------------------------------------------------------- the pages

def test_pages_are_what_the_program_says():
    r = subprocess.run([os.path.join(TOP, 'contrib/manuals'), '--check'],
                       env=dict(os.environ, ENTREPOT=PROGRAM),
                       capture_output=True, text=True, check=False)
    assert r.returncode == 0, r.stdout + r.stderr


def test_every_exit_status_is_told():
    written = {int(n) for n in re.findall(
        r'^\.It (\d+)$', section(PAGES[0], 'EXIT STATUS'), re.M)}
    defined = {int(n) for n in re.findall(
        r'#define COMMAND_\w+ (\d+)', text('core/cli/command.h'))}
    assert len(defined) == 3 and written == {0, 1, 2} | defined, written


def test_every_variable_is_told():
    read = set(re.findall(r'(?:getenv|number|is_ours)\("(\w+)"',
                          sources('core/**/*.c'))) - {'LD_PRELOAD'}
    page = set(re.findall(r'\b[A-Z]+(?:_[A-Z]+)*\b', '\n'.join(re.findall(
        r'^\.It Ev (.*)$', section(PAGES[0], 'ENVIRONMENT'), re.M))))
    assert len(read) >= 10 and read <= page, read - page
    by_name = set(re.findall(r'"(L[A-Z_]+)"', text('core/config/catalog.c')))
    assert page - read == by_name, (page - read, by_name)


def test_every_signal_is_told():
    taken = set(re.findall(r'sigaddset\(&\w+, (SIG\w+)\)',
                           text('core/supervisor/serve.c')))
    page = set(re.findall(r'SIG\w+', section(PAGES[0], 'SIGNALS')))
    assert taken - {'SIGCHLD', 'SIGPIPE'} == page, (taken, page)


def test_every_address_is_told():
    answered = set(re.findall(r'METHOD_GET, "([^"]+)"',
                              text('core/operation/builtin.c')))
    page = set()
    for line in re.findall(r'^\.(?:It )?Pa (/.*)$',
                           section(PAGES[0], 'ADDRESSES'), re.M):
        page |= set(re.findall(r'/[\w./]*', line))
    assert len(answered) >= 9 and page == answered | {
        '/v1/ops/OPERATION'}, page ^ answered


def properties(schema, root, before=''):
    """(dotted name, schema) of each key."""
    for name, inner in schema.get('properties', {}).items():
        yield before + name, inner
        yield from properties(inner, root, before + name + '.')


def test_every_key_is_told_with_its_default():
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        path = os.path.join(folder, 'entrepot.yaml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write('{}\n')
        environ = {'ENTREPOT_LISTEN': '', 'ENTREPOT_STATE': ''}
        schema = json.loads(said('config', 'schema', '-c', path,
                                 env=environ).stdout)
        shown = {s['key']: s['value'] for s in json.loads(said(
            'config', 'show', '-c', path, '--effective', '--json',
            env=environ).stdout)}
    entries = re.split(r'^\.It Ic ', section(PAGES[1], 'KEYS'), flags=re.M)
    page = {}
    for entry in entries[1:]:
        name, _, words = entry.partition('\n')
        usual = re.search(r'; default: (.*)$', words, re.M)
        page[name] = usual.group(1) if usual else None
        assert len(words.split('.br')[0].split()) > 3, name
    named = {n for n, _ in properties(schema, schema)
             if not n.startswith('modules.')}
    assert len(named) > 30 and named <= set(page), named - set(page)
    del shown['store.url']  # it follows "state"
    for key, value in shown.items():
        value = value if isinstance(value, str) and value else json.dumps(
            value)
        assert page[key] == value, (key, page[key], value)
    assert len(shown) > 25, shown


def mandoc_has_no_remark():
    ours = {re.sub(r'.*/(.*)\.(\d)', r'\1 \2', p) for p in PAGES}
    for page in PAGES:
        r = subprocess.run(['mandoc', '-T', 'lint', os.path.join(TOP, page)],
                           capture_output=True, text=True, check=False)
        # Which manuals are installed here says nothing of the page.
        remarks = [line for line in r.stdout.split('\n')
                   if line and 'referenced manual not found' not in line]
        assert not remarks, remarks
        for name, part in re.findall(r'^\.Xr (entrepot\S*) (\d)',
                                     text(page), re.M):
            assert f'{name} {part}' in ours, (page, name, ours)


# --------------------------------------------------------------- what one types

def test_help_fits_a_terminal_and_has_an_example():
    names = subcommands()
    assert len(names) >= 16, names
    for name in names + ['']:
        r = said(*name.split(), '--help')
        lines = r.stdout.rstrip('\n').split('\n')
        assert r.returncode == 0 and not r.stderr, r
        assert name == '' or len(lines) <= 24, (name, len(lines))
        long = [line for line in lines if len(line) > 80]
        # A line of usage may be as long as there are options.
        assert long == [] or long == lines[:1], long
        assert name == '' or example_of(name).startswith(
            'entrepot ' + name), name


def test_options_are_taken_and_others_refused():
    for name in subcommands():
        for option, argument in options_of(name).items():
            words = [option] + (['x'] if argument else [])
            r = said(*name.split(), *words, '--help')
            assert r.returncode == 0 and 'example: ' in r.stdout, r
        for option in ('--no-such', '-Z'):
            r = said(*name.split(), option)
            assert r.returncode == 2 and 'unknown option: ' + option \
                in r.stderr, r


class Place:
    """Where examples are run: a host of hello and compliance, the folder it
    stands in with entrepot.yaml and build/modules."""

    def __init__(self):
        self.host = Host(BUILD, CONFIG)
        folder = self.host.folder.name
        os.symlink(BUILD, os.path.join(folder, 'build'))
        with open(os.path.join(folder, 'entrepot'), 'w',
                  encoding='utf-8') as f:
            f.write(f'#!/bin/sh\nexec {PROGRAM} "$@"\n')
        os.chmod(f.name, 0o755)
        self.environ = dict(self.host.environment(), HOME=folder,
                            PATH=folder + ':' + os.environ['PATH'])
        self.folder = folder

    def run(self, command):
        return subprocess.run(['bash', '-c', command], cwd=self.folder,
                              env=self.environ, capture_output=True,
                              text=True, check=False, timeout=60)


def run_serve(place, command):
    log = os.path.join(place.folder, 'log')
    with open(log, 'wb') as f:
        child = subprocess.Popen(['bash', '-c', 'exec ' + command],
                                 cwd=place.folder, env=place.environ,
                                 stderr=f)
    end = time.monotonic() + 30
    while not READY.search(place.host.log()):
        assert child.poll() is None and time.monotonic() < end, \
            place.host.log()
        time.sleep(0.05)
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 0, place.host.log()


def run_example(place, name, command):
    if name == 'rollback':
        command = re.sub(r'rollback \d+', 'rollback 1', command)
    elif name == 'reload':
        place.host.configure(CONFIG.replace(
            'hello.so}', 'hello.so, salutation: Good day}'))
    elif name == 'call':
        command = command.replace('"..."', '"Nobody"')
    elif 'entrepot.yaml' not in command and '-c' in options_of(name):
        command = re.sub(f'^entrepot {name}', f'\\g<0> -c {place.host.config}',
                         command)
    if name in ('reload', 'rollback', 'call'):
        command = command.replace(f'entrepot {name}',
                                  f'entrepot {name} -c entrepot.yaml')
    r = place.run(command)
    assert r.returncode == 0, (command, r)
    if re.search(r' > (\S+)$', command):
        path = command.split(' > ')[1].replace('~', place.folder)
        assert os.path.getsize(os.path.join(place.folder, path)) > 500, command
    else:
        assert name == 'config diff' or r.stdout.strip(), (command, r)


def test_examples_of_help_run():
    place = Place()
    names = subcommands()
    run_serve(place, example_of('serve').replace('/etc/entrepot/', ''))
    names.remove('serve')
    # What is compared is the same only before it is reloaded.
    names.sort(key=lambda n: ('reload', 'rollback').index(n) + 1
               if n in ('reload', 'rollback') else 0)
    with place.host:
        for name in names:
            run_example(place, name, example_of(name))
        # Rolled back; the file keeps the newer one.
        r = place.run(example_of('config diff'))
        assert r.returncode == 1 and 'Good day' in r.stdout, r


def literals(page, name):
    part = section(page, name)
    return re.findall(r'^\.Bd -literal.*?\n(.*?)^\.Ed', part, re.M | re.S)


def test_examples_of_the_configuration_are_good():
    found = literals(PAGES[1], 'EXAMPLES')
    assert len(found) >= 2
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        shutil.copy(BUILD + '/modules/hello.so', folder)
        with open(folder + '/salutation', 'w', encoding='utf-8') as f:
            f.write('Good evening\n')
        for n, config in enumerate(found):
            path = f'{folder}/{n}.yaml'
            with open(path, 'w', encoding='utf-8') as f:
                f.write(config)
            r = said('check', '-c', path,
                     env={'ENTREPOT_LISTEN': '', 'ENTREPOT_STATE': ''})
            assert r.returncode == 0, r
        r = said('config', 'show', '-c', path, '--effective', '--json',
                 env={'ENTREPOT_LISTEN': '', 'ENTREPOT_STATE': ''})
        shown = {s['key']: s for s in json.loads(r.stdout)}
        assert 'modules.hello.salutation' in shown, r


def test_the_page_of_modules_is_true():
    page = text(PAGES[-1])
    header = text('plugin-api/entrepot.h')
    names = set(re.findall(r'\b(?:ep|EP)_\w+', page))
    assert len(names) > 8, names
    for name in names:
        assert re.search(rf'\b{name}\b', header), name
    example = re.search(r'^\.Bd[^\n]*\n(#include <entrepot.h>.*?)^\.Ed', page,
                        re.M | re.S).group(1)
    r = subprocess.run(
        ['cc', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only',
         '-I' + os.path.join(TOP, 'plugin-api'), '-x', 'c', '-'],
        input=example.replace('\\e', '\\'), capture_output=True, text=True,
        check=False)
    assert r.returncode == 0, r.stderr


# ----------------------------------------------------------------- completions

BASH = '''
source /dev/stdin <<<"$SCRIPT"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_entrepot 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
'''


def bash_offers(script, *words):
    r = subprocess.run(['bash', '-c', BASH, 'bash', 'entrepot', *words],
                       capture_output=True, text=True, check=True,
                       env=dict(os.environ, SCRIPT=script))
    assert not r.stderr, r
    return set(r.stdout.split())


def test_bash_completes_what_help_says():
    script = said('completion', 'bash').stdout
    names = subcommands()
    firsts = {n.split()[0] for n in names}
    assert bash_offers(script, '') == firsts | {'--help', '--version'}
    assert bash_offers(script, 'sta') == {'status'}
    for first in firsts:
        seconds = {n.split()[1] for n in names
                   if ' ' in n and n.split()[0] == first}
        if seconds:
            assert bash_offers(script, first, '') == seconds, first
    for name in names:
        offered = bash_offers(script, *name.split(), '-')
        options = options_of(name)
        assert offered == {'--help'} | {
            o + '=' if a and o.startswith('--') else o
            for o, a in options.items()}, (name, offered)
        if '-c' in options:
            assert 'README.md' in bash_offers(
                script, *name.split(), '-c', 'READ'), name


def wanted_by(shell, option):
    if shell == 'zsh':
        return f"'{option}"
    return f'-{"l" if option[1] == "-" else "s"} {option.lstrip("-")} '


def test_zsh_and_fish_have_what_help_says():
    for shell in ('zsh', 'fish'):
        script = said('completion', shell).stdout
        for name in subcommands():
            assert name in script, (shell, name)
            for option in options_of(name):
                assert wanted_by(shell, option) in script, (
                    shell, name, option)


def zsh_reads_its_completion():
    r = subprocess.run(['zsh', '-n', '/dev/stdin'], capture_output=True,
                       input=said('completion', 'zsh').stdout, text=True,
                       check=False)
    assert r.returncode == 0 and not r.stderr, r


def fish_completes():
    for line, offer in (('entrepot module n', 'new'),
                        ('entrepot stat', 'status'),
                        ('entrepot config show --eff', '--effective')):
        r = subprocess.run(
            ['fish', '-c', f'source; complete -C "{line}"'],
            input=said('completion', 'fish').stdout, capture_output=True,
            text=True, check=False)
        assert r.stdout.startswith(offer + '\t') and not r.stderr, r


# ------------------------------------------------------------------- README files

def commands_of(words):
    """Command lines of the program in blocks and in `...` of a text."""
    for block in re.findall(r'^```\w*\n(.*?)^```', words, re.M | re.S):
        for line in block.split('\n'):
            found = re.match(r'(?:\$ )?entrepot( .*)', line)
            if found:
                yield found.group(1)
    for span in re.findall(r'`entrepot( [^`]+)`', re.sub(
            r'^```.*?^```', '', words, flags=re.M | re.S)):
        yield span.replace('\n', ' ')


def fault_of(line, names):
    line = re.sub(r'\s[#<>|&].*$', '', line)
    try:
        words = shlex.split(re.sub(r'[\[\]]', ' ', line))
    except ValueError:
        words = line.split()
    if not words or words[0].startswith('--') or words[0].isupper():
        return None
    name = ' '.join(words[:2])
    if name not in names:
        name = words[0]
    if name not in names:
        group = [n for n in names if n.split()[0] == name]
        return None if group and len(words) == 1 else 'no such subcommand'
    options = set(options_of(name)) | {'--help'}
    for word in words[1:]:
        if word.startswith('-') and word != '-' \
                and word.split('=')[0] not in options:
            return 'no such option ' + word
    return None


def test_commands_in_texts_exist():
    names, seen = subcommands(), 0
    for path in sorted(glob.glob('**/*.md', root_dir=TOP, recursive=True)):
        if path.startswith(('build', 'tests/data')):
            continue
        for line in commands_of(text(path)):
            fault = fault_of(line, names)
            assert not fault, f'{path}: entrepot{line}: {fault}'
            seen += 1
    assert seen > 30, seen


CHINESE = 'contrib/doc/README.zh-CN.md'


def blocks(path):
    """The commands and code, without what is said about a line."""
    return [re.sub(r' +# .*$', '', b, flags=re.M) for b in
            re.findall(r'^```\w*\n.*?^```$', text(path), re.M | re.S)]


def cells(path):
    """What stands in `...` in a row of a table, in any order."""
    return [sorted(re.findall(r'`([^`]+)`', line))
            for line in text(path).split('\n') if line.startswith('| ')]


def test_both_languages_say_the_same():
    assert blocks('README.md') == blocks(CHINESE)
    assert cells('README.md') == cells(CHINESE)
    for mark in ('## ', '| '):
        count = [len(re.findall('^' + re.escape(mark), text(p), re.M))
                 for p in ('README.md', CHINESE)]
        assert count[0] == count[1] and count[0] >= 7, (mark, count)
    points = re.findall('^- ', text('README.md'), re.M)
    assert len(points) == 10, points


def test_the_tour_is_true():
    tour = re.findall(r'^\| `struct (\w+)` \| `([^`]+)`', text('README.md'),
                      re.M)
    assert len(tour) >= 10, tour
    for name, path in tour:
        assert re.search(rf'^struct {name}\b', text(path), re.M), (name, path)
    way = re.findall(r'`(core/[\w/]+\.c)`\s\(`(\w+)`\)', text('README.md'))
    assert len(way) == 3, way
    for path, name in way:
        assert re.search(rf'^{name}\(', text(path), re.M), (path, name)


def test_files_that_texts_name_exist():
    seen = 0
    for readme, below in (('README.md', ''), (CHINESE, ''),
                          ('core/README.md', 'core/'),
                          ('contrib/README.md', 'contrib/'),
                          ('contrib/packaging/README.md',
                           'contrib/packaging/')):
        for path in re.findall(r'`((?:[\w.-]+/)+[\w.-]*)`', text(readme)):
            if path.startswith(('build/', '127.', 'STATE/')):
                continue
            assert os.path.exists(os.path.join(TOP, below + path)) or \
                os.path.exists(os.path.join(TOP, path)), (readme, path)
            seen += 1
    headings = re.findall('^## (.*)$', text('core/README.md'), re.M)
    for name in re.findall(r'"([A-Z][^"]+)"\s*in `core/README.md`',
                           text('README.md')):
        assert any(h == name or h.startswith(name + ',')
                   for h in headings), (name, headings)
    assert seen > 60, seen


def test_the_first_module_of_the_readme_is_made():
    block = [b for b in blocks('README.md') if 'module new notes' in b]
    assert len(block) == 1
    with tempfile.TemporaryDirectory(prefix='entrepot-e2e-') as folder:
        commands = block[0].strip('`').replace('/tmp', folder).replace(
            '$PWD/build', BUILD)
        commands = re.sub('^make run.*$', '', commands, flags=re.M)
        r = subprocess.run(['bash', '-ec', commands], cwd=folder,
                           capture_output=True, text=True, check=False,
                           env={k: v for k, v in os.environ.items()
                                if not k.startswith(('MAKE', 'MFLAGS'))})
        assert r.returncode == 0 and 'all answered as expected' in r.stdout, r


def test_answers_for_newcomers_answer():
    for command, words in (
            ("grep -rn 'compliance.screen' modules", 'EP_OPERATION('),
            ('entrepot module describe logistics', 'options'),
            ('entrepot config schema', '"max_body"'),
            ('entrepot explain unknown_key', 'to mend it')):
        said_so = f'`{command}`' in text('README.md') or \
            f'{command}  ' in text('README.md')
        assert said_so, command
        r = subprocess.run(['bash', '-c', command], cwd=TOP, check=False,
                           capture_output=True, text=True, env=dict(
                               os.environ, LC_ALL='C',
                               PATH=BUILD + ':' + os.environ['PATH']))
        assert r.returncode == 0 and words in r.stdout, (command, r)


def main():
    tests = Tests()
    tests.run_all(globals())
    for program, test in (('mandoc', mandoc_has_no_remark),
                          ('zsh', zsh_reads_its_completion),
                          ('fish', fish_completes)):
        if shutil.which(program):
            tests.run(test.__name__, test)
        else:
            tests.skipped += 1
            print(f'skipped: {program} is not installed (contrib/install '
                  'test)')
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
