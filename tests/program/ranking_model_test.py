"""Scores and ranks, worked out from the formula that engine/bm25.h describes by looking at every record: BM25 over
weighted fields, whole tags that weigh on their own, and ties by date and id. Both engines must say the same."""
import collections
import json
import math
import os
import random
import unittest

from query_model_test import WORDS
from support import ProgramTest, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260309"))
RECORDS, QUERIES = 120, 250
K1, B, LEAST = 1.2, 0.75, 0.5
WEIGHTS = {"title": 4, "tags": 3, "claims": 2, "summary": 1, "body": 1}
TAGS = ("zorb", "zorb-quix", "plam", "dronk-frimp-gluk", "vrat-zorb-snark-blomp", "gluk")


def random_text(rng, most):
    return " ".join(rng.choice(WORDS[:rng.randrange(2, len(WORDS) + 1)]) for _ in range(rng.randrange(1, most)))


def random_record(rng, number):
    record = {"id": "r%03d" % rng.randrange(1000) + "-%d" % number, "summary": random_text(rng, 12)}
    if rng.random() < 0.8:
        record["date"] = "20%02d-%02d-%02d" % (rng.randrange(10, 13), rng.randrange(1, 3), rng.randrange(1, 4))
    if rng.random() < 0.6:
        record["title"] = random_text(rng, 5)
    if rng.random() < 0.5:
        record["body"] = random_text(rng, 60)
    record["claims"] = [random_text(rng, 8) for _ in range(rng.randrange(3))]
    record["tags"] = rng.sample(TAGS, rng.randrange(4))
    return record


def terms_of(text):
    """Each part of a compound, and all of them as one."""
    terms = []
    for compound in text.split():
        parts = compound.split("-")
        terms += parts + (["".join(parts)] if len(parts) > 1 else [])
    return terms


class Index:
    """Weighted frequencies of all terms in all records; a whole tag is a term with a hash before it."""

    def __init__(self, records):
        self.records = records
        self.terms = {record["id"]: self.count(record) for record in records}
        self.lengths = {name: sum(terms.values()) for name, terms in self.terms.items()}
        self.average = sum(self.lengths.values()) / len(records)
        self.documents = collections.Counter(term for terms in self.terms.values() for term in terms)

    def count(self, record):
        terms = collections.Counter()
        for field, weight in WEIGHTS.items():
            value = record.get(field, [])
            for text in [value] if isinstance(value, str) else value:
                for term in terms_of(text):
                    terms[term] += weight
                if field == "tags":
                    terms["#" + text] += weight
        return terms

    def idf(self, term):
        odds = (len(self.records) - self.documents[term] + 0.5) / (self.documents[term] + 0.5)
        return math.log(odds if odds >= 2 else odds / 2 + 1)

    def share(self, term, name):
        tf = self.terms[name][term]
        relative = max(self.lengths[name] / self.average, LEAST)
        return self.idf(term) * (K1 + 1) * tf / (tf + K1 * (1 - B + B * relative)) if tf else 0.0

    def rank(self, words, boost, every):
        """Ids with their scores, the best first."""
        weights = collections.Counter(words)
        for first in range(len(words)):
            for size in range(1, 5):
                run = words[first:first + size]
                if len(run) == size and "#" + "-".join(run) in self.documents:
                    weights["#" + "-".join(run)] += boost
        found = []
        for record in self.records:
            name = record["id"]
            held = [word for word in words if self.terms[name][word]]
            if held and (len(held) == len(words) or not every):
                score = sum(weight * self.share(term, name) for term, weight in weights.items())
                found.append((name, score, record.get("date", "")))
        found.sort(key=lambda one: one[0])
        found.sort(key=lambda one: one[2], reverse=True)  # the newest first, then by id
        found.sort(key=lambda one: round(one[1], 9), reverse=True)
        return [(name, score) for name, score, _ in found]


class Ranking(ProgramTest):
    @classmethod
    def setUpClass(cls):
        rng = random.Random(SEED)
        cls.model = Index([random_record(rng, number) for number in range(RECORDS)])
        cls.queries = [[rng.choice(WORDS) for _ in range(rng.randrange(1, 6))] for _ in range(QUERIES)]
        cls.queries += [tag.split("-") for tag in TAGS] + [["zorb"] * 3, ["zorb", "quix", "zorb", "quix"]]

    def ask(self, engine, *arguments):
        self.index = self.folder / engine
        if not self.index.exists():
            self.make("--engine", engine, self.write("a.jsonl", self.model.records))
        text = "".join(json.dumps({"query": " ".join(words), "limit": 1000}) + "\n" for words in self.queries)
        result = ksearch("search", "--index", self.index, "--batch", "-", "--fields", "id", *arguments, input=text)
        self.assertEqual((result.status, result.err), (0, ""), result)
        return result.lines

    def check(self, *arguments, boost=1.0, every):
        for engine in ("native", "xapian"):
            for words, answer in zip(self.queries, self.ask(engine, *arguments), strict=True):
                wanted = self.model.rank(words, boost, every)
                with self.subTest(seed=SEED, engine=engine, query=" ".join(words)):
                    self.assertEqual([hit["id"] for hit in answer["hits"]], [name for name, _ in wanted])
                    for hit, (_, score) in zip(answer["hits"], wanted):
                        self.assertAlmostEqual(hit["score"], score, places=6)

    def test_any_word(self):
        self.check("--match", "any", every=False)

    def test_all_words(self):
        self.check("--match", "all", every=True)

    def test_boosts_of_tags(self):
        self.check("--match", "any", "--tag-boost", "0", boost=0, every=False)
        self.check("--match", "any", "--tag-boost", "2.5", boost=2.5, every=False)

    def test_what_is_explained(self):
        """Frequencies, lengths and shares are those of the model too."""
        rng = random.Random(SEED + 1)
        self.ask("native")
        for words in rng.sample(self.queries, 6):
            name = rng.choice(self.model.records)["id"]
            result = ksearch("explain", "--json", "--index", self.index, " ".join(words), name)
            with self.subTest(seed=SEED, query=" ".join(words), record=name):
                explained = result.json
                self.assertEqual(explained["record"]["length"], self.model.lengths[name])
                self.assertAlmostEqual(explained["index"]["average_length"], self.model.average, places=9)
                for term in explained["terms"]:
                    key = "#" * term["is_tag"] + term["term"]
                    self.assertEqual(term["documents"], self.model.documents[key])
                    self.assertAlmostEqual(term["idf"], self.model.idf(key), places=9)
                    self.assertEqual(term["frequency"], self.model.terms[name][key])
                    self.assertAlmostEqual(term["share"], term["weight"] * self.model.share(key, name), places=9)


if __name__ == "__main__":
    unittest.main()
