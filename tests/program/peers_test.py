"""The peers written in C, over their protocol, on the sample. Skipped where they are not built, as they are no part of the
default build: `cmake --build build --target bench-peers`."""
import json
import os
import pathlib
import re
import subprocess
import unittest

from support import KSEARCH, PATIENCE, ProgramTest, SAMPLE, environment

PEERS = pathlib.Path(KSEARCH).parent / "bench" / "peers"
KSEARCH_PEERS = ("ksearch-native", "ksearch-xapian")
WORD = re.compile(r"[a-z0-9]+")


def program(name):
    return PEERS / name


def is_current(name):
    """Built, and not before the library it is linked with: a forgotten build is not tested."""
    library = pathlib.Path(KSEARCH).parent / "libksearch.a"
    return os.access(program(name), os.X_OK) and program(name).stat().st_mtime >= library.stat().st_mtime


def sample_lines():
    return b"".join((SAMPLE / name).read_bytes() for name in ("papers.jsonl", "posts.jsonl"))


def sample_records():
    return [json.loads(line) for line in sample_lines().splitlines()]


def words(record):
    """The words of a record's text, unstemmed."""
    texts = [record.get(name) or "" for name in ("title", "summary", "body")]
    texts += [*record.get("claims", ()), *record.get("tags", ())]
    return WORD.findall(" ".join(texts).lower())


class PeerTest(ProgramTest):
    def run_peer(self, name, *arguments, input=b""):
        return subprocess.run([program(name), *map(str, arguments)], input=input, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=PATIENCE, env=environment())

    def build(self, name, lines):
        folder = self.folder / name
        done = self.run_peer(name, "index", folder, input=lines)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        report = json.loads(done.stdout)
        self.assertEqual(sorted(report), ["records", "seconds"])
        self.assertGreater(report["seconds"], 0)
        return report["records"]

    def serve(self, name, *requests):
        """The greeting and the answers, one for each request."""
        text = "".join(request + "\n" for request in requests).encode("utf-8")
        done = self.run_peer(name, "serve", self.folder / name, input=text)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        greeting, *answers = map(json.loads, done.stdout.splitlines())
        self.assertEqual(len(answers), len(requests))
        return greeting, answers

    def ask(self, name, *requests):
        answers = self.serve(name, *requests)[1]
        for request, answer in zip(requests, answers, strict=True):
            self.assertEqual(sorted(answer), ["count", "hits", "took_us"], request)
            self.assertGreater(answer["took_us"], 0)
            scores = [score for _, score in answer["hits"]]
            self.assertEqual(scores, sorted(scores, reverse=True), request)
        return answers

    def check_protocol(self, name, engine):
        """What every peer does alike."""
        self.assertEqual(self.build(name, sample_lines()), len(sample_records()))
        greeting, answers = self.serve(
            name, "TOP_10\tlearning\tany", "TOP_100\tlearning\tany", "COUNT\tlearning\tany",
            "TOP_10_COUNT\tlearning\tany", "TOP_5\tlearning", "learning", "TOP_10\tlearning\tnone",
            "TOP_10\txyzzyqwerty", "TOP_10\t", "TOP_10\tlearning", "COUNT\tlearning\tauto\r")
        self.assertEqual(greeting["engine"], engine)
        self.assertEqual(sorted(greeting), ["engine", "settings", "version"])
        ten, hundred, count, both, *bad, nothing, empty, plain, carriage = answers
        self.assertEqual([len(one["hits"]) for one in (ten, count, both)], [10, 0, 10])
        self.assertEqual(len(hundred["hits"]), count["count"])
        self.assertEqual(hundred["hits"][:10], ten["hits"])
        self.assertEqual((both["hits"], both["count"]), (ten["hits"], count["count"]))
        self.assertEqual([list(one) for one in bad], [["error"]] * 3)
        self.assertEqual((nothing["hits"], empty["hits"]), ([], []))
        self.assertEqual(plain["hits"], ten["hits"])
        self.assertEqual(carriage["count"], count["count"])

    def check_failures(self, name):
        for arguments in ((), ("index",), ("serve",), ("find", "x"), ("index", "x", "y")):
            done = self.run_peer(name, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertIn(b"usage: ", done.stderr)
        done = self.run_peer(name, "serve", self.folder / "nowhere")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertNotEqual(done.stderr, b"")


@unittest.skipUnless(all(map(is_current, KSEARCH_PEERS)), "no up-to-date ksearch peers: build the target bench-peers")
class Ksearch(PeerTest):
    def test_protocol(self):
        for name in KSEARCH_PEERS:
            self.check_protocol(name, name)

    def test_failures(self):
        for name in KSEARCH_PEERS:
            self.check_failures(name)

    def test_answers_are_those_of_the_program(self):
        queries = [("policy gradients pong", match) for match in ("any", "all", "auto")]
        queries += [('"neural network"', "all"), ("tag:reinforcement-learning learn*", "any"),
                    ("language models after:2020", "any"), ("kind:blog", "auto")]
        for name in KSEARCH_PEERS:
            self.build(name, sample_lines())
            self.index = self.folder / name
            answers = self.ask(name, *("TOP_10_COUNT\t%s\t%s" % query for query in queries))
            for (query, match), answer in zip(queries, answers, strict=True):
                found = self.run_search("--json", "--match", match, "--", query).json
                self.assertEqual([one[0] for one in answer["hits"]], [hit["id"] for hit in found["hits"]], query)
                for (_, score), hit in zip(answer["hits"], found["hits"], strict=True):
                    self.assertAlmostEqual(score, hit["score"], places=5)
                self.assertEqual(answer["count"], found["total"]["value"])


@unittest.skipUnless(is_current("fts5"), "no up-to-date FTS5 peer: build the target bench-peers")
class Fts5(PeerTest):
    def setUp(self):
        super().setUp()
        self.records = sample_records()

    def counts(self, *queries, match="all"):
        return [answer["count"] for answer in self.ask("fts5", *("COUNT\t%s\t%s" % (one, match) for one in queries))]

    def matching(self, condition):
        return sum(map(bool, map(condition, self.records)))

    def test_protocol(self):
        self.check_protocol("fts5", "fts5")

    def test_failures(self):
        self.check_failures("fts5")
        for lines in (b"[]\n", b"{\n", b'{"id":"a","title":"good"}\nnonsense\n'):
            done = self.run_peer("fts5", "index", self.folder / "fts5", input=lines)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn(b"is no record", done.stderr)

    def test_filters(self):
        self.build("fts5", sample_lines())
        found = self.counts("kind:blog", 'kind:"BLOG"', "status:failed", "tag:transformer",
                            'author:"Julia Evans"', "date:2019..2021", "after:2020-06", "before:2015", "date:2022-03",
                            "kind:paper after:2018 tag:transformer", "date:nonsense")
        day = lambda one: (one.get("date") or "0000") + "-01-01"[len(one.get("date") or "0000") - 4:]
        tags = lambda one: one.get("tags") or []
        authors = lambda one: one["author"] if isinstance(one.get("author"), list) else [one.get("author")]
        blogs = self.matching(lambda one: one["kind"] == "blog")
        wanted = [blogs, blogs, self.matching(lambda one: one.get("status") == "failed"),
                  self.matching(lambda one: "transformer" in tags(one)),
                  self.matching(lambda one: "Julia Evans" in authors(one)),
                  self.matching(lambda one: "2019" <= day(one)[:4] <= "2021"),
                  self.matching(lambda one: day(one) >= "2020-06"),
                  self.matching(lambda one: "0000" < day(one)[:4] <= "2015"),
                  self.matching(lambda one: day(one).startswith("2022-03")),
                  self.matching(lambda one: one["kind"] == "paper" and day(one) >= "2018" and "transformer" in tags(one)),
                  0]
        self.assertEqual(found, wanted)
        self.assertGreater(min(count for place, count in enumerate(found) if place != 10), 0)

    def test_words_phrases_and_prefixes(self):
        """Against the words themselves, with words that no ending is cut off and that no other becomes."""
        self.build("fts5", sample_lines())
        texts = [words(record) for record in self.records]
        has = lambda *wanted: sum(all(one in text for one in wanted) for text in texts)
        self.assertEqual(self.counts("atari", "gpt language", "gpt-2", '"gpt 2"'),
                         [has("atari"), has("gpt", "language"), has("gpt", "2"),
                          sum(("gpt", "2") in zip(text, text[1:]) for text in texts)])
        self.assertEqual(self.counts("gpt atari", match="any"), [sum("gpt" in text or "atari" in text for text in texts)])
        self.assertEqual(self.counts("atar*"), [sum(any(one.startswith("atar") for one in text) for text in texts)])
        self.assertGreater(min(self.counts("gpt", "atari", '"gpt 2"')), 0)

    def test_filters_hold_beside_words(self):
        self.build("fts5", sample_lines())
        both, any_words, alone, punctuation = self.counts("learning kind:blog", "learning", "kind:blog", '... "?!" -')
        self.assertLess(both, min(any_words, alone))
        self.assertGreater(both, 0)
        self.assertEqual(punctuation, 0)
        answer, = self.ask("fts5", "TOP_100\tlearning kind:blog\tall")
        self.assertEqual(len(answer["hits"]), both)


if __name__ == "__main__":
    unittest.main()
