# SPDX-License-Identifier: BSD-2-Clause
"""Rules that need only the text.  Each is a generator over a Tree."""
import os
import re

# Who may include whom: a folder of core includes itself and lower ones.
LAYERS = {'base': 0, 'schema': 1, 'loop': 1, 'board': 1, 'shared': 1,
          'http': 2, 'module': 2, 'store': 2, 'config': 2,
          'identity': 3, 'events': 3, 'operation': 4,
          'supervisor': 5, 'cli': 6}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
BANNED = re.compile(
    r'(?<![\w.>])(strcpy|strcat|sprintf|vsprintf|strtok|atoi|gets|scanf|'
    r'sscanf|alloca|setjmp|longjmp|system|popen|rand|srand|time|assert)\s*\(')
PRINTS = re.compile(r'(?<![\w.>])(printf|puts|putchar|vprintf)\s*\(')
FUNCTION_LINES, FILE_LINES, HEADER_LINES = 60, 600, 200


def code(text):
    """The text with comments and literals blanked, lines kept."""
    def blank(found):
        word = found.group(0)
        if word.startswith('/*'):
            return re.sub(r'[^\n]', ' ', word)
        return word[0] + ' ' * (len(word) - 2) + word[-1]
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
                  blank, text, flags=re.S)


def layers(tree):
    """Includes go downwards; modules see entrepot.h and their own."""
    for path in tree.named('core/*.[ch]', 'modules/*.[ch]',
                           'contrib/modules/*.[ch]'):
        own = path.split('/')
        for n, line in enumerate(tree.text(path).split('\n'), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            name = found.group(2)
            if own[0] != 'core':
                if re.match(r'(core|tests|modules|plugin-api)/', name) \
                        or '..' in name:
                    yield '%s:%d: a module includes %s' % (path, n, name)
                continue
            if name.startswith(('modules/', 'tests/')) or '..' in name:
                yield '%s:%d: the core includes %s' % (path, n, name)
            target = re.match(r'core/(\w+)/', name)
            if not target:
                continue
            mine, other = own[1], target.group(1)
            if mine not in LAYERS or other not in LAYERS:
                yield '%s:%d: %s or %s has no layer (tests/lint/rules.py)' % (
                    path, n, mine, other)
            elif mine != other and LAYERS[mine] <= LAYERS[other]:
                yield '%s:%d: %s includes %s, which is not below it' % (
                    path, n, mine, other)


def magics(tree):
    """A magic number is one structure's."""
    seen = {}
    for path in tree.named('core/*.[ch]', 'modules/*.[ch]', 'plugin-api/*.h'):
        for n, line in enumerate(tree.text(path).split('\n'), 1):
            found = re.match(r'\s*#\s*define\s+(\w*MAGIC)\s+(0x\w+?)[uU]?\b',
                             line)
            if not found:
                continue
            value = int(found.group(2), 16)
            if value in seen:
                yield '%s:%d: %s is %s again' % (
                    path, n, found.group(1), seen[value])
            seen[value] = '%s of %s' % (found.group(1), path)


def banned(tree):
    """Functions that this house does without."""
    for path in tree.named('core/*.[ch]', 'modules/*.[ch]',
                           'contrib/modules/*.[ch]'):
        quiet = not path.startswith('core/cli/')
        for n, line in enumerate(code(tree.text(path)).split('\n'), 1):
            for found in BANNED.finditer(line):
                yield '%s:%d: %s() is banned' % (path, n, found.group(1))
            for found in PRINTS.finditer(line) if quiet else ():
                yield '%s:%d: %s() outside core/cli' % (
                    path, n, found.group(1))
            if path.endswith('.c') and re.match(
                    r'\s*#\s*ifn?def\s+(?!HAVE_)', line):
                yield '%s:%d: #ifdef of other than HAVE_' % (path, n)


def functions(tree):
    """No function is longer than 60 lines."""
    for path in tree.named('core/*.[ch]', 'modules/*.[ch]',
                           'contrib/modules/*.[ch]'):
        began = None
        for n, line in enumerate(code(tree.text(path)).split('\n'), 1):
            if line.rstrip() == '{':
                began = n
            elif line.startswith('}') and began:
                if n - began - 1 > FUNCTION_LINES:
                    yield '%s:%d: function of %d lines, %d are allowed' % (
                        path, began, n - began - 1, FUNCTION_LINES)
                began = None


def lengths(tree):
    """Budgets that are printed: files and headers."""
    for path in tree.named('core/*.[chS]', 'modules/*.[ch]', 'tests/*.[ch]'):
        count = tree.text(path).count('\n')
        limit = HEADER_LINES if path.endswith('.h') else FILE_LINES
        if count > limit:
            yield '%s: %d lines, the budget is %d' % (path, count, limit)


def licences(tree):
    """Each source says its licence in its first lines."""
    for path in tree.files:
        text = tree.text(path) if tree.is_source(path) else None
        if text is not None and 'SPDX-License-Identifier: BSD-2-Clause' \
                not in '\n'.join(text.split('\n')[:3]):
            yield '%s: no SPDX line at the top' % path


def readmes(tree):
    """Each folder tells who lives there, or the README above names it."""
    folders = set()
    for path in tree.files:
        parts = os.path.dirname(path).split('/')
        folders |= {'/'.join(parts[:n + 1]) for n in range(len(parts))}
    for folder in sorted(folders):
        above, name = os.path.split(folder)
        if not folder or folder.startswith('tests/bad/') and not tree.sample:
            continue
        if folder + '/README.md' in tree.files:
            continue
        if above and above + '/README.md' in tree.files and (
                '`%s/`' % name in tree.text(above + '/README.md')
                or '](%s/' % name in tree.text(above + '/README.md')):
            continue
        yield '%s: no README.md, and none above names it `%s/`' % (
            folder, name)


def lists(tree):
    """The Makefile fragments name the files that are there."""
    yield from tree.command([os.path.join(tree.home, 'contrib/sources'),
                             '--check'])


RULES = [layers, magics, banned, functions, licences, readmes]
ADVICE = [lengths]
