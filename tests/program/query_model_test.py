"""Random queries of every form over random records, through the whole program, against a model that looks at every
record: which records a query finds, with all of its words and with any of them."""
import json
import os
import random
import unittest

from random_records_test import day_of
from support import ProgramTest, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260301"))
RECORDS = 150
QUERIES = 600 if os.environ.get("KS_BUILD_TYPE") == "Release" else 250

# Words that no stemmer changes and none of which begins another, but for what a prefix asks for.
WORDS = ("zorb", "zoft", "quix", "plam", "dronk", "frimp", "gluk", "vrat", "snark", "blomp")
KINDS = ("blog", "paper", "tweet", None)
STATUSES = ("ok", "failed", "partial", None)
LANGS = ("en", "de", "fr")
AUTHORS = ("Ann Lee", "bob", "C. D.")
TAGS = ("zorb-quix", "plam", "dronk-frimp-gluk", "vrat-zorb")
FIELDS = {"title": "title", "summary": "summary", "claim": "claims", "body": "body"}


# ---- Records

def random_text(rng, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, most)))


def random_date(rng):
    year, month, day = rng.randrange(2012, 2016), rng.randrange(1, 13), rng.randrange(1, 29)
    return rng.choice((None, "%04d" % year, "%04d-%02d" % (year, month), "%04d-%02d-%02d" % (year, month, day),
                       "--%02d-%02d" % (month, day)))


def random_record(rng, number):
    record = {"id": "r%d" % number, "lang": rng.choice(LANGS)}
    members = {"kind": rng.choice(KINDS), "status": rng.choice(STATUSES), "date": random_date(rng),
               "url": rng.choice((None, "http://x.example/%d" % number)), "title": rng.choice((None, random_text(rng, 5))),
               "body": rng.choice((None, random_text(rng, 15))),
               "author": rng.choice((None, "bob", rng.sample(AUTHORS, 2))),
               "claims": [random_text(rng, 6) for _ in range(rng.randrange(3))],
               "tags": rng.sample(TAGS, rng.randrange(3))}
    members["summary"] = rng.choice((None, random_text(rng, 8))) if members["title"] else random_text(rng, 8)
    record.update({name: value for name, value in members.items() if value})
    return record


def texts_of(record, field):
    """The texts of a field, or of all fields, each as a list of words."""
    names = [field] if field else ["title", "summary", "claims", "tags", "body"]
    texts = []
    for name in names:
        value = record.get(name) or []
        texts += [value] if isinstance(value, str) else value
    return [text.replace("-", " ").split() for text in texts]


# ---- Leaves: what a query's smallest parts say, as text and as a test of a record.

def word(rng):
    field = rng.choice((None, None, None, *FIELDS))
    one = rng.choice(WORDS)
    return ("%s:%s" % (field, one) if field else one,
            lambda record: any(one in text for text in texts_of(record, field and FIELDS[field])))


def phrase(rng):
    field = rng.choice((None, None, *FIELDS))
    words = [rng.choice(WORDS) for _ in range(rng.randrange(2, 4))]

    def holds(record):
        return any(text[at:at + len(words)] == words for text in texts_of(record, field and FIELDS[field])
                   for at in range(len(text)))
    return '%s"%s"' % (field + ":" if field else "", " ".join(words)), holds


def prefix(rng):
    field, begin = rng.choice((None, None, "title", "body")), rng.choice(WORDS)[:rng.randrange(1, 4)]
    return ("%s%s*" % (field + ":" if field else "", begin),
            lambda record: any(one.startswith(begin) for text in texts_of(record, field) for one in text))


def exact(rng):
    name = rng.choice(("kind", "status", "lang", "id", "author", "tag", "is"))
    choices = {"kind": ("blog", "paper", "tweet", "unknown"), "status": ("ok", "failed", "partial"), "lang": LANGS,
               "id": ["r%d" % rng.randrange(RECORDS + 5) for _ in range(4)], "author": AUTHORS, "tag": TAGS,
               "is": ("failed", "partial", "ok")}[name]
    values = rng.sample(choices, rng.randrange(1, 3))

    def holds(record):
        member = {"tag": "tags", "is": "status"}.get(name, name)
        default = {"kind": "unknown", "status": "ok"}.get(member, [])
        found = record.get(member, default)
        return any(value in ([found] if isinstance(found, str) else found) for value in values)
    written = ['"%s"' % value if " " in value else value for value in values]
    return "%s:%s" % (name, ",".join(written)), holds


def has(rng):
    name = rng.choice(("title", "url", "summary", "claims", "tags", "body", "date", "author"))
    return "has:" + name, lambda record: bool(record.get(name))


def dates(rng):
    first, last = sorted(rng.randrange(2011, 2017) for _ in range(2))
    form = rng.choice(("date:%d..%d" % (first, last), "after:%d" % first, "before:%d" % last, "date:%d" % first))
    low, high = first * 10000 + 101, last * 10000 + 1231
    if form.startswith("after"):
        high = 99991231
    elif form.startswith("before"):
        low = 0
    elif ".." not in form:
        high = first * 10000 + 1231

    def holds(record):
        day = day_of(record.get("date"))
        return day is not None and low <= day <= high
    return form, holds


TEXTUAL, FILTERS = (word, word, phrase, prefix), (exact, exact, has, dates)


# ---- Trees

def negated(text, holds, rng):
    return (rng.choice(("-%s", "NOT %s")) % text, lambda record: not holds(record))


def leaf(rng):
    return rng.choice(TEXTUAL + FILTERS)(rng)


def operand(rng, depth):
    if depth and rng.random() < 0.3:
        text, holds = group(rng, depth - 1)
        text = "(%s)" % text
    else:
        text, holds = leaf(rng)
    return negated(text, holds, rng) if rng.random() < 0.2 else (text, holds)


def either(rng, depth):
    parts = [operand(rng, depth) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    return " OR ".join(text for text, _ in parts), lambda record: any(holds(record) for _, holds in parts)


def group(rng, depth):
    parts = [either(rng, depth) for _ in range(rng.randrange(1, 4))]
    text = parts[0][0]
    for more, _ in parts[1:]:
        text += rng.choice((" ", "  ", " AND ")) + more
    return text, lambda record: all(holds(record) for _, holds in parts)


def flat(rng):
    """Words, filters and negations side by side; found with any of the words."""
    words = [rng.choice(TEXTUAL)(rng) for _ in range(rng.randrange(1, 5))]
    filters = [rng.choice(FILTERS)(rng) for _ in range(rng.randrange(2))]
    without = [negated(*leaf(rng), rng) for _ in range(rng.randrange(2))]
    parts = words + filters + without
    rng.shuffle(parts)

    def holds(record):
        return any(one(record) for _, one in words) and all(one(record) for _, one in filters + without)
    return " ".join(text for text, _ in parts), holds


class Queries(ProgramTest):
    @classmethod
    def setUpClass(cls):
        rng = random.Random(SEED)
        cls.all = [random_record(rng, number) for number in range(RECORDS)]

    def found(self, match, queries):
        """The ids that each query finds, with both engines, which must agree."""
        answers = []
        text = "".join(json.dumps({"id": n, "query": query}) + "\n" for n, query in enumerate(queries))
        for engine in ("native", "xapian"):
            index = self.folder / engine
            if not index.exists():
                self.index = index
                self.make("--engine", engine, self.write("a.jsonl", self.all))
            result = ksearch("search", "--index", index, "--match", match, "--limit", "1000", "--fields", "id", "--batch",
                             "-", input=text)
            self.assertEqual((result.status, result.err), (0, ""), result)
            answers.append([{hit["id"] for hit in one["hits"]} for one in result.lines])
            for one in result.lines:
                self.assertEqual(one["total"]["value"], len(one["hits"]))
                self.assertEqual(one["query"]["warnings"], [], one)
        self.assertEqual(*answers)
        return answers[0]

    def check(self, match, made):
        some = 0
        for (text, holds), found in zip(made, self.found(match, [text for text, _ in made]), strict=True):
            wanted = {record["id"] for record in self.all if holds(record)}
            some += 0 < len(wanted) < RECORDS
            with self.subTest(seed=SEED, query=text):
                self.assertEqual(found, wanted)
        self.assertGreater(some, len(made) // 2)  # most queries tell records apart

    def test_all_words(self):
        rng = random.Random(SEED + 1)
        self.check("all", [group(rng, 3) for _ in range(QUERIES)])

    def test_any_word(self):
        rng = random.Random(SEED + 2)
        self.check("any", [flat(rng) for _ in range(QUERIES)])

    def test_with_all_words_first(self):
        """Both readings are the tiers of the third: the same records, those with all words in front."""
        rng = random.Random(SEED + 3)
        queries = [flat(rng)[0] for _ in range(QUERIES // 3)]
        every, some = self.found("all", queries), self.found("any", queries)
        result = ksearch("search", "--index", self.folder / "native", "--limit", "1000", "--fields", "id", "--batch", "-",
                         input="".join(json.dumps({"query": query}) + "\n" for query in queries))
        self.assertEqual(result.status, 0, result)
        for query, one, first, both in zip(queries, result.lines, every, some, strict=True):
            with self.subTest(seed=SEED, query=query):
                tiers = {tier: {hit["id"] for hit in one["hits"] if hit["tier"] == tier} for tier in ("all", "some")}
                self.assertEqual(tiers["all"], first)
                self.assertEqual(tiers["some"], both - first)

    def test_leaves_alone(self):
        rng = random.Random(SEED + 4)
        self.check("all", [make(rng) for make in TEXTUAL + FILTERS for _ in range(20)])

    def test_brackets_change_nothing_that_they_need_not(self):
        rng = random.Random(SEED + 5)
        queries = [group(rng, 2)[0] for _ in range(60)]
        self.assertEqual(self.found("all", queries), self.found("all", ["((%s))" % query for query in queries]))

    def test_two_negations_cancel_each_other(self):
        rng = random.Random(SEED + 6)
        queries = [leaf(rng)[0] for _ in range(60)]
        self.assertEqual(self.found("all", queries), self.found("all", ["NOT -(%s)" % query for query in queries]))


if __name__ == "__main__":
    unittest.main()
