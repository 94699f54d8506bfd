#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The page at /: by plain HTTP, and in Chromium when it is installed."""
import html.parser
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # noqa: E402
from host import BUILD, TOP, Host, Tests, good, module_config  # noqa: E402

AXE = os.path.join(BUILD, 'npm/node_modules/axe-core/axe.min.js')
VOID = {'meta', 'link', 'img', 'input', 'br', 'hr'}
EVIL = '</title></bdi><script>pwned=1</script><img src=x onerror=pwned=1>"\''


class Page(html.parser.HTMLParser):
    """The elements of a page; what is not well nested is refused."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else '', data,
                           list(self.open)))

    def all(self, tag):
        return [a for t, a in self.elements if t == tag]

    def text(self):
        return ''.join(data for _, data, _ in self.texts)


def page(host, query='', **headers):
    a = host.get('/' + query, headers={k.replace('_', '-'): v
                                       for k, v in headers.items()})
    assert a.status == 200, a
    return Page(a.body.decode())


def test_head_and_policy(host):
    a, h = host.get('/'), host.ask('HEAD', '/')
    assert (h.status, h.body) == (200, b'')
    for r in (a, h):
        policy = r.headers['Content-Security-Policy']
        assert "default-src 'none'" in policy and 'unsafe' not in policy
        assert "script-src 'self'" in policy, policy
        assert r.headers['X-Content-Type-Options'] == 'nosniff'
        assert r.headers['Content-Type'] == 'text/html; charset=utf-8'
        assert 'Set-Cookie' not in r.headers
    assert host.post('/', {}).status == 405


def test_files_and_weight(host):
    weight = len(host.get('/').body)
    for path in ('/entrepot.css', '/entrepot.js', '/entrepot.svg'):
        a = host.get(path)
        assert a.status == 200 and a.body, a
        weight += len(a.body)
        again = host.get(path, headers={'If-None-Match': a.headers['ETag']})
        assert (again.status, again.body) == (304, b''), again
    paths = host.get('/openapi.json').json['paths']
    n = sum(len(p.keys() & {'get', 'put', 'post', 'patch', 'delete'})
            for p in paths.values())
    assert weight < 30000 + 3200 * n, (weight, n)


def test_languages(host):
    for query, accept, lang in (
            ('', '', 'en'), ('', 'de', 'en'), ('', 'zh-CN,zh;q=0.9', 'zh-Hans'),
            ('', 'en;q=0.5, zh;q=0.8', 'zh-Hans'), ('', 'en,zh', 'en'),
            ('', 'zh;q=0,en;q=0.1', 'en'), ('?lang=zh', 'en', 'zh-Hans'),
            ('?lang=en', 'zh', 'en'), ('?lang=%ff', 'zh', 'zh-Hans')):
        p = page(host, query, Accept_Language=accept)
        assert p.all('html')[0]['lang'] == lang, (query, accept)
    assert '健康状况' in page(host, '?lang=zh').text()
    keys = [re.findall(r'^(\w+):', open(os.path.join(
        TOP, 'core/operation/page', f), encoding='utf-8').read(), re.M)
        for f in ('en.yaml', 'zh.yaml')]
    assert keys[0] == keys[1]
    with open(os.path.join(TOP, 'core/operation/page/page.html'),
              encoding='utf-8') as f:
        assert set(re.findall(r't\.(\w+)\}', f.read())) <= set(keys[0])


def test_well_formed_without_script(host):
    for query in ('?lang=en', '?lang=zh', '?part=figures'):
        p = page(host, query)
        ids = [a['id'] for _, a in p.elements if 'id' in a]
        assert len(ids) == len(set(ids)), 'an id comes twice'
        for tag, a in p.elements:
            assert not [k for k in a if k.startswith('on') or k == 'style']
            for k in ('for', 'aria-labelledby'):
                assert k not in a or a[k] in ids, (tag, a)
            for k in ('src', 'href', 'action'):
                assert a.get(k, '/')[0] in '/#', (tag, a)
            if tag == 'script':
                assert a['src'] == '/entrepot.js'
    text = page(host).text()
    for words in ('hello', 'compliance', '1.0.0', 'SQLite', 'curl -s ',
                  'How often somebody was greeted', 'p99'):
        assert words in text, words
    links = {a.get('href') for a in page(host).all('a')}
    assert {'/openapi.json', '/metrics', '/readyz'} <= links
    assert not page(host, '?part=figures').all('form')


def test_tidy(host):
    if not shutil.which('tidy'):
        print('tidy is not installed')
        return
    # tidy 5.6 is older than groups within dl (HTML 5.2).
    body = host.get('/').body.replace(b'<div><dt>', b'<dt>').replace(
        b'</dd></div>', b'</dd>')
    done = subprocess.run(['tidy', '-e', '-q', '-utf8', '--drop-empty-elements',
                           'no', '--mute-id', 'yes', '--mute',
                           'PROPRIETARY_ATTRIBUTE,TRIM_EMPTY_ELEMENT'],
                          input=body, capture_output=True)
    assert not done.stderr.strip(), done.stderr.decode()


def test_curl_lines_work(host):
    """Every example is one that its operation takes."""
    p = page(host)
    lines = [d for t, d, _ in p.texts if t == 'code' and d.startswith('curl')]
    ids = [a['id'] for t, a in p.elements if t == 'details']
    assert len(lines) == len(ids) > 5
    for name, line in zip(ids, lines):
        done = subprocess.run(
            ['sh', '-c', line + " -w '\n%{http_code}'"], timeout=60,
            capture_output=True, text=True)
        status = done.stdout.rsplit('\n', 1)[-1]
        assert status in ('200', '201', '404'), (name, line, done.stdout)


def test_host_field_stays_a_word(host):
    got = host.raw(b'GET / HTTP/1.1\r\nHost: a$(id)\r\n'
                   b'Connection: close\r\n\r\n')
    assert b'$(id)' not in got


def test_figures_follow(host):
    def calls():
        text = page(host, '?part=figures').text()
        row = re.search(r'hello1\.0\.0[0-9a-f]{12}active(\d+)', re.sub(
            r'\s', '', text))
        assert row, text
        return text
    before = calls()
    good(host.ask('POST', '/v1/hello/Figures'))
    assert calls() != before


# ---------------------------------------------------------------- hostile

def hostile_module(folder):
    """hello, with texts that want to be more than text."""
    source = os.path.join(folder, 'hello')
    shutil.copytree(os.path.join(TOP, 'contrib/modules/hello'), source)
    name = os.path.join(source, 'openapi.yaml')
    with open(name, encoding='utf-8') as f:
        text = f.read()
    quoted = "'" + EVIL.replace("'", "''") + "'"
    text = text.replace('title: Hello', 'title: %s\n  description: %s' % (
        quoted, quoted))
    text = text.replace('example: Ann', 'description: %s, example: %s' % (
        quoted, quoted))
    for words in ('How often somebody was greeted', 'The greeting\n'):
        assert words in text
        text = text.replace(words, quoted + '\n' * words.endswith('\n'))
    with open(name, 'w', encoding='utf-8') as f:
        f.write(text)
    api = os.path.join(TOP, 'plugin-api')
    with open(source + '.S', 'wb') as out:
        subprocess.run([os.path.join(api, 'entrepot-embed'), source],
                       stdout=out, check=True)
    subprocess.run(
        ['cc', '-std=gnu11', '-D_GNU_SOURCE', '-O1', '-fPIC',
         '-fvisibility=hidden', '-I' + api, '-shared', '-nostartfiles',
         '-Wl,-z,relro,-z,now', '-Wl,--as-needed',
         '-Wl,--version-script=' + os.path.join(api, 'entrepot.map'),
         os.path.join(source, 'hello.c'), source + '.S',
         '-o', os.path.join(folder, 'evil.so')], check=True)
    return os.path.join(folder, 'evil.so')


def hostile_http(evil):
    p = page(evil)
    assert len(p.all('script')) == 1 and len(p.all('img')) == 1
    assert p.text().count(EVIL) >= 4, p.text().count(EVIL)
    assert [a for a in p.all('input') if a.get('value') == EVIL]


def hostile_browser(b, evil):
    b.go(f'http://127.0.0.1:{evil.port}/')
    assert b.run('return document.scripts.length + " " + document.images.length'
                 ' + " " + typeof pwned') == '1 1 undefined'
    b.run('document.getElementById("hello.greet").open = true')
    b.click('#hello\\.greet button')
    b.wait('return document.querySelector("#hello\\\\.greet .sent").textContent')
    assert b.run('return typeof pwned') == 'undefined'


# ---------------------------------------------------------------- browser

OPEN = 'for (const d of document.querySelectorAll("details")) d.open = true'


def axe_finds_nothing(b, url):
    with open(AXE, encoding='utf-8') as f:
        axe = f.read()
    for lang in ('en', 'zh'):
        for scheme, width in (('light', 1280), ('dark', 390)):
            for w in {width, 1280}:
                b.look(w, scheme)
                b.go(f'{url}/?lang={lang}')
                b.run(OPEN)
                b.run(axe)
                found = b.run(
                    'return axe.run().then(r => r.violations.map(v => v.id + '
                    '": " + v.nodes.slice(0, 3).map(n => n.html)))')
                assert not found, (lang, scheme, w, found)
    b.look(1280, 'light')


def no_sideways_scrolling(b, url):
    for width in (320, 390, 1280):
        b.look(width, 'light')
        b.go(url)
        b.run(OPEN)
        assert b.run('return document.documentElement.scrollWidth') <= width
    b.look(1280, 'light')


def tries(b, url, name, wanted):
    b.go(url + '/?lang=en')
    css = '#' + name.replace('.', '\\.')
    b.run('document.getElementById(arguments[0]).open = true', name)
    places = 'return [...document.querySelectorAll("h2")].map(h => h.offsetTop)'
    before = b.run(places)
    b.click(css + ' button')
    b.wait('return document.querySelector(arguments[0] + " .sent")'
           '.textContent.startsWith("200")', css)
    out = b.run('return document.querySelector(arguments[0] + " .out")'
                '.textContent', css)
    assert wanted in out, out
    b.wait('return document.querySelector(arguments[0] + " .used")'
           '.textContent.includes("call")', css)
    assert b.run(places) == before, 'figures must not move the page'


def keyboard(b, url):
    b.go(url)
    b.press('\ue004')
    assert b.run('return document.activeElement.className') == 'skip'
    assert b.run('return getComputedStyle(document.activeElement)'
                 '.outlineStyle') == 'solid'
    b.run('document.querySelector("summary").focus()')
    b.press('\ue007')
    assert b.run('return document.querySelector("details").open')


def switches_language(b, url):
    b.go(url + '/?lang=en')
    b.click('.lang')
    b.wait('return document.documentElement.lang === "zh-Hans"')


def refreshes_quietly(b, url):
    b.go(url)
    now = 'return document.getElementById("live-now").textContent'
    first = b.run(now)
    b.wait(now + ' !== arguments[0]', first, seconds=12)


def no_complaints(b):
    said = [m for m in b.complaints() if '422' not in m and '404' not in m]
    assert not said, said


def says_when_lost(b, url, host):
    b.go(url)
    host.stop()
    b.click('#refresh')
    b.wait('return document.getElementById("lost").textContent')
    b.complaints()
    host.start()


def in_browser(tests, host, evil):
    url = f'http://127.0.0.1:{host.port}'
    with browser.Browser() as b:
        tests.run('no sideways scrolling', no_sideways_scrolling, b, url)
        tests.run('try hello', tries, b, url, 'hello.greet', 'Hello, Ann')
        tests.run('try screen', tries, b, url, 'compliance.screen', 'VILA')
        tests.run('keyboard', keyboard, b, url)
        tests.run('language', switches_language, b, url)
        tests.run('quiet refresh', refreshes_quietly, b, url)
        tests.run('hostile texts', hostile_browser, b, evil)
        tests.run('no complaints', no_complaints, b)
        if os.path.exists(AXE):
            tests.run('axe', axe_finds_nothing, b, url)
        else:
            tests.skipped += 1
            print('skipped: axe-core is not installed (contrib/install test)')
        tests.run('lost', says_when_lost, b, url, host)


def main():
    tests = Tests()
    folder = tempfile.TemporaryDirectory(prefix='entrepot-page-')
    evil = 'workers: 1\nmodules:\n  hello: {file: %s}\n' % hostile_module(
        folder.name)
    config = module_config('hello', 'compliance', workers=1)
    with folder, Host(BUILD, config) as host, Host(BUILD, evil) as bad:
        tests.run_all(globals(), host)
        tests.run('hostile texts by HTTP', hostile_http, bad)
        if browser.DRIVER and browser.CHROMIUM:
            in_browser(tests, host, bad)
        else:
            tests.skipped += 10
            print('skipped: chromium and chromedriver are not installed')
    sys.exit(tests.end())


if __name__ == '__main__':
    main()
