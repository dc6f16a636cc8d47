"""Records and queries that nobody would write, through both engines: they find the same in the same order, what was
understood means the same when it is asked again, negations leave out what is found without them, and an explanation says
what the search did. The records go in by several runs, so that some are replaced and some removed on the way."""
import os
import random
import unittest

from support import ProgramTest, jsonl, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260311"))
RECORDS, QUERIES = 90, 200
ENGINES = ("native", "xapian")

WORDS = ("a", "b", "run", "running", "CIFAR-10", "cifar10", "t-SNE", "tsne", "C++", "c", "C#", "162,000", "162000", "5.1%",
         "1,2,3", "12.", "3.14.15", "x" * 70, "x" * 300, "\u00e9", "e\u0301", "\u00c9", "\u00df", "ss", "\u0130", "\u0131", "\ufb01",
         "fi", "\u6df1\u5ea6\u5b66\u4e60", "\u6df1\u5ea6", "\u30c7\u30a3\u30fc\u30d7", "\uff83\uff9e\uff68", "\ud55c\uad6d\uc5b4", "\uff41\uff42\uff43",
         "abc", "\u00bd", "\u00b2", "x\u00b2", "soft\u00adhyphen", "don't", "don\u2019t", "foo_bar", "fooBar", "HTTPServer", "a1b2",
         "\U0001F600", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u0e44\u0e17\u0e22", "\u03a3", "\u03b1\u03c2", "\U0001D400b", "\U00010400", "\U00010428",
         "\u0345", "\u00a0nbsp", "--x--", "-x", "+x", "x#", "@user", "http://a.b/c", "a::b", "OR", "NOT", "and", "...", "\u2014",
         "a\u2014b", "a-b", "a\u2010b", "ab", "a.b", "a/b", "1e5", "0x1F", "v1.2.3", ".5", "-1.5", "1,000.5", "\u0663", "\uff13", "\u2163")
TAGS = ("policy-gradients", "a-b", "a b", "A_B", "ab", "cifar-10", "c++", "\u6df1\u5ea6\u5b66\u4e60", "\u00e9", "x" * 250, "x" * 249 + "y",
        "t-sne", "a", "don't", "a-b-c-d", "\U0001F600", "OR", "-x", "x-")
KINDS = ("blog", "Blog", "github_gist", "github gist", "x" * 300, "x" * 299 + "y", "\u00e9")
DATES = ("0001", "0001-01-01", "9999-12-31", "9999", "2015", "2015-06", "2016-02-29", "--02-29", "--12-31", "2000-01")
AUTHORS = ("Ann Lee", ["Ann Lee", "bob"], "ann-lee", "\u00c1NN lee", ["x" * 400, "x" * 399 + "z"], "")
FILTERS = ('kind:blog', 'kind:"github gist"', 'kind:' + "x" * 300, 'status:failed', 'is:ok,failed', 'author:"ann lee",bob',
           'author:ANN_LEE', 'lang:en,de', 'has:title', 'has:url,body', 'has:date', 'has:author', 'tag:a-b', 'tag:"A B",\u00e9',
           'tag:x*', 'tag:' + "x" * 250, 'id:nobody', 'date:2015', 'date:..2015-06', 'date:2015-06..', 'after:0001',
           'before:9999', 'date:9999-12-31', 'date:0001', 'date:2016-02-29', 'date:2000-01..2000-02')


def text(rng, most):
    return "".join(rng.choice(WORDS) + rng.choice((" ", "  ", ", ", "\n", ". ")) for _ in range(rng.randrange(1, most + 1)))


def record(rng, number):
    one = {"id": rng.choice(("", "id-", "x" * 200, "\u00e9", "a b ")) + str(number), "summary": text(rng, 12)}
    members = {"title": (0.6, lambda: text(rng, 4)), "body": (0.3, lambda: text(rng, 60)), "kind": (0.7, lambda: rng.choice(KINDS)),
               "claims": (0.5, lambda: [text(rng, 5) for _ in range(rng.randrange(4))]),
               "tags": (0.6, lambda: [rng.choice(TAGS) for _ in range(rng.randrange(5))]),
               "author": (0.5, lambda: rng.choice(AUTHORS)), "status": (0.4, lambda: rng.choice(("failed", "OK", "ok"))),
               "lang": (0.3, lambda: rng.choice(("en", "DE", "zh-Hans"))), "url": (0.3, lambda: "http://x/%d" % number),
               "date": (0.7, lambda: rng.choice(DATES)), "feed_order": (0.1, lambda: rng.choice((0, 1, 4294967295)))}
    one.update({name: make() for name, (share, make) in members.items() if rng.random() < share})
    return one


def leaf(rng):
    word = rng.choice(WORDS)
    return rng.choice((word, word, '"%s"%s' % (text(rng, 3), rng.choice(("", "~1", "~3", "~0", "~99"))), word[:3] + "*",
                       rng.choice(("title:", "claim:", "tag:", "body:")) + rng.choice((word, '"%s"' % text(rng, 2), "(a %s)" % word)),
                       rng.choice(FILTERS), 'tag:"%s"' % rng.choice(TAGS),
                       rng.choice(("OR", "AND", "NOT", "(", ")", '"', "-", "*", "()", '""', ":", "title:"))))


def query(rng, depth=0):
    shape = rng.randrange(8) if depth < 3 else 0
    made = (leaf(rng) if shape < 4 else query(rng, depth + 1) + " " + query(rng, depth + 1) if shape < 6 else
            "(%s OR %s)" % (query(rng, depth + 1), query(rng, depth + 1)) if shape < 7 else "(%s)" % query(rng, depth + 1))
    return rng.choice(("",) * 6 + ("-", "NOT ")) + made


class OddEngines(ProgramTest):
    @classmethod
    def setUpClass(cls):
        print("KS_TEST_SEED=%d" % SEED)
        rng = random.Random(SEED)
        cls.records = [record(rng, number) for number in range(RECORDS)]
        cls.queries = [query(rng) for _ in range(QUERIES)]

    def setUp(self):
        super().setUp()
        for engine in ENGINES:
            self.index = self.folder / engine
            for first, last in ((0, RECORDS // 2), (RECORDS // 4, RECORDS - 5), (0, RECORDS)):
                source = self.write("records.jsonl", jsonl(self.records[first:last]))
                result = self.run_index("--engine", engine, source)
                self.assertEqual(result.status, 0, result)
            self.assertEqual(ksearch("check", "--index", self.index).status, 0)

    def ask(self, engine, queries, *options):
        self.index = self.folder / engine
        return self.ask_all(queries, *options)

    def ids(self, queries):
        return [{hit["id"] for hit in answer["hits"]}
                for answer in self.ask("native", queries, "-n", str(RECORDS), "--fields", "id")]

    def test_engines_agree(self):
        for options in (("-n", str(RECORDS), "--count", "exact"), ("-n", "7", "--offset", "3"), ("-n", "0"),
                        ("-n", "50", "-m", "all", "-s", "old"), ("-n", "50", "-m", "any", "-s", "new"),
                        ("-n", "5", "-m", "any", "--tag-boost", "5e-324"), ("-n", "5", "--tag-boost", "1000000")):
            for asked, native, xapian in zip(self.queries, *(self.ask(engine, self.queries, *options) for engine in ENGINES)):
                with self.subTest(options=options, query=asked):
                    for name in ("query", "total"):
                        self.assertEqual(native[name], xapian[name])
                    self.assertEqual(len(native["hits"]), len(xapian["hits"]))
                    for one, other in zip(native["hits"], xapian["hits"]):
                        self.assertAlmostEqual(one["score"], other["score"], delta=1e-6 * max(1, one["score"]))
                        self.assertEqual({**one, "score": 0}, {**other, "score": 0})

    def test_what_was_understood_finds_the_same(self):
        first = self.ask("native", self.queries, "-n", str(RECORDS), "--fields", "id")
        again = self.ask("native", [answer["query"]["parsed"] for answer in first], "-n", str(RECORDS), "--fields", "id")
        for asked, one, other in zip(self.queries, first, again):
            with self.subTest(query=asked, parsed=one["query"]["parsed"]):
                self.assertEqual(other["query"]["parsed"], one["query"]["parsed"])
                self.assertEqual([(hit["id"], hit["score"]) for hit in other["hits"]],
                                 [(hit["id"], hit["score"]) for hit in one["hits"]])

    def test_laws_of_filters(self):
        rng = random.Random(SEED + 1)
        everything = {one["id"] for one in self.records}
        pairs = [rng.sample(FILTERS, 2) for _ in range(60)]
        found = dict(zip(FILTERS, self.ids(FILTERS)))
        self.assertGreater(sum(0 < len(ids) < RECORDS for ids in found.values()), len(FILTERS) // 2)
        for one, without in zip(FILTERS, self.ids(["-" + one for one in FILTERS])):
            with self.subTest(filter=one):
                self.assertEqual(without, everything - found[one])
        laws = (("%s %s", lambda a, b: a & b), ("(%s OR %s)", lambda a, b: a | b), ("%s -%s", lambda a, b: a - b),
                ("-(%s %s)", lambda a, b: everything - (a & b)), ("-(%s OR %s)", lambda a, b: everything - (a | b)),
                ("(-%s OR %s)", lambda a, b: everything - a | b), ("-%s -%s", lambda a, b: everything - a - b))
        for form, law in laws:
            for (one, other), ids in zip(pairs, self.ids([form % tuple(pair) for pair in pairs])):
                with self.subTest(query=form % (one, other)):
                    self.assertEqual(ids, law(found[one], found[other]))

    def test_what_is_explained(self):
        rng = random.Random(SEED + 2)
        for asked in rng.sample(self.queries, 12):
            options = rng.choice(((), ("-m", "all"), ("-m", "any"), ("--tag-boost", "1e-300")))
            for engine in ENGINES:
                hits = {hit["id"]: hit for hit in self.ask(engine, [asked], "-n", str(RECORDS), *options)[0]["hits"]}
                for one in rng.sample(self.records, 2):
                    result = ksearch("explain", "--json", "--index", self.folder / engine, *options, "--", asked, one["id"])
                    with self.subTest(engine=engine, query=asked, record=one["id"], options=options):
                        self.assertEqual(result.status, 0, result)
                        found, shares = result.json["record"], [term["share"] for term in result.json["terms"]]
                        self.assertEqual(found["matches"], one["id"] in hits)
                        self.assertAlmostEqual(sum(shares), found["score"], delta=1e-6 * max(1, found["score"]))
                        if found["matches"]:
                            hit = hits[one["id"]]
                            self.assertEqual(found["tier"], hit["tier"])
                            self.assertAlmostEqual(found["score"], hit["score"], delta=1e-6 * max(1, hit["score"]))


if __name__ == "__main__":
    unittest.main()
