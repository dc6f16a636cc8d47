"""Words near each other, against a model that tries every choice of positions: compounds, whose joined form stands where
their first part does, and words spelled with signs, which stand where the plain word does. Both engines must agree."""
import os
import random
import unittest

from support import ProgramTest

SEED = int(os.environ.get("KS_TEST_SEED", "20260310"))
RECORDS, QUERIES = 150, 250
GAP = 1000  # no window reaches from one claim or tag into the next

# What a word is indexed by: its terms with their places, counted from its own; and what a phrase asks for.
WORDS = {
    "t": ([("t", 0)], ["t"]),
    "sne": ([("sne", 0)], ["sne"]),
    "tsne": ([("tsne", 0)], ["tsne"]),
    "t-SNE": ([("t", 0), ("sne", 1), ("tsne", 0)], ["t", "sne"]),
    "sne.t": ([("sne", 0), ("t", 1), ("snet", 0)], ["sne", "t"]),
    "c": ([("c", 0)], ["c"]),
    "C++": ([("c", 0), ("c++", 0)], ["c++"]),
    "c#": ([("c", 0), ("c#", 0)], ["c#"]),
    "c-t": ([("c", 0), ("t", 1), ("ct", 0)], ["c", "t"]),
    "ct": ([("ct", 0)], ["ct"]),
    "x1": ([("x", 0), ("1", 1), ("x1", 0)], ["x", "1"]),
    "1": ([("1", 0)], ["1"]),
}


def random_text(rng, most):
    return " ".join(rng.choice(list(WORDS)) for _ in range(rng.randrange(1, most + 1)))


def places_of(texts):
    """All (term, position) pairs of a field."""
    found, start = set(), 0
    for text in texts:
        for word in text.split():
            terms = WORDS[word][0]
            found |= {(term, start + place) for term, place in terms}
            start += 1 + max(place for _, place in terms)
        start += GAP
    return found


def choose(places, terms, window, taken):
    """Whether each of the terms can have a place of its own, all of them within the window."""
    if not terms:
        return True
    for term, place in places:
        if term != terms[0] or place in taken or any(abs(place - other) >= window for other in taken):
            continue
        if choose(places, terms[1:], window, taken | {place}):
            return True
    return False


def fields_of(record):
    return [places_of([value] if isinstance(value, str) else value)
            for name, value in record.items() if name in ("title", "summary", "claims", "body")]


class Near(ProgramTest):
    @classmethod
    def setUpClass(cls):
        print("KS_TEST_SEED=%d" % SEED)
        rng = random.Random(SEED)
        cls.records = []
        for number in range(RECORDS):
            record = {"id": "r%d" % number, "summary": random_text(rng, 9)}
            if rng.random() < 0.4:
                record["title"] = random_text(rng, 4)
            if rng.random() < 0.5:
                record["claims"] = [random_text(rng, 3) for _ in range(rng.randrange(1, 4))]
            if rng.random() < 0.2:
                record["body"] = random_text(rng, 20)
            cls.records.append(record)
        cls.questions = []
        for _ in range(QUERIES):
            words = [rng.choice(list(WORDS)) for _ in range(rng.randrange(1, 4))]
            cls.questions.append((words, rng.choice((None, 1, 2, 3, 4, 6, 50))))

    def ask(self, engine, queries):
        self.index = self.folder / engine
        if not self.index.exists():
            source = self.write("records.jsonl", self.records)
            self.assertEqual(self.run_index("--engine", engine, "--language", "none", source).status, 0)
        answers = self.ask_all(queries, "--limit", str(RECORDS), "--fields", "id")
        return [{hit["id"] for hit in answer["hits"]} for answer in answers]

    def expected(self, words, slop):
        terms = [term for word in words for term in WORDS[word][1]]
        window = max(slop, len(terms) - 1) + 1
        return {record["id"] for record in self.records
                if any(choose(places, terms, window, frozenset()) for places in fields_of(record))}

    def test_near(self):
        asked = [(words, slop) for words, slop in self.questions if slop]
        right = [self.expected(words, slop) for words, slop in asked]
        self.assertGreater(sum(0 < len(ids) < RECORDS for ids in right), len(asked) // 4)
        for engine in ("native", "xapian"):
            answers = self.ask(engine, ['"%s"~%d' % (" ".join(words), slop) for words, slop in asked])
            for (words, slop), answer, ids in zip(asked, answers, right, strict=True):
                with self.subTest(engine=engine, words=words, slop=slop):
                    self.assertEqual(answer, ids)

    def test_negated(self):
        asked = [(words, slop) for words, slop in self.questions if slop][:60]
        everything = {record["id"] for record in self.records}
        for engine in ("native", "xapian"):
            answers = self.ask(engine, ['-"%s"~%d' % (" ".join(words), slop) for words, slop in asked])
            for (words, slop), answer in zip(asked, answers, strict=True):
                with self.subTest(engine=engine, words=words, slop=slop):
                    self.assertEqual(answer, everything - self.expected(words, slop))

    def test_in_a_row(self):
        """A phrase asks for its terms at successive places, and whatever stands in a row is near, too."""
        phrases = [words for words, _ in self.questions if len(words) > 1]
        near = [self.expected(words, 1) for words in phrases]
        for engine in ("native", "xapian"):
            for words, answer, ids in zip(phrases, self.ask(engine, ['"%s"' % " ".join(words) for words in phrases]), near):
                terms = [term for word in words for term in WORDS[word][1]]
                right = {record["id"] for record in self.records
                         if any(all((term, start + i) in places for i, term in enumerate(terms))
                                for places in fields_of(record) for _, start in places)}
                with self.subTest(engine=engine, words=words):
                    self.assertEqual(answer, right)
                    self.assertLessEqual(answer, ids)


if __name__ == "__main__":
    unittest.main()
