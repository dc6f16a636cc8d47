"""Command lines at random, sensible ones and others: each ends with one of the documented statuses, an error says what is
wrong on standard error and prints nothing, in JSON mode as one object, and the index is the same afterwards."""
import json
import os
import random
import unittest

from support import SAMPLE, ProgramTest, environment, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260315"))
RUNS = 500 if os.environ.get("KS_BUILD_TYPE") == "Release" else 200

COMMANDS = ("search", "feed", "show", "explain", "status", "check", "schema", "help", "optimize", "nonsense")
FLAGS = ("--format", "-f", "--jsonl", "--fields", "-n", "--limit", "--offset", "-s", "--sort", "-m", "--match", "--tag-boost",
         "--count", "--color", "--no-pager", "-j", "--json", "-q", "--strict", "--threads", "--memory", "--year", "--engine",
         "--language", "--keep-missing", "-h", "--help", "-V", "--version", "--", "-", "---", "-x", "--nope", "-jn3", "-n3",
         "-fjson", "-sold", "--limit=4", "--json=1", "-qj", "-jq", "--format=", "--form", "--l", "--batch")
VALUES = ("json", "text", "ids", "trec", "jsonl", "0", "1", "3", "-1", "9" * 30, "nan", "inf", "1e400", "0x10", "1e-5", "new",
          "old", "score", "auto", "all", "any", "exact", "bounded", "id,title", "id,,", "title", "passages", "always", "never",
          "", "xapian", "native", "english", "9999", "64M", "1K", "18446744073709551615G", "/nonexistent", "/dev/null", "\u00e9",
          "pong", '"a b"~3', "tag:a*", "-pong", "kind:blog", "-", "arxiv:1706.03762", "\x1b[31m", b"\xff\xfe")
JSON = ("-j", "--json", "-jn3", "--jsonl", "-fjson", "-qj", "-jq", "--json=1")


class RandomArguments(ProgramTest):
    def random_line(self, rng):
        line = [rng.choice(COMMANDS)] if rng.random() < 0.8 else []
        if rng.random() < 0.9:
            line += ["--index", str(self.index)]
        return line + [rng.choice(rng.choice((FLAGS, VALUES))) for _ in range(rng.randrange(7))]

    def check(self, line):
        result = ksearch(*(os.fsdecode(one) if isinstance(one, bytes) else one for one in line),
                         input='pong\n{"query":"deep learning","limit":2}\n{\n', cwd=self.folder,
                         env=environment(KSEARCH_INDEX=str(self.folder / "nothing")))
        self.assertIn(result.status, (0, 1, 2, 3), result)
        self.assertNotIn("runtime error", result.err)
        self.assertNotIn("\x1b", result.err)
        if result.status == 2:
            self.assertEqual(result.out, "", result)
            self.assertTrue(result.err.startswith(("ksearch: ", "Usage: ", '{"error":{')), result)
            if result.err.startswith("{"):
                self.assertEqual(set(result.error), {"code", "message", "hint", "position"})
                self.assertTrue(any(one in JSON or one in ("--format", "-f", "--batch") for one in line), result)
        return result

    def test_random_lines(self):
        print("KS_TEST_SEED=%d" % SEED)
        rng = random.Random(SEED)
        self.make(SAMPLE)
        before = ksearch("status", "--json", "--index", self.index).json
        statuses = []
        for number in range(RUNS):
            line = self.random_line(rng)
            with self.subTest(number=number, line=line):
                statuses.append(self.check(line).status)
        self.assertEqual(ksearch("status", "--json", "--index", self.index).json, before)
        self.assertEqual(ksearch("check", "--index", self.index).status, 0)
        for status in (0, 1, 2):  # all kinds of ends were seen
            self.assertGreater(statuses.count(status), 0, status)
        self.assertFalse((self.folder / "nothing").exists())

    def test_where_options_stand(self):
        """Wherever the options of a good line stand before its --, and whichever way they are written, it says the same."""
        rng = random.Random(SEED + 1)
        self.make(SAMPLE)
        options = (("--limit", "-n", "4"), ("--sort", "-s", "new"), ("--match", "-m", "any"), ("--format", "-f", "ids"),
                   ("--offset", None, "1"), ("--tag-boost", None, "2"))
        expected = None
        for _ in range(40):
            pieces = [["deep"], ["learning"], ["--index=%s" % self.index]]
            for long, short, value in options:
                ways = [[long, value], [long + "=" + value]] + ([[short, value], [short + value]] if short else [])
                pieces.append(rng.choice(ways))
            rng.shuffle(pieces)
            words = [piece[0] for piece in pieces if piece[0] in ("deep", "learning")]
            result = ksearch("search", *(one for piece in pieces for one in piece))
            with self.subTest(line=pieces):
                self.assertEqual(result.status, 0, result)
                if words == ["deep", "learning"]:
                    expected = expected or result.out
                    self.assertEqual(result.out, expected)
        self.assertEqual(len(expected.split()), 4)


if __name__ == "__main__":
    unittest.main()
