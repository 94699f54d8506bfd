# SPDX-License-Identifier: BSD-2-Clause
"""A browser by WebDriver (W3C, https://www.w3.org/TR/webdriver2/), through
chromedriver; standard library only."""
import base64
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

DRIVER = shutil.which('chromedriver')
CHROMIUM = shutil.which('chromium')
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'


class Failure(Exception):
    """What the browser answered instead."""


class Browser:
    """with Browser() as b: b.go(url); b.run('return document.title')"""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='entrepot-browser-')
        log = os.path.join(self.folder.name, 'log')
        with open(log, 'wb') as out:
            self.driver = subprocess.Popen(
                [DRIVER, '--port=0'], stdout=out, stderr=out,
                stdin=subprocess.DEVNULL)
        self.port = self.session = None
        end = time.monotonic() + 30
        while self.port is None:
            with open(log, encoding='utf-8', errors='replace') as f:
                said = re.search(r'successfully on port (\d+)', f.read())
            if said:
                self.port = int(said.group(1))
            if self.driver.poll() is not None or time.monotonic() > end:
                raise Failure('chromedriver did not start')
            time.sleep(0.05)

    def __enter__(self):
        arguments = ['--headless=new', '--disable-gpu', '--no-first-run',
                     '--disable-dev-shm-usage', '--disable-extensions',
                     '--disable-background-networking', '--hide-scrollbars',
                     '--user-data-dir=' + self.folder.name + '/profile']
        if os.geteuid() == 0:
            arguments.append('--no-sandbox')
        try:
            self.session = self.ask('POST', '/session', {'capabilities': {
                'alwaysMatch': {
                    'goog:chromeOptions': {'binary': CHROMIUM,
                                           'args': arguments},
                    'goog:loggingPrefs': {'browser': 'ALL'}}}})['sessionId']
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, value, trace):
        try:
            if self.session:
                self.ask('DELETE', '')
        except (OSError, Failure):
            pass
        self.driver.terminate()
        try:
            self.driver.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
            self.driver.wait()
        self.folder.cleanup()

    def ask(self, method, path, body=None):
        if self.session:
            path = '/session/' + self.session + path
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            c.request(method, path, None if method != 'POST' else
                      json.dumps(body or {}),
                      {'Content-Type': 'application/json'})
            value = json.loads(c.getresponse().read())['value']
        finally:
            c.close()
        if isinstance(value, dict) and 'error' in value:
            raise Failure('%s: %s' % (value['error'], value.get('message')))
        return value

    def go(self, url):
        self.ask('POST', '/url', {'url': url})

    def run(self, script, *arguments):
        """The body of a function, or of one that returns a promise."""
        return self.ask('POST', '/execute/sync',
                        {'script': script, 'args': list(arguments)})

    def wait(self, script, *arguments, seconds=10):
        """Until the script's value is true; returns it."""
        end = time.monotonic() + seconds
        while True:
            value = self.run(script, *arguments)
            if value or time.monotonic() > end:
                assert value, f'not within {seconds} s: {script}'
                return value
            time.sleep(0.05)

    def find(self, css):
        return self.ask('POST', '/element', {
            'using': 'css selector', 'value': css})[ELEMENT]

    def click(self, css):
        self.ask('POST', f'/element/{self.find(css)}/click')

    def fill(self, css, text):
        element = self.find(css)
        self.ask('POST', f'/element/{element}/clear')
        self.ask('POST', f'/element/{element}/value', {'text': text})

    def press(self, key):
        """To whatever has the focus."""
        self.ask('POST', '/actions', {'actions': [{
            'type': 'key', 'id': 'keys', 'actions': [
                {'type': 'keyDown', 'value': key},
                {'type': 'keyUp', 'value': key}]}]})

    def developer(self, command, **parameters):
        """A command of the Chrome DevTools Protocol."""
        return self.ask('POST', '/goog/cdp/execute', {
            'cmd': command, 'params': parameters})

    def look(self, width, scheme):
        """The width in CSS pixels; scheme 'light' or 'dark'."""
        self.developer('Emulation.setDeviceMetricsOverride', width=width,
                       height=900, deviceScaleFactor=1, mobile=width < 600)
        self.developer('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': scheme}])

    def complaints(self):
        """What the browser wrote to its console since the last call."""
        return [line['message'] for line in
                self.ask('POST', '/se/log', {'type': 'browser'})]

    def picture(self, path):
        """The whole page as PNG."""
        data = self.developer('Page.captureScreenshot', format='png',
                              captureBeyondViewport=True)['data']
        with open(path, 'wb') as f:
            f.write(base64.b64decode(data))
