"""Pages of answers: whatever the query, the match, the order and the engine, the pages put together are the whole, in
every form of output; counts hold whatever the page; and an answer is the same alone, in a batch and with any detail."""
import json
import os
import pathlib
import random
import shutil
import tempfile
import unittest

from support import ProgramTest, SAMPLE, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260306"))
ROUNDS = 40 if os.environ.get("KS_BUILD_TYPE") == "Release" else 6
WORDS = ("learning", "deep", "network", "policy", "training", "model", "data", "language", "the", "of", "image", "code")
FILTERS = ("kind:paper", "kind:blog", "has:claims", "after:2015", "before:2018", "-kind:tweet", "is:failed")


def random_query(rng):
    parts = [rng.choice(WORDS) for _ in range(rng.randrange(1, 5))]
    if rng.random() < 0.3:
        parts.append(rng.choice(FILTERS))
    if rng.random() < 0.2:
        parts.append("(%s OR %s)" % tuple(rng.sample(WORDS, 2)))
    if rng.random() < 0.2:
        parts.append(rng.choice(WORDS)[:3] + "*")
    return " ".join(parts)


class Pages(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="ksearch-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        for engine in ("native", "xapian"):
            done = ksearch("index", "--engine", engine, "--index", cls.shared / engine, SAMPLE)
            if done.status:
                raise AssertionError(str(done))

    def ask(self, engine, *arguments, **more):
        result = ksearch("search", "--index", self.shared / engine, *arguments, **more)
        self.assertIn(result.status, (0, 1), result)
        return result

    def batch(self, engine, queries, *arguments):
        """The hits of several queries, each as id and tier with its score."""
        text = "".join(json.dumps(one) + "\n" for one in queries)
        result = self.ask(engine, "--batch", "-", "--fields", "id", *arguments, input=text)
        return [([(hit["id"], hit["tier"], round(hit["score"], 6)) for hit in one["hits"]], one["total"])
                for one in result.lines]

    def each_round(self, salt):
        for number in range(ROUNDS):
            rng = random.Random("%d %s %d" % (SEED, salt, number))
            with self.subTest(seed=SEED, number=number):
                yield rng, ["--match", rng.choice(("auto", "all", "any")), "--sort", rng.choice(("score", "new", "old")),
                            "--count", rng.choice(("bounded", "exact"))]

    def test_pages_are_parts_of_the_whole(self):
        for rng, options in self.each_round("pages"):
            engine, queries = rng.choice(("native", "xapian")), [random_query(rng) for _ in range(10)]
            whole = self.batch(engine, [{"query": query} for query in queries], "--limit", "1000", *options)
            offset, limit = rng.randrange(120), rng.randrange(60)
            pages = self.batch(engine, [{"query": query} for query in queries], "--limit", str(limit), "--offset",
                               str(offset), *options)
            for query, (all_hits, total), (hits, page_total) in zip(queries, whole, pages, strict=True):
                self.assertEqual(hits, all_hits[offset:offset + limit], (query, options, offset, limit))
                self.assertEqual(total, {"value": len(all_hits), "relation": "eq"})
                self.assertEqual(page_total, total)

    def test_limits_of_lines(self):
        """Each line's own limit cuts its answer alone."""
        for rng, options in self.each_round("lines"):
            query = random_query(rng)
            limits = [rng.randrange(200) for _ in range(8)]
            answers = self.batch("native", [{"query": query, "limit": limit} for limit in limits], *options)
            (whole, _), = self.batch("native", [{"query": query, "limit": 1000}], *options)
            for limit, (hits, _) in zip(limits, answers, strict=True):
                self.assertEqual(hits, whole[:limit], (query, options, limit))

    def test_engines_agree(self):
        for rng, options in self.each_round("engines"):
            queries = [{"query": random_query(rng)} for _ in range(10)]
            native, xapian = (self.batch(engine, queries, "--limit", "1000", *options) for engine in ("native", "xapian"))
            for query, one, other in zip(queries, native, xapian, strict=True):
                self.assertEqual(one[1], other[1], (query, options))
                self.assertEqual([hit[:2] for hit in one[0]], [hit[:2] for hit in other[0]], (query, options))
                for hit, twin in zip(one[0], other[0]):
                    self.assertAlmostEqual(hit[2], twin[2], places=5)

    def test_every_form_has_the_same_hits(self):
        for rng, options in self.each_round("forms"):
            query, page = random_query(rng), ["--limit", str(rng.randrange(1, 30)), "--offset", str(rng.randrange(20))]
            whole = self.ask("native", "--json", *page, *options, query).json["hits"]
            ids = [hit["id"] for hit in whole]
            self.assertEqual(self.ask("native", "--format", "ids", *page, *options, query).out.split("\n")[:-1], ids)
            lines = self.ask("native", "--jsonl", *page, *options, query).lines
            self.assertEqual([one["id"] for one in lines[1:-1]], ids)
            trec = [line.split(" ") for line in self.ask("native", "--format", "trec", *page, *options, query).out.splitlines()]
            self.assertEqual([(line[2], int(line[3])) for line in trec],
                             [(hit["id"].replace(" ", "_"), hit["rank"]) for hit in whole])
            few = self.ask("native", "--json", "--fields", "id", *page, *options, query).json["hits"]
            self.assertEqual([{name: hit[name] for name in one} for one, hit in zip(few, whole, strict=True)], few)

    def test_orders(self):
        """New is old turned round, and has the hits that the order of scores has."""
        for rng, _ in self.each_round("orders"):
            queries = [{"query": random_query(rng)} for _ in range(5)]
            match = ["--match", rng.choice(("all", "any")), "--limit", "1000"]
            by = {sort: [[hit[0] for hit in hits] for hits, _ in self.batch("native", queries, "--sort", sort, *match)]
                  for sort in ("score", "new", "old")}
            self.assertEqual(by["new"], [hits[::-1] for hits in by["old"]])
            self.assertEqual([sorted(hits) for hits in by["new"]], [sorted(hits) for hits in by["score"]])

    def test_scores_go_down(self):
        for rng, _ in self.each_round("scores"):
            for match in ("auto", "all", "any"):
                for hits, _ in self.batch("native", [{"query": random_query(rng)} for _ in range(5)], "--match", match,
                                          "--limit", "1000"):
                    keys = [(tier != "all", -score) for _, tier, score in hits] if match == "auto" else \
                        [-score for _, _, score in hits]
                    self.assertEqual(keys, sorted(keys))


if __name__ == "__main__":
    unittest.main()
