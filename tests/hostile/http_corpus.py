#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Malformed, ambiguous, fragmented and pipelined HTTP/1 against a server.

usage: http_corpus.py HOST:PORT [--only WORD] [--fast]

The server is tests/hostile/http_server, or anything that answers each request
with 200 and {"method", "path", "body_length"}.  Each case is sent whole, byte
by byte, and in two parts cut at each place; every way must end alike:
refused by exactly one answer of the right status and an end of the
connection, or answered once per request with what was sent.  After each case
a plain GET on a fresh connection must be good.
"""
import base64
import json
import os
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LLHTTP = os.path.join(HERE, "..", "data", "core", "http1_llhttp_cases.json")
CASES = []


def refuse(name, raw, *statuses):
    CASES.append((name, raw, ("refuse", set(statuses or (400,)))))


def accept(name, raw, *answers, close=False):
    """answers: (method, path, body length) for each request."""
    CASES.append((name, raw, ("accept", list(answers), close)))


def wait(name, raw):
    CASES.append((name, raw, ("wait",)))


def get(*fields, target=b"/", version=b"1.1", method=b"GET", host=b"Host: a",
        body=b""):
    lines = [method + b" " + target + b" HTTP/" + version]
    lines += ([host] if host else []) + list(fields)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def post(*fields, body=b"", **more):
    return get(*fields, method=b"POST", body=body, **more)


def chunked(body, *fields, **more):
    return post(b"Transfer-Encoding: chunked", *fields, body=body, **more)


ROOT = ("GET", "/", 0)


def request_line_cases():
    for name, line in (
            ("no target", b"GET HTTP/1.1"), ("no version", b"GET /"),
            ("two blanks before target", b"GET  / HTTP/1.1"),
            ("two blanks before version", b"GET /  HTTP/1.1"),
            ("blank behind version", b"GET / HTTP/1.1 "),
            ("tab between", b"GET\t/\tHTTP/1.1"),
            ("leading blank", b" GET / HTTP/1.1"),
            ("blank in target", b"GET /a b HTTP/1.1"),
            ("NUL in target", b"GET /\0 HTTP/1.1"),
            ("NUL in method", b"G\0T / HTTP/1.1"),
            ("DEL in target", b"GET /\x7f HTTP/1.1"),
            ("high byte in target", b"GET /\xff HTTP/1.1"),
            ("fragment in target", b"GET /#a HTTP/1.1"),
            ("relative target", b"GET a HTTP/1.1"),
            ("star for GET", b"GET * HTTP/1.1"),
            ("other scheme", b"GET ftp://a/ HTTP/1.1"),
            ("no host in target", b"GET http:/// HTTP/1.1"),
            ("user in target", b"GET http://u@a/ HTTP/1.1"),
            ("other host in target", b"GET http://b/ HTTP/1.1"),
            ("method not a token", b"G(T / HTTP/1.1"),
            ("method with colon", b"GET: / HTTP/1.1"),
            ("version in lower case", b"GET / http/1.1"),
            ("version without digits", b"GET / HTTP/x.y"),
            ("version without minor", b"GET / HTTP/1"),
            ("version too exact", b"GET / HTTP/1.10"),
            ("version with leading zero", b"GET / HTTP/01.1"),
            ("version with comma", b"GET / HTTP/1,1"),
            ("version missing a slash", b"GET / HTTP1.1"),
            ("other protocol", b"GET / RTSP/1.0"),
            ("other protocol ICE", b"GET / ICE/1.0"),
            ("nothing but blanks", b"   "),
            ("colon line first", b"Host: a")):
        refuse("line: " + name, line + b"\r\nHost: a\r\n\r\n", 400)
    for version in (b"2.0", b"1.2", b"1.9", b"0.9", b"3.0", b"9.9", b"0.0"):
        refuse("line: version " + version.decode(), get(version=version), 505)
    refuse("line: preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)
    for method in (b"get", b"FOO", b"GETX", b"PRY", b"DESCRIBE", b"SETUP",
                   b"SOURCE", b"X-Y_z~1", b"QUERY"):
        refuse("line: method " + method.decode(), get(method=method), 501)
    refuse("line: CONNECT", b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
           501, 405)
    refuse("line: bare LF", b"GET / HTTP/1.1\nHost: a\n\n")
    refuse("line: bare CR", b"GET / HTTP/1.1\rHost: a\r\r")
    refuse("line: CR inside", b"GET /\r HTTP/1.1\r\nHost: a\r\n\r\n")
    refuse("line: first byte LF", b"\n" + get())
    refuse("line: first byte CR alone", b"\rG" + get())
    refuse("line: nine empty lines", b"\r\n" * 9 + get())
    refuse("line: a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03")
    refuse("line: target too long", get(target=b"/" + b"a" * 9000), 414)
    refuse("line: target endless", b"GET /" + b"a" * 20000, 414)
    refuse("line: method endless", b"G" * 20000, 414, 400, 501)
    accept("line: empty line before", b"\r\n" + get(), ROOT)
    accept("line: query", get(target=b"/a?b=c?d"), ("GET", "/a", 0))
    accept("line: percent", get(target=b"/%41%2f"), ("GET", "/%41%2f", 0))
    accept("line: absolute", get(target=b"http://a/x?y"), ("GET", "/x", 0))
    accept("line: absolute, no path", get(target=b"http://a"), ROOT)
    accept("line: absolute, case", get(target=b"HTTP://A/x"), ("GET", "/x", 0))
    accept("line: OPTIONS *", get(target=b"*", method=b"OPTIONS"),
           ("OPTIONS", "*", 0))
    accept("line: PROPFIND", get(method=b"PROPFIND"), ("PROPFIND", "/", 0))
    accept("line: M-SEARCH", get(method=b"M-SEARCH"), ("M-SEARCH", "/", 0))
    accept("line: long target", get(target=b"/" + b"a" * 8000),
           ("GET", "/" + "a" * 8000, 0))


def field_cases():
    for name, field in (
            ("blank before colon", b"X : 1"), ("tab before colon", b"X\t: 1"),
            ("no colon", b"X"), ("empty name", b": 1"),
            ("blank in name", b"X Y: 1"), ("NUL in name", b"X\0: 1"),
            ("NUL in value", b"X: a\0b"), ("CR in value", b"X: a\rb"),
            ("CR ends it", b"X: a\rY: b"), ("LF ends it", b"X: a\nY: b"),
            ("folded by blank", b"X: a\r\n b"),
            ("folded by tab", b"X: a\r\n\tb"),
            ("folded to nothing", b"X: a\r\n "),
            ("high byte in name", b"X\xe9: 1"), ("paren in name", b"X(: 1"),
            ("slash in name", b"X/Y: 1"), ("at in name", b"X@Y: 1"),
            ("ESC in value", b"X: \x1b[2J"), ("DEL in value", b"X: \x7f"),
            ("LF before colon", b"X\n: 1"),
            ("LF CR", b"X: a\n\rY: b")):
        refuse("field: " + name, get(field), 400)
        refuse("field, first: " + name, get(host=field), 400)
    refuse("field: 101 of them", get(*[b"X: 1"] * 100), 431)
    refuse("field: value too long", get(b"X: " + b"a" * 17000), 431)
    refuse("field: name too long", get(b"a" * 17000 + b": 1"), 431)
    refuse("field: endless", get(*[b"X: " + b"a" * 400] * 60), 431)
    accept("field: 100 of them", get(*[b"X: 1"] * 99), ROOT)
    accept("field: no value", get(b"X:"), ROOT)
    accept("field: blanks for value", get(b"X: \t "), ROOT)
    accept("field: high bytes in value", get(b"X: \xc3\xa9\xff"), ROOT)
    accept("field: tab in value", get(b"X: a\tb"), ROOT)
    accept("field: colons in value", get(b"X: a:b::c"), ROOT)
    accept("field: all token characters", get(b"!#$%&'*+-.^_`|~0aZ: 1"), ROOT)
    accept("field: upgrade is not taken",
           get(b"Connection: upgrade", b"Upgrade: websocket"), ROOT)
    accept("field: h2c is not taken", get(
        b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
        b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"), ROOT)


def host_cases():
    refuse("host: none", get(host=None))
    refuse("host: two", get(b"Host: b"))
    refuse("host: two alike", get(b"Host: a"))
    for value in (b"", b" ", b"a b", b"a,b", b"a/b", b"u@a", b"a:b", b"a:1:2",
                  b"a:99999", b"[::1", b"[]", b"[g::1]", b"::1", b"a\\b",
                  b"http://a", b"a?b", b"a#b", b"\"a\"", b"a\xe9", b":80",
                  b"<a>", b"[::1]x"):
        refuse("host: %r" % value, get(host=b"Host: " + value))
    for value in (b"a", b"a:80", b"A.B-c.d_e", b"127.0.0.1:1", b"[::1]",
                  b"[2001:db8::1]:65535", b"  a  "):
        accept("host: %r" % value, get(host=b"Host: " + value), ROOT)
    accept("host: none in 1.0", get(version=b"1.0", host=None), ROOT,
           close=True)
    refuse("host: two in 1.0", get(b"Host: b", version=b"1.0"))


def length_cases():
    for value in (b"", b"+1", b"-1", b"0x1", b"1 1", b"1,1", b"1, 1", b"1.0",
                  b"1e1", b"a", b"1a", b"1;", b"9" * 19, b"9" * 30, b"\"1\"",
                  b"18446744073709551617", b"\xb2", b"1_0", b"- 1", b"1\t1"):
        refuse("length: %r" % value,
               post(b"Content-Length: " + value, body=b"a"))
    refuse("length: two different",
           post(b"Content-Length: 1", b"Content-Length: 2", body=b"ab"))
    refuse("length: two alike",
           post(b"Content-Length: 1", b"Content-Length: 1", body=b"a"))
    refuse("length: blank before colon", post(b"Content-Length : 1", body=b"a"))
    refuse("length: folded", post(b"Content-Length:\r\n 1", body=b"a"))
    refuse("length: too large", post(b"Content-Length: 99999999"), 413)
    refuse("length: one too large", post(b"Content-Length: 1048577"), 413)
    accept("length: 0", post(b"Content-Length: 0"), ("POST", "/", 0))
    accept("length: 5", post(b"Content-Length: 5", body=b"hello"),
           ("POST", "/", 5))
    accept("length: leading zeros", post(b"Content-Length: 005", body=b"hello"),
           ("POST", "/", 5))
    accept("length: blanks around", post(b"Content-Length: \t5 ",
                                         body=b"hello"), ("POST", "/", 5))
    accept("length: on GET", get(b"Content-Length: 3", body=b"abc"),
           ("GET", "/", 3))
    accept("length: body looks like a request",
           post(b"Content-Length: %d" % len(get()), body=get()),
           ("POST", "/", len(get())))
    accept("length: spooled", post(b"Content-Length: 40", target=b"/spool",
                                   body=b"x" * 40), ("POST", "/spool", 40))
    accept("length: 60000", post(b"Content-Length: 60000", body=b"y" * 60000),
           ("POST", "/", 60000))
    accept("length: 300000", post(b"Content-Length: 300000",
                                  body=b"y" * 300000), ("POST", "/", 300000))


def coding_cases():
    both = b"Content-Length: 3"
    refuse("coding: with length", chunked(b"0\r\n\r\n", both))
    refuse("coding: length first", post(both, b"Transfer-Encoding: chunked",
                                        body=b"0\r\n\r\n"))
    for value in (b"xchunked", b"chunkedx", b"identity", b"gzip", b"",
                  b"chunked, chunked", b"chunked, identity", b"chunked;q=1",
                  b"\"chunked\"", b"chunked gzip", b",chunked,", b"chun ked",
                  b"\x0bchunked", b"chunked\x0c", b"x, xchunked"):
        refuse("coding: %r" % value, post(b"Transfer-Encoding: " + value,
                                          body=b"0\r\n\r\n"), 400)
    refuse("coding: gzip, chunked", post(b"Transfer-Encoding: gzip, chunked",
                                         body=b"0\r\n\r\n"), 501)
    refuse("coding: twice", chunked(b"0\r\n\r\n",
                                    b"Transfer-Encoding: chunked"))
    refuse("coding: twice, identity first", post(
        b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked",
        body=b"0\r\n\r\n"))
    refuse("coding: in 1.0", chunked(b"0\r\n\r\n", version=b"1.0"))
    refuse("coding: blank before colon", post(
        b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"))
    refuse("coding: folded", post(b"Transfer-Encoding:\r\n chunked",
                                  body=b"0\r\n\r\n"))
    for body in (b"0x1\r\na\r\n0\r\n\r\n", b"+1\r\na\r\n0\r\n\r\n",
                 b"-1\r\na\r\n0\r\n\r\n", b" 1\r\na\r\n0\r\n\r\n",
                 b"1 \r\na\r\n0\r\n\r\n", b"1\t\r\na\r\n0\r\n\r\n",
                 b"1\na\r\n0\r\n\r\n", b"1\ra\r\n0\r\n\r\n",
                 b"1\r\na\n0\r\n\r\n", b"1\r\na0\r\n\r\n",
                 b"1\r\nab\r\n0\r\n\r\n", b"2\r\na\r\n0\r\n\r\n",
                 b"\r\n0\r\n\r\n", b"g\r\n", b"1;a\nb\r\na\r\n0\r\n\r\n",
                 b"1;\0\r\na\r\n0\r\n\r\n", b"1,a\r\na\r\n0\r\n\r\n",
                 b"0\r\nX: 1\n\r\n", b"0\r\nX : 1\r\n\r\n", b"0\r\n X\r\n\r\n",
                 b"0\r\nX\r\n\r\n", b"0\r\n\rX", b"0\r\n: 1\r\n\r\n",
                 b"1\r\na\r\r\n0\r\n\r\n", b"0\n\r\n", b"0\r\n\n",
                 b"0000000000000001\r\na\r\n0\r\n\r\n",
                 b"1;" + b"a" * 5000 + b"\r\na\r\n0\r\n\r\n",
                 b"1_0\r\n", b"0x\r\n", b"0;\x7f\r\n\r\n"):
        refuse("chunk: %r" % body[:30], chunked(body))
    for body in (b"fffffffffffffff\r\n", b"100001\r\n", b"ffffffffffffffffff"):
        refuse("chunk: large %r" % body, chunked(body), 413, 400)
    refuse("chunk: trailers too large",
           chunked(b"0\r\n" + b"X: 1\r\n" * 2000 + b"\r\n"), 431)
    for name, body, length in (
            ("empty", b"0\r\n\r\n", 0), ("one", b"1\r\na\r\n0\r\n\r\n", 1),
            ("upper case", b"A\r\n0123456789\r\n0\r\n\r\n", 10),
            ("zeros", b"0001\r\na\r\n000\r\n\r\n", 1),
            ("extension", b"1;a=b\r\na\r\n0;c=\"d\"\r\n\r\n", 1),
            ("trailer", b"1\r\na\r\n0\r\nX: 1\r\nContent-Length: 9\r\n\r\n", 1),
            ("CR LF as data", b"4\r\n\r\n\r\n\r\n0\r\n\r\n", 4),
            ("two", b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 5)):
        accept("chunk: " + name, chunked(body), ("POST", "/", length))
    accept("chunk: spooled", chunked(b"20\r\n" + b"x" * 32 + b"\r\n0\r\n\r\n",
                                     target=b"/spool"), ("POST", "/spool", 32))
    accept("coding: case", post(b"TRANSFER-encoding: CHUNKED",
                                body=b"0\r\n\r\n"), ("POST", "/", 0))


def connection_cases():
    accept("keep: close", get(b"Connection: close"), ROOT, close=True)
    accept("keep: close in a list", get(b"Connection: x, Close"), ROOT,
           close=True)
    accept("keep: 1.0", get(version=b"1.0"), ROOT, close=True)
    accept("keep: 1.0 keep-alive", get(b"Connection: keep-alive",
                                       version=b"1.0"), ROOT)
    accept("keep: nothing behind close counts",
           get(b"Connection: close") + get(target=b"/not"), ROOT, close=True)
    refuse("expect: unknown", post(b"Expect: tea", b"Content-Length: 1",
                                   body=b"a"), 417)
    refuse("expect: twice", post(b"Expect: 100-continue",
                                 b"Expect: 100-continue", b"Content-Length: 1",
                                 body=b"a"))
    refuse("expect: but too large", post(b"Expect: 100-continue",
                                         b"Content-Length: 99999999"), 413)
    accept("expect: with the body", post(
        b"Expect: 100-Continue", b"Content-Length: 1", body=b"a"),
        ("POST", "/", 1))
    accept("expect: ignored in 1.0", post(
        b"Expect: 100-continue", b"Content-Length: 1", body=b"a",
        version=b"1.0"), ("POST", "/", 1), close=True)
    accept("pipeline: 16", b"".join(get(target=b"/%d" % i) for i in range(16)),
           *[("GET", "/%d" % i, 0) for i in range(16)])
    accept("pipeline: mixed",
           get() + post(b"Content-Length: 2", body=b"ab") +
           chunked(b"1\r\na\r\n0\r\n\r\n", target=b"/c") + get(target=b"/d"),
           ROOT, ("POST", "/", 2), ("POST", "/c", 1), ("GET", "/d", 0))
    accept("pipeline: late answers", get(target=b"/later/1") +
           get(target=b"/2") + get(target=b"/later/3"), ("GET", "/later/1", 0),
           ("GET", "/2", 0), ("GET", "/later/3", 0))
    accept("pipeline: HEAD between", get(method=b"HEAD", target=b"/h") +
           get(target=b"/i"), ("HEAD", None, 0), ("GET", "/i", 0))
    accept("pipeline: stream", get(target=b"/stream") + get(target=b"/e"),
           ("GET", "/stream", 0), ("GET", "/e", 0))
    accept("reply at the head, body dropped", post(
        b"Content-Length: 4", target=b"/closed", body=b"GET ") +
        get(target=b"/n"), (404, None, 0), ("GET", "/n", 0))
    refuse("reply at the head, chunked body: closed", chunked(
        b"1\r\na\r\n0\r\n\r\n", target=b"/closed"), 404)
    CASES.append(("pipeline: good, then bad", get() + get(host=None),
                  ("both", [ROOT], {400})))
    CASES.append(("pipeline: body longer than told", post(
        b"Content-Length: 1", body=b"abc") + get(),
        ("both", [("POST", "/", 1)], {400, 501})))
    for name, raw in (("half a line", b"GET / HT"), ("half a head", get()[:-2]),
                      ("no LF at the end", get()[:-1]),
                      ("half a body", post(b"Content-Length: 5", body=b"ab")),
                      ("half a chunk", chunked(b"5\r\nab")),
                      ("no last chunk", chunked(b"1\r\na\r\n")),
                      ("no end of trailers", chunked(b"0\r\nX: 1\r\n")),
                      ("one CR", b"\r")):
        wait("wait: " + name, raw)


def verdict_cases(path, word):
    """The strict request cases of llhttp's own suite: what it refuses is
    never answered 2xx here; nothing crashes."""
    with open(path, encoding="utf-8") as f:
        cases = json.load(f)
    for case in cases:
        if case["mode"].startswith("request"):
            raw = base64.b64decode(case["raw_base64"])
            bad = case["peer_verdict"] == "error" and case["mode"] == "request"
            # Policy of that parser, not framing: these it stops at.
            if "Pause" in case["peer_error"] or "Data after" in \
                    case["peer_error"]:
                bad = False
            CASES.append(("%s: %s" % (word, case["title"]), raw,
                          ("never", bad)))


def garden_cases():
    folder = os.environ.get("ENTREPOT_EXTRA_CASES")
    path = os.path.join(folder or "", "core", "http_garden_bugs.json")
    if not folder or not os.path.exists(path):
        print("skipped: http_garden_bugs.json (ENTREPOT_EXTRA_CASES is not "
              "set)")
        return 1
    with open(path, encoding="utf-8") as f:
        cases = json.load(f)
    n = 0
    for case in cases if isinstance(cases, list) else cases["cases"]:
        for key in case:
            if key.endswith("base64") and case[key]:
                CASES.append(("garden: %s %d" % (key, n),
                              base64.b64decode(case[key]), ("never", False)))
                n += 1
    return 0 if n else 1


class Answers:
    """Splits what a server sent into (status, fields, body)."""

    def __init__(self, heads=()):
        self.bytes, self.list, self.heads = b"", [], heads
        self.continues = 0

    def add(self, data):
        self.bytes += data
        while self.one():
            pass

    def one(self):
        head, end, rest = self.bytes.partition(b"\r\n\r\n")
        if not end:
            return False
        lines = head.split(b"\r\n")
        status = int(lines[0].split(b" ")[1])
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(b": ")
            fields[name.lower()] = value
        if status == 100:
            self.bytes = rest
            self.continues += 1
            return True
        body = b""
        if len(self.list) in self.heads or status in (204, 304):
            pass
        elif b"content-length" in fields:
            n = int(fields[b"content-length"])
            if len(rest) < n:
                return False
            body, rest = rest[:n], rest[n:]
        elif fields.get(b"transfer-encoding") == b"chunked":
            while True:
                size, end, after = rest.partition(b"\r\n")
                if not end or len(after) < int(size, 16) + 2:
                    return False
                n = int(size, 16)
                body, rest = body + after[:n], after[n + 2:]
                if n == 0:
                    break
        self.list.append((status, fields, body))
        self.bytes = rest
        return True


class Failure(Exception):
    pass


def connect(address):
    s = socket.create_connection(address, timeout=3)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def send_parts(s, parts, gap):
    for i, part in enumerate(parts):
        try:
            s.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            return
        if gap and i + 1 < len(parts):
            time.sleep(gap)


def read_until(s, answers, enough, seconds=3.0):
    """Reads until enough(answers) or the end; True at the end."""
    limit = time.monotonic() + seconds
    while not enough(answers):
        left = limit - time.monotonic()
        if left <= 0:
            return False
        s.settimeout(left)
        try:
            data = s.recv(65536)
        except socket.timeout:
            return False
        except ConnectionResetError:
            raise Failure("the connection was reset")
        if not data:
            return True
        answers.add(data)
    return False


def check_good(answer, want):
    status, _, body = answer
    method, path, length = want
    if isinstance(method, int):
        if status != method:
            raise Failure("status %d, not %d" % (status, method))
        return
    if status != 200:
        raise Failure("status %d, not 200: %r" % (status, body))
    if path is None:
        return
    got = json.loads(body)
    if (got["method"], got["path"], got["body_length"]) != want:
        raise Failure("took %r for %r" % (got, want))


def expect_end(s, answers, count, statuses):
    ended = read_until(s, answers, lambda a: False)
    if not ended:
        raise Failure("the connection stayed open")
    if len(answers.list) != count + 1:
        raise Failure("%d answers, not %d" % (len(answers.list), count + 1))
    status, fields, body = answers.list[-1]
    if status not in statuses:
        raise Failure("status %d, not %s" % (status, sorted(statuses)))
    if fields.get(b"connection") != b"close":
        raise Failure("no Connection: close")
    if json.loads(body)["status"] != status:
        raise Failure("the body is no problem document")


def run_parts(address, expect, parts, gap):
    wants = expect[1] if expect[0] in ("accept", "both") else []
    answers = Answers([i for i, w in enumerate(wants) if w[0] == "HEAD"])
    with connect(address) as s:
        send_parts(s, parts, gap)
        if expect[0] == "refuse":
            expect_end(s, answers, 0, expect[1])
        elif expect[0] == "wait":
            if read_until(s, answers, lambda a: a.list, 0.004) or answers.list:
                raise Failure("answered or closed: %r" % answers.list)
        elif expect[0] == "both":
            expect_end(s, answers, len(wants), expect[2])
            for got, want in zip(answers.list, wants):
                check_good(got, want)
        elif expect[0] == "never":
            try:
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the server was faster
            if not read_until(s, answers, lambda a: False):
                raise Failure("the connection stayed open")
            if expect[1] and answers.list and answers.list[-1][0] < 300:
                raise Failure("taken for good: %r" % answers.list)
            if any(a[0] >= 500 and a[0] not in (501, 505)
                   for a in answers.list):
                raise Failure("status %d" % answers.list[-1][0])
        else:
            expect_good(s, answers, wants, expect[2])


def expect_good(s, answers, wants, close):
    if not close:
        s.sendall(get(target=b"/sentinel"))
        wants = wants + [("GET", "/sentinel", 0)]
    ended = read_until(s, answers,
                       lambda a: not close and len(a.list) >= len(wants))
    if len(answers.list) != len(wants) or answers.bytes:
        raise Failure("%d answers, not %d" % (len(answers.list), len(wants)))
    for got, want in zip(answers.list, wants):
        check_good(got, want)
    if close and not ended:
        raise Failure("the connection stayed open")


def plain(address):
    run_parts(address, ("accept", [ROOT], False), [get()], 0)


def ways(raw, fast):
    """The whole; single bytes; two parts cut at each place."""
    yield "whole", [raw], 0
    if len(raw) <= 2500:
        yield "bytes", [raw[i:i + 1] for i in range(len(raw))], 0
    else:
        step = len(raw) // 40
        yield "pieces", [raw[i:i + step] for i in range(0, len(raw), step)], \
            0.0003
    step = 1 if len(raw) < 400 and not fast else max(1, len(raw) // 12)
    for i in range(1, len(raw), step):
        yield "cut at %d" % i, [raw[:i], raw[i:]], 0.0003


def run_case(address, case, fast):
    name, raw, expect = case
    for way, parts, gap in ways(raw, fast):
        try:
            run_parts(address, expect, parts, gap)
        except (Failure, OSError, ValueError, KeyError) as e:
            print("FAIL %s (%s): %s" % (name, way, e))
            return False
    try:
        plain(address)
    except (Failure, OSError) as e:
        print("FAIL %s: a plain GET afterwards: %s" % (name, e))
        return False
    return True


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    host, _, port = sys.argv[1].rpartition(":")
    only = sys.argv[sys.argv.index("--only") + 1] \
        if "--only" in sys.argv else ""
    for table in (request_line_cases, field_cases, host_cases, length_cases,
                  coding_cases, connection_cases):
        table()
    own = len(CASES)
    verdict_cases(LLHTTP, "llhttp")
    skipped = garden_cases()
    passed = failed = 0
    for case in CASES:
        if only in case[0]:
            good = run_case((host, int(port)), case, "--fast" in sys.argv)
            passed, failed = passed + good, failed + (not good)
    print("%d own cases, %d of others" % (own, len(CASES) - own))
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
