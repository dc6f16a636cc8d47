"""Whole tags and their beginnings, against a model of a few lines: case and accents do not count, blanks, hyphens and
underscores are the same however many there are, and a beginning that ends with one asks for more words behind it."""
import os
import random
import re
import unicodedata
import unittest

from support import ProgramTest

SEED = int(os.environ.get("KS_TEST_SEED", "20260313"))
RECORDS, QUERIES = 150, 300
LETTERS = ("a", "a", "b", "A", "\u00e1", "1", "c++", "\u6df1", "\U0001F600")
GAPS = ("-", "_", "--", "-_", "\u2010", "\u2011")  # that can stand in a value without quotes
WIDE_GAPS = GAPS + (" ", "  ", " - ", "\t", "\u00a0", "\u3000")


def normal(text):
    """Small letters without accents, a hyphen for each gap; the gaps at the ends stay."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return re.sub("[-_\\s\u2010\u2011]+", "-", text)


def random_tag(rng, gaps, most=4):
    words = ["".join(rng.choice(LETTERS) for _ in range(rng.randrange(1, 3))) for _ in range(rng.randrange(1, most))]
    tag = words[0]
    for word in words[1:]:
        tag += rng.choice(gaps) + word
    return rng.choice(("", "", "", "-", "_")) + tag + rng.choice(("", "", rng.choice(gaps)))


class Tags(ProgramTest):
    @classmethod
    def setUpClass(cls):
        print("KS_TEST_SEED=%d" % SEED)
        rng = random.Random(SEED)
        cls.records = [{"id": "r%d" % number, "title": "pad", "tags": [random_tag(rng, WIDE_GAPS) for _ in range(rng.randrange(4))]}
                       for number in range(RECORDS)]
        cls.whole = [random_tag(rng, WIDE_GAPS, 3) for _ in range(QUERIES)]
        beginnings = [random_tag(rng, GAPS, 3) for _ in range(QUERIES)]
        cls.beginnings = [one for one in beginnings if any(c.isalnum() for c in one)]  # a star needs a letter

    def ask(self, engine, queries):
        self.index = self.folder / engine
        self.assertEqual(self.run_index("--engine", engine, self.write("records.jsonl", self.records)).status, 0)
        answers = self.ask_all(queries, "--limit", str(RECORDS), "--fields", "id")
        return [(answer["query"], {hit["id"] for hit in answer["hits"]}) for answer in answers]

    def check(self, queries, holds):
        """`holds` tells for each query and the normal form of a tag whether it is one of those asked for."""
        expected = [{record["id"] for record in self.records if any(holds(i, normal(tag).strip("-")) for tag in record["tags"])}
                    for i in range(len(queries))]
        self.assertGreater(sum(0 < len(ids) < RECORDS for ids in expected), len(queries) // 4)
        for engine in ("native", "xapian"):
            for query, (understood, found), ids in zip(queries, self.ask(engine, queries), expected):
                with self.subTest(engine=engine, query=query):
                    self.assertEqual(found, ids)
                    self.assertEqual(understood["warnings"], [])

    def test_whole_tags(self):
        self.check(['tag:"%s"' % tag for tag in self.whole], lambda i, tag: tag == normal(self.whole[i]).strip("-"))

    def test_beginnings(self):
        self.check(["tag:%s*" % tag for tag in self.beginnings],
                   lambda i, tag: tag.startswith(normal(self.beginnings[i]).lstrip("-")))

    def test_one_of_two(self):
        pairs = list(zip(self.whole, self.beginnings))
        self.check(['tag:"%s" OR tag:%s*' % pair for pair in pairs],
                   lambda i, tag: tag == normal(pairs[i][0]).strip("-") or tag.startswith(normal(pairs[i][1]).lstrip("-")))


if __name__ == "__main__":
    unittest.main()
