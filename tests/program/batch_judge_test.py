"""Lines of a batch at random: plain text, objects that are right, and objects that are broken in some place; Python's
reader judges which is which. There is one answer for each line that is not blank, in order, whatever stands in it."""
import json
import os
import random
import re
import unittest

from json_judge_test import mutated
from support import SampleTest, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260307"))
LINES = 600
QUERIES = ("pong", "policy gradients", '"neural network"', "tag:lstm -kind:tweet", "caf\u00e9 \u6df1\u5ea6", "a\tb", '"open', "", "xyzzyq", "OR")


def refuse(constant):
    raise ValueError(constant)


def random_object(rng):
    members = {"query": rng.choice(QUERIES)}
    if rng.random() < 0.7:
        members["id"] = rng.choice(("q1", "", "two words", "\u00e9", 7, -3, 1.5, 0, None))
    if rng.random() < 0.5:
        members["limit"] = rng.choice((0, 1, 3, 10, 1000, None))
    if rng.random() < 0.3:
        members["more"] = rng.choice((None, [], {"query": "lstm"}, "x"))
    items = list(members.items())
    rng.shuffle(items)
    return json.dumps(dict(items), ensure_ascii=rng.random() < 0.5, separators=rng.choice(((",", ":"), (", ", ": "))))


def random_line(rng):
    kind = rng.randrange(10)
    if kind < 3:
        return rng.choice(QUERIES)
    if kind < 6:
        return random_object(rng)
    if kind < 9:
        return mutated(rng, random_object(rng))
    return rng.choice(("", "  ", "\t", "[]", "{", "}", "{}", "null", "-", "--json", '{"query":5}', "{ }", "\\", "{{", " {}"))


def judge(line):
    """What the line is: None for one that is blank, else its query (None where it is an error), id and limit."""
    if not line.strip(" \t\r\x0b\x0c"):
        return None
    if not line.startswith("{"):
        return {"query": line, "id": None, "limit": None}
    wrong = {"query": None, "id": None, "limit": None}
    try:
        value = json.loads(line, parse_constant=refuse, strict=False)  # control characters are taken for blanks
    except ValueError:
        return wrong
    query, limit = value.get("query"), value.get("limit")
    if not isinstance(query, str) or isinstance(value.get("id"), (list, dict, bool)):
        return {**wrong, "id": value.get("id")}
    if limit is not None and (isinstance(limit, (bool, str, list, dict)) or limit != int(limit) or not 0 <= limit <= 1000000):
        return {**wrong, "id": value.get("id")}
    return {"query": query, "id": value.get("id"), "limit": limit}


class Lines(SampleTest):
    def answers(self, lines, *arguments):
        result = self.run_search("--batch", "-", "--fields", "id", *arguments, input="".join(line + "\n" for line in lines))
        self.assertEqual(result.err, "")
        return result

    def check_answer(self, answer, number, judged):
        wanted_id = judged["id"] if judged["id"] is not None else number
        if judged["query"] is None:
            self.assertIn("error", answer)
            self.assertIn(answer["error"]["code"], ("format", "argument"))
            return
        self.assertEqual(answer["id"], wanted_id)
        self.assertEqual(answer["query"]["raw"], judged["query"])
        limit = 10 if judged["limit"] is None else judged["limit"]
        self.assertEqual(len(answer["hits"]), min(limit, answer["total"]["value"]))

    def make_lines(self, rng):
        lines = []
        while len(lines) < LINES:
            line = random_line(rng)
            if "\n" not in line and "\r" not in line and not re.search(r"\\ud[89a-f]|\\u0000", line, re.I):
                lines.append(line)
        return lines

    def test_random_lines(self):
        lines = self.make_lines(random.Random(SEED))
        judged = [(number, line, judge(line)) for number, line in enumerate(lines, 1)]
        judged = [one for one in judged if one[2]]
        result = self.answers(lines)
        self.assertEqual(result.status, 3)
        self.assertEqual(len(result.lines), len(judged))
        failed = 0
        for answer, (number, line, verdict) in zip(result.lines, judged, strict=True):
            with self.subTest(seed=SEED, line=line):
                self.check_answer(answer, number, verdict)
            failed += verdict["query"] is None
        self.assertTrue(LINES // 8 < failed < LINES * 3 // 4, failed)

    def test_a_line_is_answered_as_a_query_alone(self):
        rng = random.Random(SEED + 1)
        lines = [line for line in self.make_lines(rng) if judge(line) and judge(line)["query"]][:25]
        for line, answer in zip(lines, self.answers(lines).lines, strict=True):
            verdict = judge(line)
            limit = [] if verdict["limit"] is None else ["--limit", verdict["limit"]]
            alone = ksearch("search", "--json", "--fields", "id", "--index", self.index, *limit, "--", verdict["query"])
            with self.subTest(seed=SEED, line=line):
                self.assertEqual(alone.json["hits"], answer["hits"])
                self.assertEqual(alone.json["total"], answer["total"])
                self.assertEqual(alone.json["query"], answer["query"])

    def test_escapes_that_are_none(self):
        """They are not to cut the query off where they stand."""
        for query, at in ((r"caf\u00e lstm", 3), (r"\u", 0), (r"\uZZZZ", 0), (r"pong\u12", 4), (r"a\\\u00g0", 3), (r"\u+123", 0)):
            with self.subTest(query=query):
                (answer,) = self.answers(['{"query":"%s"}' % query]).lines
                self.assertEqual(answer["error"]["code"], "format")
                self.assertIn("not valid JSON", answer["error"]["message"])
                self.assertEqual(answer["error"]["position"], len('{"query":"') + at)
        for query in (r"caf\u00e9", r"\\u00e", r"\u00E9\u00e9"):
            with self.subTest(query=query):
                (answer,) = self.answers(['{"query":"%s"}' % query]).lines
                self.assertEqual(answer["query"]["raw"], json.loads('"%s"' % query))

    def test_answers_do_not_depend_on_what_came_before(self):
        rng = random.Random(SEED + 2)
        lines = [line for line in self.make_lines(rng) if judge(line) and judge(line)["id"] is not None]
        def by_line(order):
            return {line: {**answer, "took_us": 0} for line, answer in zip(order, self.answers(order).lines, strict=True)}
        self.assertEqual(by_line(lines), by_line(lines[::-1]))


if __name__ == "__main__":
    unittest.main()
