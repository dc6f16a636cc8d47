"""Which lines are JSON, judged by Python's own reader: random values, broken at random places, as a member of records
that are otherwise good. What is accepted comes back as the value that Python reads."""
import json
import os
import random
import re
import unittest

from support import ProgramTest

SEED = int(os.environ.get("KS_TEST_SEED", "20260302"))
LINES = 4000

ATOMS = ("null", "true", "false", "0", "-0", "7", "-12", "1.5", "0.0", "1e5", "2E-3", "-1.25e+10", '""', '"a"', '"caf\u00e9"',
         '"\\n\\t\\r\\b\\f\\/\\\\\\""', '"\\u00e9"', '"\\ud83d\\ude00"', '"\U0001F600"', '"\\u0041\\u20ac"', '" "')
BROKEN = ("nul", "True", "NaN", "Infinity", "-Infinity", "01", "-", "+1", ".5", "5.", "1e", "1e+", "0x10", "1.e5", "--1", "'a'", '"',
          '"\\x41"', '"\\u12"', '"\\u12g4"', '"\\', '"\t"', '"\x01"', "[", "]", "{", "}", ",", ":", "[1,]", "[,1]", "[1 2]", "{,}",
          '{"a"}', '{"a":}', '{"a":1,}', '{a:1}', '{"a" 1}', '{1:2}', "//x", "/**/", "1 1", "\x0b", "\u00a0", "undefined", "")
NOISE = '{}[]",:0123456789.eE+-\\utrfalsn /\x1f\x7f'


def random_json(rng, depth=0):
    kind = rng.randrange(8)
    blank = rng.choice(("", "", "", " ", "  ", "\t"))
    if kind < 5 or depth > 4:
        return blank + rng.choice(ATOMS) + blank
    if kind < 7:
        return "[%s]" % ("," + blank).join(random_json(rng, depth + 1) for _ in range(rng.randrange(4)))
    pairs = ('"%s"%s:%s' % (rng.choice("abcdef"), blank, random_json(rng, depth + 1)) for _ in range(rng.randrange(4)))
    return "{%s}" % ",".join(pairs)


def mutated(rng, text):
    """With one or two places changed; a wrong piece, a character, a piece taken out or twice."""
    for _ in range(rng.randrange(1, 3)):
        at = rng.randrange(len(text) + 1)
        end = min(len(text), at + rng.randrange(4))
        text = text[:at] + rng.choice((rng.choice(BROKEN), rng.choice(NOISE), "", text[at:end] * 2)) + text[end:]
    return text


class Refused(ValueError):
    """What Python would read, though it is no JSON."""


def refuse(constant):
    raise Refused(constant)


def judge(line):
    """The object that the line is, its members in order and its numbers as they are written; None where it is none."""
    try:
        return json.loads(line, parse_constant=refuse, parse_int=lambda digits: "#" + digits,
                          parse_float=lambda digits: "#" + digits, object_pairs_hook=lambda pairs: ("object", pairs))
    except ValueError:
        return None


class Judged(ProgramTest):
    def make_lines(self):
        rng = random.Random(SEED)
        lines = []
        while len(lines) < LINES:
            value = random_json(rng)
            if rng.random() < 0.7:
                value = mutated(rng, value)
            line = '{"id":"%d","title":"word","x":%s}' % (len(lines), value)
            if "\n" not in line:
                lines.append(line)
        return lines

    def test_lines(self):
        lines = self.make_lines()
        rejects, shown = self.index_lines(lines)
        accepted = 0
        for number, line in enumerate(lines, 1):
            value = judge(line)
            with self.subTest(seed=SEED, line=line):
                self.assertEqual(number in rejects, value is None, rejects.get(number))
                if value is not None:
                    accepted += 1
                    self.assert_same(shown[str(number - 1)], line, value)
        self.assertGreater(accepted, LINES // 4)
        self.assertGreater(len(rejects), LINES // 4)

    def index_lines(self, lines):
        """The rejects' reasons by line, and the stored records by id."""
        report = self.report(self.write("a.jsonl", "".join(line + "\n" for line in lines)), status=3)
        rejects = {one["line"]: one for one in report["rejected"]}
        self.assertEqual(len(rejects), len(report["rejected"]))
        ids = [str(number) for number in range(len(lines)) if number + 1 not in rejects]
        return rejects, dict(zip(ids, self.stored(ids), strict=True))

    def assert_same(self, shown, line, value):
        """The same value, unless it holds what is not Unicode, which is replaced."""
        if re.search(r"\\u(d[89a-f]|0000)", line, re.I):
            self.assertIsNotNone(judge(shown))
        else:
            self.assertEqual(judge(shown), value)

    def test_the_place_that_is_at_fault(self):
        """Where a line is cut off, its end is at fault; where a byte is wrong that no JSON has, this byte."""
        good = '{"id":"1","title":"word","x":[1,{"a":"b c"},-2.5e7,true,null]}'
        lines = [good[:size] for size in range(1, len(good))]
        report = self.report(self.write("a.jsonl", "".join(line + "\n" for line in lines)), status=3)
        self.assertEqual(len(report["rejected"]), len(lines))
        start = 0
        for line, reject in zip(lines, report["rejected"], strict=True):
            with self.subTest(line=line):
                self.assertEqual(reject["byte"], start + len(line))
            start += len(line) + 1

    def test_a_byte_that_no_json_has(self):
        good = '{"id":"1","title":"word","x":[1,{"a":22},-2.5e7,true,null]}'
        outside = [at for at in range(len(good) + 1) if good[:at].count('"') % 2 == 0]
        lines = [good[:at] + "\x07" + good[at:] for at in outside]
        report = self.report(self.write("a.jsonl", "".join(line + "\n" for line in lines)), status=3)
        start = 0
        for at, line, reject in zip(outside, lines, report["rejected"], strict=True):
            with self.subTest(line=line):
                self.assertEqual(reject["byte"], start + at)
            start += len(line) + 1

    def test_every_broken_value(self):
        lines = ['{"id":"%d","title":"word","x":%s}' % pair for pair in enumerate(BROKEN)]
        rejects, _ = self.index_lines(lines)
        for number, line in enumerate(lines, 1):
            with self.subTest(line=line):
                self.assertIsNone(judge(line))
                self.assertIn(number, rejects)

    def test_every_atom(self):
        lines = ['{"id":"%d","title":"word","x":%s}' % pair for pair in enumerate(ATOMS)]
        report = self.report(self.write("a.jsonl", "".join(line + "\n" for line in lines)))
        self.assert_counts(report, new=len(ATOMS))
        self.assertEqual(self.stored([str(number) for number in range(len(ATOMS))]), lines)


if __name__ == "__main__":
    unittest.main()
