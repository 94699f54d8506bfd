#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""JSON against python3's json on random documents, whole and damaged.

usage: json_differential.py FILTER [SEED [DOCUMENTS]]    (FILTER: json_filter)
"""
import json
import random
import subprocess
import sys

SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 20261123
DOCUMENTS = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
draw = random.Random(SEED)


class Refused(Exception):
    pass


def pairs(members):
    names = dict(members)
    if len(names) != len(members):
        raise Refused("duplicate name")
    return names


def no_constant(word):
    raise Refused(word)


def finite(digits):
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Refused(digits)
    return value


def whole(digits):
    value = int(digits)
    return value if -2**63 <= value < 2**63 else finite(digits)


def depth(value):
    if isinstance(value, (list, dict)):
        inside = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, inside), default=0)
    return 0


def judge(line):
    """The value python sees, or Refused."""
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=pairs,
                           parse_constant=no_constant, parse_float=finite,
                           parse_int=whole)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # surrogates
    except (ValueError, RecursionError) as e:
        raise Refused(str(e))
    if depth(value) > 64:
        raise Refused("depth")
    return value


def text():
    kinds = [lambda: chr(draw.randrange(0x20, 0x7f)),
             lambda: chr(draw.randrange(0x20)),
             lambda: draw.choice("\"\\/\u2028\u00e9\u4e2d\U0001f600\x7f"),
             lambda: chr(draw.randrange(0xe000, 0x110000))]
    return "".join(draw.choices(kinds, [20, 1, 2, 1])[0]()
                   for _ in range(draw.randrange(24)))


def value(level):
    kind = draw.randrange(10 if level < 5 else 7)
    if kind == 0:
        return draw.choice([None, True, False])
    if kind == 1:
        return draw.randrange(-2**70, 2**70)
    if kind == 2:
        return draw.randrange(-1000, 1000)
    if kind == 3:
        return draw.uniform(-1, 1) * 10.0 ** draw.randrange(-300, 300)
    if kind == 4:
        return draw.randrange(10**6) / 100
    if kind < 7:
        return text()
    if kind == 7:
        return [value(level + 1) for _ in range(draw.randrange(6))]
    members = draw.randrange(24 if level == 0 else 5)
    return {text(): value(level + 1) for _ in range(members)}


def document():
    line = json.dumps(value(0), ensure_ascii=draw.random() < .5,
                      separators=draw.choice([(",", ":"), (" , ", " :\t")]))
    line = bytearray(line.encode("utf-8"))
    if draw.random() < .5 and line:  # damage it
        for _ in range(draw.randrange(1, 3)):
            at = draw.randrange(len(line))
            line[at:at + draw.randrange(2)] = draw.choice(
                [b"", b",", b"0", b"\"", b"\\u", b"\xff", b"}", b"-", b"e"])
    return bytes(line).replace(b"\n", b" ")


def ask(lines, *options):
    out = subprocess.run([sys.argv[1], *options], input=b"\n".join(lines)
                         + b"\n", capture_output=True, check=True).stdout
    return out.split(b"\n")[:-1]


def main():
    lines = [d for d in (document() for _ in range(DOCUMENTS)) if d]
    accepted = refused = wrong = 0
    for options in ((), ("anew",)):
        answers = ask(lines, *options)
        if len(answers) != len(lines):
            sys.exit("answers are missing")
        for line, answer in zip(lines, answers):
            try:
                expected = judge(line)
                good = not answer.startswith(b"!") and \
                    judge(answer) == expected
                accepted += 1
            except Refused:
                good = answer.startswith(b"!")
                refused += 1
            if not good:
                wrong += 1
                print("wrong:", line[:300], answer[:300])
    print(f"seed {SEED}: {accepted} accepted, {refused} refused, "
          f"{wrong} wrong")
    sys.exit(1 if wrong or not accepted or not refused else 0)


main()
