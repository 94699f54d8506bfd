# SPDX-License-Identifier: BSD-2-Clause
"""keepalive_load from Python: with Load(build, port) as load: ...; what it
found is in load.result afterwards."""
import json
import os
import subprocess
import time


class Load:
    """connections on a loopback port, one request in every is a POST"""

    def __init__(self, build, port, connections=64, every=8, first=1,
                 get='/v1/swap/version', post='/v1/swap/entries',
                 acknowledged=None, wrap=()):
        self.command = list(wrap) + [
            os.path.join(build, 'tests/load/keepalive_load'),
            '-c', str(connections), '-e', str(every), '-b', str(first),
            '-g', get, '-p', post]
        if acknowledged is not None:
            self.command += ['-a', acknowledged]
        self.command.append(str(port))
        self.process = self.result = None
        self.began = 0.0

    def __enter__(self):
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.process.kill()
            self.process.wait()
        elif self.result is None:
            self.stop()
        self.process.stdin.close()
        self.process.stdout.close()

    def mark(self, name):
        """What is on the way now or sent from here on belongs to name."""
        self.process.stdin.write(f'mark {name}\n')
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said == f'marked {name}\n', said

    def stop(self):
        out, _ = self.process.communicate('stop\n', timeout=30)
        assert self.process.returncode == 0, self.process.returncode
        self.result = json.loads(out)
        return self.result
