"""bench/generate: collections of records and queries for them, the same bytes for the same arguments."""
import collections
import datetime
import hashlib
import json
import os
import re
import subprocess
import unittest

from support import KSEARCH, PATIENCE, ProgramTest, Result, SAMPLE, SHARED_DIR, environment, jsonl, record

GENERATE = os.path.join(os.path.dirname(KSEARCH), "bench", "generate")
CLASSES = {"one": "any", "any": "any", "all": "all", "auto": "auto", "phrase": "auto", "tag": "auto",
           "filtered": "auto", "prefix": "auto", "rare": "auto", "frequent": "any"}
KINDS = {"blog", "paper", "github_gist", "tweet", "video"}

# Of 1,000 records with seed 1, and of 20 queries a class from these. They change when the model is changed on purpose.
RECORDS_SHA256 = "d8bc1e86ac29acb8710eb9860f50f58efe2f79910b266019568505c03325efc5"
QUERIES_SHA256 = "6cf9462f7ca47e34754cad8180e6899783a13befecfd5086e97766bf96e40ca8"


def generate(*arguments, input=b""):
    done = subprocess.run([GENERATE, *map(str, arguments)], input=input, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=PATIENCE, env=environment())
    return Result(done.returncode, done.stdout, done.stderr)


def records(count, *arguments):
    result = generate("records", count, *arguments)
    if result.status or result.err:
        raise AssertionError(str(result))
    return result


def texts(one):
    return [one.get("title", ""), one["summary"], *one["claims"]]


def words(one):
    return [word for text in texts(one) + one["tags"] for word in re.findall(r"[^\W_]+", text.lower())]


def sha256(result):
    return hashlib.sha256(result.raw).hexdigest()


class GenerateTest(ProgramTest):
    def assert_refuses(self, result, *parts):
        self.assertEqual(result.status, 2, result)
        self.assertTrue(result.err.startswith("generate: "), result)
        self.assertEqual(result.err.count("\n"), 1, result)
        for part in parts:
            self.assertIn(part, result.err)

    def queries(self, collection, *arguments):
        result = generate("queries", collection, *arguments)
        self.assertEqual((result.status, result.err), (0, ""), result)
        return result.lines

    def answers(self, queries):
        """The answer to each query, by its id, from the test's index."""
        found = {}
        for match in ("any", "all", "auto"):
            asked = [one for one in queries if one["match"] == match]
            if asked:
                result = self.run_search("--batch", "-", "--match", match, "--count", "exact", input=jsonl(asked))
                self.assertEqual((result.status, result.err), (0, ""), result)
                self.assertEqual(len(result.lines), len(asked))
                found.update((answer["id"], answer) for answer in result.lines)
        return found


class Bytes(GenerateTest):
    def test_same_bytes_on_every_machine(self):
        result = records(1000, "--seed", 1)
        self.assertEqual(sha256(result), RECORDS_SHA256)
        self.assertEqual(records(1000).raw, result.raw)  # 1 is the default
        queries = generate("queries", self.write("r.jsonl", result.out), "--seed", 1, "--per-class", 20)
        self.assertEqual(sha256(queries), QUERIES_SHA256, queries)

    def test_other_seed_other_bytes(self):
        ids = [{one["id"] for one in records(300, "--seed", seed).lines} for seed in (0, 1, 2, 2**64 - 1)]
        self.assertEqual(len(set().union(*ids)), 1200)
        summaries = [{one["summary"] for one in records(300, "--seed", seed).lines} for seed in (1, 2)]
        self.assertEqual(summaries[0] & summaries[1], set())
        path = self.write("r.jsonl", records(300).out)
        asked = [{one["query"] for one in self.queries(path, "--seed", seed, "--class", "any")} for seed in (1, 2)]
        self.assertLess(len(asked[0] & asked[1]), 5)

    def test_out(self):
        path = self.folder / "r.jsonl"
        self.assertEqual(records(50, "--out", path).raw, b"")
        self.assertEqual(path.read_bytes(), records(50).raw)
        asked = self.folder / "q.jsonl"
        self.assertEqual(generate("queries", path, "--out", asked, "--class", "one").raw, b"")
        self.assertEqual(asked.read_bytes(), generate("queries", path, "--class", "one").raw)

    def test_counts(self):
        for count in (1, 2, 999):
            self.assertEqual(len(records(count).lines), count)


class Records(GenerateTest):
    @classmethod
    def setUpClass(cls):
        cls.raw = records(10000).raw
        cls.all = [json.loads(line) for line in cls.raw.splitlines()]

    def test_members(self):
        self.assertEqual(len({one["id"] for one in self.all}), len(self.all))
        for one in self.all:
            self.assertLessEqual({"id", "kind", "author", "date", "status", "summary", "claims", "tags"}, set(one))
            self.assertIn(one["kind"], KINDS)
            self.assertIn(one["status"], ("ok", "failed"))
            self.assertLessEqual(len(one["claims"]), 4)
            self.assertTrue(1 <= len(one["tags"]) <= 6, one)
            self.assertEqual(len(set(one["tags"])), len(one["tags"]), one)
            for text in [one["summary"], *one["claims"], *one["tags"], one.get("title", "x"), one.get("url", "x")]:
                self.assertTrue(text.strip() == text != "", one)
                self.assertNotIn("  ", text)
            authors = one["author"] if isinstance(one["author"], list) else [one["author"]]
            self.assertTrue(all(authors), one)

    def test_shares(self):
        share = collections.Counter()
        for one in self.all:
            share.update([one["kind"], one["status"], "url" if "url" in one else "no url"])
            share.update(["title"] if "title" in one else [])
            share.update(["several authors"] if isinstance(one["author"], list) else [])
            share.update(["foreign"] if any(not text.isascii() for text in texts(one)) else [])
        for name in KINDS | {"url", "no url", "title", "several authors", "foreign"}:
            self.assertTrue(500 < share[name] < 9500, (name, share[name]))
        self.assertTrue(9000 < share["ok"] < 9900)

    def test_dates(self):
        dates = [one["date"] for one in self.all]
        whole = [datetime.date.fromisoformat(date) for date in dates if len(date) == 10]
        months = [datetime.date.fromisoformat(date + "-01") for date in dates if len(date) != 10]
        self.assertTrue(100 < len(months) < 300)
        self.assertEqual({date.year for date in whole + months}, set(range(2012, 2024)))
        self.assertTrue(all(datetime.date(2012, 1, 1) <= date <= datetime.date(2023, 12, 31) for date in whole))
        steps_back = sum(after < before for before, after in zip(whole, whole[1:]))
        self.assertTrue(len(whole) // 10 < steps_back < len(whole) // 2, steps_back)
        half = len(whole) // 2
        self.assertLess(sorted(whole[:half])[half // 2], sorted(whole[half:])[half // 2])

    def test_sizes(self):
        mean = len(self.raw) / len(self.all)
        self.assertTrue(757 * 0.97 < mean < 757 * 1.03, mean)
        postings = sum(len(set(words(one) + one["tags"])) for one in self.all) / len(self.all)
        self.assertTrue(70 < postings < 80, postings)

    def test_words_are_spread_as_in_english(self):
        count = collections.Counter(word for one in self.all for word in words(one))
        total = sum(count.values())
        self.assertTrue(0.03 < count["the"] / total < 0.07, count["the"] / total)
        self.assertTrue(count["the"] > count["of"] > count["and"] > count["to"])
        ranked = [times for _, times in count.most_common(5000)]
        self.assertTrue(20 < ranked[0] / ranked[99] < 200)
        self.assertTrue(10 < ranked[99] / ranked[4999] < 200)
        once = sum(times == 1 for times in count.values())
        self.assertTrue(0.2 < once / len(count) < 0.8, once / len(count))

    def test_words_burst(self):
        """A word that is in few records stands in one of them more than once much more often than by chance."""
        holders, again = collections.Counter(), collections.Counter()
        for one in self.all:
            times = collections.Counter(word for text in texts(one) for word in re.findall(r"[^\W_]+", text.lower()))
            holders.update(times.keys())
            again.update(word for word in times if times[word] > 1)
        rare = [word for word in holders if 2 <= holders[word] <= 50]
        self.assertGreater(sum(again[word] for word in rare) / sum(holders[word] for word in rare), 0.05)

    def test_endings(self):
        """The stemmer has something to do: many words are also there with an ending."""
        vocabulary = {word for one in self.all for word in words(one)}
        for ending in ("s", "ing", "ed"):
            self.assertGreater(sum(word + ending in vocabulary for word in vocabulary), 2000, ending)

    def test_pairs_stand_together(self):
        """What is a tag of two words stands as a phrase in some text."""
        everything = " ".join(" ".join(texts(one)).lower() for one in self.all)
        tags = collections.Counter(tag for one in self.all for tag in one["tags"] if tag.count("-") == 1)
        often = [tag for tag, times in tags.most_common(200) if tag.isascii()]
        self.assertGreater(len(often), 150)
        self.assertGreater(sum(tag.replace("-", " ") in everything for tag in often), len(often) * 0.9)

    def test_vocabulary_and_authors_grow(self):
        sizes, vocabulary, authors, known = [], set(), set(), []
        for number, one in enumerate(self.all, 1):
            vocabulary.update(words(one))
            authors.update(one["author"] if isinstance(one["author"], list) else [one["author"]])
            if number in (100, 1000, 10000):
                sizes.append(len(vocabulary))
                known.append(len(authors))
        for few, many in zip(sizes, sizes[1:]):
            self.assertTrue(2 * few < many < 10 * few, sizes)
        self.assertGreater(sizes[-1], 60000)
        self.assertTrue(known[0] < known[1] < known[2], known)

    def test_many_records_have_many_words(self):
        found = set(re.findall(rb"[a-z0-9]+", records(80000, "--seed", 3).raw.lower()))
        self.assertGreater(len(found) - 80000, 200000)  # each id is a word too

    def test_all_can_be_indexed(self):
        path = self.write("r.jsonl", b"".join(self.raw.splitlines(keepends=True)[:1000]))
        self.assert_counts(self.report(path), new=1000)


class Queries(GenerateTest):
    def collection(self, count=3000):
        return self.write("r.jsonl", records(count, "--seed", 5).out)

    def test_form(self):
        forms = {"one": r"\S+", "any": r"\S+( \S+){1,3}", "phrase": r'"\S+ \S+( \S+)?"', "tag": r"tag:\S+",
                 "filtered": r"\S+( \S+)? kind:\w+ (after|before|date):\d{4}(\.\.\d{4})?", "prefix": r"[a-z]{4,6}\*",
                 "rare": r"\S+( \S+)?", "frequent": r"\S+( \S+){0,2}"}
        forms["all"] = forms["auto"] = forms["any"]
        queries = self.queries(self.collection(), "--per-class", 60)
        self.assertEqual([one["id"] for one in queries],
                         ["%s-%d" % (name, number) for name in CLASSES for number in range(1, 61)])
        for one in queries:
            self.assertEqual(set(one), {"id", "class", "query", "match"})
            self.assertEqual(one["match"], CLASSES[one["class"]])
            self.assertRegex(one["query"], "^" + forms[one["class"]] + "$")
            self.assertEqual(len(set(one["query"].split())), len(one["query"].split()), one)
        for name in CLASSES:
            self.assertGreater(len({one["query"] for one in queries if one["class"] == name}), 25, name)
        sizes = {name: {len(one["query"].split()) for one in queries if one["class"] == name} for name in CLASSES}
        self.assertEqual(sizes["any"], {2, 3, 4})
        self.assertEqual(sizes["phrase"], {2, 3})
        self.assertEqual(sizes["filtered"], {3, 4})
        self.assertEqual(sizes["frequent"], {1, 2, 3})

    def test_every_query_has_an_answer(self):
        path = self.collection()
        self.make(path)
        queries = self.queries(path, "--per-class", 60)
        answers = self.answers(queries)
        totals = {name: [] for name in CLASSES}
        for one in queries:
            answer = answers[one["id"]]
            self.assertTrue(answer["hits"], one)
            totals[one["class"]].append(answer["total"]["value"])
            # only a prefix of very many words may be warned of: all else is taken as it was meant
            self.assertTrue(one["class"] == "prefix" or not answer["query"]["warnings"], answer["query"])
            if one["class"] in ("auto", "phrase", "tag", "filtered"):
                self.assertEqual(answer["hits"][0]["tier"], "all", one)
            if one["class"] == "tag":
                self.assertIn(one["query"][len("tag:"):], answer["hits"][0]["tags"])
            if one["class"] == "filtered":
                self.assertIn(" kind:%s " % answer["hits"][0]["kind"], one["query"])
        self.assertLess(sorted(totals["rare"])[30], 10)
        self.assertLess(sorted(totals["rare"])[55], min(totals["frequent"]))
        self.assertGreater(min(totals["frequent"]), 3000 / 20 * 0.9)

    def test_one_class_and_plain_text(self):
        path = self.collection(500)
        whole = self.queries(path, "--per-class", 7)
        for name in CLASSES:
            part = [one for one in whole if one["class"] == name]
            self.assertEqual(self.queries(path, "--per-class", 7, "--class", name), part)
            plain = generate("queries", path, "--per-class", 7, "--class", name, "--format", "text")
            self.assertEqual(plain.out, "".join(one["query"] + "\n" for one in part))
        self.assertEqual(self.queries(path, "--per-class", 7, "--format", "json"), whole)
        self.assertEqual(len(self.queries(path)), 100 * len(CLASSES))

    def test_stdin(self):
        path = self.collection(400)
        self.assertEqual(generate("queries", "-", "--per-class", 5, input=path.read_bytes()).lines,
                         self.queries(path, "--per-class", 5))

    def test_more_records_than_are_sampled(self):
        """Of 25,000 records 20,000 are sampled: other ones with another seed, and late ones as likely as early ones."""
        path = self.write("many.jsonl", [record("r%d" % n, tags=["t%d" % n]) for n in range(25000)])
        numbers = []
        for seed in (1, 2):
            asked = self.queries(path, "--class", "tag", "--per-class", 3000, "--seed", seed)
            numbers.append([int(one["query"][len("tag:t"):]) for one in asked])
            self.assertTrue(11500 < sum(numbers[-1]) / 3000 < 13500, sum(numbers[-1]) / 3000)
            self.assertTrue(min(numbers[-1]) < 200 and max(numbers[-1]) > 24800)
        self.assertNotEqual(*numbers)
        everything = self.queries(path, "--class", "tag", "--per-class", 200000)
        self.assertTrue(19900 < len({one["query"] for one in everything}) <= 20000)

    def test_sample_corpus(self):
        self.make(SAMPLE)
        queries = self.queries(next(SAMPLE.glob("*.jsonl")), "--per-class", 20)
        for name, answer in self.answers(queries).items():
            self.assertTrue(answer["hits"], name)

    @unittest.skipUnless((SHARED_DIR / "corpus" / "arxiv.jsonl").is_file(), "no arXiv corpus")
    def test_arxiv(self):
        lines = (SHARED_DIR / "corpus" / "arxiv.jsonl").read_bytes().splitlines(keepends=True)[:3000]
        path = self.write("arxiv.jsonl", b"".join(lines))
        self.make(path)
        queries = self.queries(path, "--per-class", 50)
        for name, answer in self.answers(queries).items():
            self.assertTrue(answer["hits"], name)


class OddCollections(GenerateTest):
    def from_records(self, content, *arguments):
        return {one["query"] for one in self.queries(self.write("odd.jsonl", content), "--per-class", 200, *arguments)}

    def test_operators_and_signs_are_no_words(self):
        text = "OR NOT, AND: 5.1% of 162,000 (GPT-2) \\u2014 d\\u00e9j\\u00e0\\u2019s " \
               "\\\"ThreeWords\\\" -x tag:y \\u4e2d\\u6587 a"
        found = self.from_records('{"summary": "%s"}\n' % text, "--class", "one")
        self.assertEqual(found, {"or", "not", "and", "5.1", "of", "162,000", "gpt-2", "d\u00e9j\u00e0", "ThreeWords",
                                 "tag", "\u4e2d\u6587"} & found)
        self.assertGreater(len(found), 8)

    def test_phrases_stand_in_the_text(self):
        one = {"title": "alpha beta", "summary": "gamma, delta  eps. zeta (eta) theta iota",
               "claims": ["kappa", "mu nu"]}
        others = [{"summary": "filler number %d" % n} for n in range(30)]
        found = self.from_records([one] + others, "--class", "phrase")
        self.assertLessEqual({'"alpha beta"', '"theta iota"', '"mu nu"'}, found)
        self.assertEqual([text for text in found if not re.fullmatch(
            '"(alpha beta|theta iota|mu nu|(filler )?number \\d+)"', text)], [])

    def test_what_needs_quotes_is_no_tag(self):
        tags = ["two words", "a:b", "-minus", "", "good-one", "cs.LG", "caf\u00e9", 'quo"te']
        found = self.from_records([{"tags": tags}], "--class", "tag")
        self.assertEqual(found, {"tag:good-one", "tag:cs.LG", "tag:caf\u00e9"})

    def test_dates_without_a_year_do_not_filter(self):
        odd = [record("a", kind="blog", date="--05-31"), record("b", kind="blog", date=""),
               record("c", kind="two words", date="2015"), record("d", date="2015"), record("e", kind="blog", date=5)]
        good = record("f", kind="video", date="2015-02", summary="found words")
        found = self.from_records(odd + [good], "--class", "filtered")
        for query in found:
            self.assertRegex(query, r"^(found|words)( (found|words))? kind:video "
                                    r"(after|before|date):20(14|15)(\.\.2016)?$")
        self.assert_refuses(generate("queries", self.write("odd.jsonl", odd), "--class", "filtered"), "class filtered")

    def test_members_of_other_types_are_passed_over(self):
        content = '{"title": 5, "summary": null, "claims": "lone", "tags": {"a": 1}}\n\n \r\n' \
                  '{"claims": [1, "other", []]}\r\n'
        self.assertEqual(self.from_records(content, "--class", "one"), {"lone", "other"})
        self.assert_refuses(generate("queries", self.folder / "odd.jsonl", "--class", "tag"), "class tag")

    def test_nothing_to_ask_for(self):
        for content in ("", "\n\n", "{}\n", '{"summary": "x"}\n', '{"summary": "\u2014 \u2026 !"}\n'):
            path = self.write("odd.jsonl", content)
            for name in ("any", "prefix", "phrase", "tag"):
                self.assert_refuses(generate("queries", path, "--class", name), "class " + name)

    def test_lines_that_are_no_records(self):
        for line in ("{", "[]", "5", "nul", '{"summary": "cut off', "\0"):
            path = self.write("odd.jsonl", '{"summary": "good"}\n\n%s\n{"summary": "good"}\n' % line)
            self.assert_refuses(generate("queries", path), "line 3")


class Failures(GenerateTest):
    def test_usage(self):
        wrong = [[], ["records"], ["records", "0"], ["records", "-1"], ["records", "x"], ["records", "5x"],
                 ["records", ""],
                 ["records", "100000001"], ["records", "99999999999999999999"], ["records", "5", "--seed"],
                 ["records", "5", "--seed", "-1"], ["records", "5", "--seed", "18446744073709551616"],
                 ["records", "5", "--seed", " 1"], ["records", "5", "--out", ""], ["records", "5", "more"],
                 ["records", "5", "--per-class", "5"], ["records", "5", "--class", "any"],
                 ["records", "5", "--format", "json"], ["records", "5", "--bad", "5"], ["queries"], ["5"],
                 ["other", "5"],
                 ["queries", "f", "--per-class", "0"], ["queries", "f", "--per-class", "1000001"],
                 ["queries", "f", "--per-class", "many"], ["queries", "f", "--class", "none"],
                 ["queries", "f", "--class", ""], ["queries", "f", "--format", "xml"], ["queries", "f", "--limit", "5"],
                 ["queries", "f", "--format"], ["queries", "f", "--seed", "x"]]
        for arguments in wrong:
            result = generate(*arguments)
            self.assertEqual((result.status, result.out), (2, ""), (arguments, result))
            self.assertTrue(result.err.startswith("usage: generate records COUNT"), result)
            for name in CLASSES:
                self.assertIn(name, result.err)

    def test_what_cannot_be_read(self):
        self.assert_refuses(generate("queries", self.folder / "none"), "none")
        self.assert_refuses(generate("queries", self.folder))

    def test_what_cannot_be_written(self):
        self.assert_refuses(generate("records", 5, "--out", self.folder / "none" / "r"), "none/r")
        path = self.write("r.jsonl", records(300).out)
        self.assertTrue(os.path.exists("/dev/full"))
        for count in (1, 300):  # noticed when it is closed, and while writing
            self.assert_refuses(generate("records", count, "--out", "/dev/full"))
        self.assert_refuses(generate("queries", path, "--out", "/dev/full"))
        with open("/dev/full", "wb") as full:
            done = subprocess.run([GENERATE, "records", "5"], stdout=full, stderr=subprocess.PIPE, env=environment())
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr.startswith(b"generate: "))


if __name__ == "__main__":
    unittest.main()
