"""The commands that tell what is there: feed, show, explain, status, schema, help, version."""
import json
import math
import unittest

from support import ProgramTest, SCHEMA, SampleTest, jsonschema, ksearch, needs_jsonschema, record

COMMANDS = ("search", "index", "feed", "show", "explain", "status", "schema", "help")


def newest_first(hits):
    """Dates with a year, the newest first (a month or year counts from its first day), then those without."""
    dates = [hit["date"] for hit in hits if hit["date"]]
    full = [date + "-01-01"[len(date) - 10:] if len(date) < 10 else date for date in dates if date[0] != "-"]
    return full == sorted(full, reverse=True) and all(date[0] == "-" for date in dates[len(full):])


class Feed(SampleTest):
    def feed(self, *arguments, status=0):
        result = ksearch("feed", "--json", "--index", self.index, *arguments)
        self.assertEqual((result.status, result.err), (status, ""), result)
        self.assert_schema(result.json, "search")
        return result.json

    def test_all_records_newest_first(self):
        answer = self.feed("--limit", "1000")
        self.assertEqual((len(answer["hits"]), answer["total"]), (193, {"value": 193, "relation": "eq"}))
        self.assertTrue(newest_first(answer["hits"]))
        self.assertEqual([hit["rank"] for hit in answer["hits"]], list(range(1, 194)))
        self.assertEqual(answer["query"]["warnings"], [])

    def test_records_without_a_year_keep_their_order(self):
        dates = [hit["date"] for hit in self.feed("--limit", "1000", "author:karpathy")["hits"]]
        feed = [date for date in dates if date.startswith("--")]
        self.assertEqual((feed[0], feed[6], len(feed)), ("--06-11", "--05-31", 32))

    def test_default_limit_and_paging(self):
        self.assertEqual(len(self.feed()["hits"]), 10)
        whole = [hit["id"] for hit in self.feed("--limit", "1000")["hits"]]
        pages = [hit["id"] for at in range(0, 193, 50) for hit in
                 self.feed("--limit", "50", "--offset", str(at))["hits"]]
        self.assertEqual(pages, whole)

    def test_filters(self):
        whole = self.feed("--limit", "1000")["hits"]
        cases = {"kind:paper": lambda hit: hit["kind"] == "paper",
                 "kind:blog,video": lambda hit: hit["kind"] in ("blog", "video"),
                 "-kind:blog": lambda hit: hit["kind"] != "blog",
                 "is:failed": lambda hit: hit["status"] == "failed",
                 "has:title": lambda hit: hit["title"] is not None,
                 "-has:url": lambda hit: hit["url"] is None,
                 "tag:lstm": lambda hit: "lstm" in hit["tags"],
                 "date:2015": lambda hit: (hit["date"] or "").startswith("2015"),
                 "after:2018 kind:paper": lambda hit: hit["kind"] == "paper" and (hit["date"] or "") >= "2018"}
        for query, belongs in cases.items():
            with self.subTest(query=query):
                found = [hit["id"] for hit in self.feed("--limit", "1000", "--", query)["hits"]]
                self.assertEqual(found, [hit["id"] for hit in whole if belongs(hit)])
                self.assertTrue(found)

    def test_words(self):
        found = self.feed("--limit", "1000", "learning", "kind:paper")
        self.assertTrue(newest_first(found["hits"]))
        search = self.search("--limit", "1000", "learning", "kind:paper")
        self.assertEqual(sorted(hit["id"] for hit in found["hits"]), sorted(hit["id"] for hit in search["hits"]))

    def test_nothing(self):
        self.assertEqual(self.feed("kind:nothing", status=1)["hits"], [])

    def test_text_and_other_forms(self):
        ids = ksearch("feed", "--format", "ids", "--index", self.index).out.split()
        self.assertEqual(ids, [hit["id"] for hit in self.feed()["hits"]])
        text = ksearch("feed", "--index", self.index)
        self.assertEqual((text.status, text.err), (0, ""))
        self.assertTrue(all(id in text.out for id in ids))


class Show(ProgramTest):
    STORED = ('{"id":"x/1","summary":"text \\u0041 \\/","big":123456789012345678901234567890,"exact":1.10,"e":-1E-7,'
              '"deep":{"a":[1,{"b":null}],"":""},"list":[],"claims":["a"],"date_note":"?","author":["A","B"]}')

    def setUp(self):
        super().setUp()
        self.make(self.write("a.jsonl", self.STORED + "\n" + json.dumps(record("2", kind="blog"))))

    def show(self, *arguments):
        return ksearch("show", "--index", self.index, *arguments)

    def test_json(self):
        result = self.show("--json", "x/1")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual(result.json, json.loads(self.STORED))
        for piece in ("123456789012345678901234567890", "1.10", "-1E-7"):
            self.assertIn(piece, result.out)
        self.assert_schema(result.json, "record")

    def test_several(self):
        result = self.show("--json", "2", "x/1", "2")
        self.assertEqual([line["id"] for line in result.lines], ["2", "x/1", "2"])

    def test_text(self):
        result = self.show("x/1", "2")
        self.assertEqual((result.status, result.err), (0, ""))
        for piece in ("x/1", "text A /", "123456789012345678901234567890", "blog", "the text of 2"):
            self.assertIn(piece, result.out)

    def test_unknown_ids(self):
        result = self.show("nope")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("nope", result.err)
        result = self.show("nope", "2", "no")
        self.assertEqual(result.status, 3)
        self.assertEqual(result.err.count("ksearch: no record has the id no"), 2)
        result = self.show("--json", "nope", "2")
        self.assertEqual((result.status, result.json["id"]), (3, "2"))
        self.assertEqual(result.error["code"], "not_found")
        self.assert_schema(json.loads(result.err), "error")

    def test_usage(self):
        self.assert_json_error(self.show("--json"), "usage")
        self.assert_fails(self.show(), "an id is missing")

    def test_odd_ids(self):
        for id in ("", "x", "x/1 ", "X/1", "é" * 400, "a" * 5000):
            self.assertEqual(self.show("--", id).status, 1, id[:10])


class Explain(SampleTest):
    def explain(self, *arguments):
        result = ksearch("explain", "--json", "--index", self.index, *arguments)
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assert_schema(result.json, "explain")
        return result.json

    def test_shares_add_up_to_the_score(self):
        for query in ("policy gradients pong", "learning learning deep", "t-SNE cifar10", '"neural network" image',
                      "title:learning deep*", "tag:lstm numpy -pong", "deep OR image kind:paper"):
            for hit in self.search("--limit", "20", "--", query)["hits"]:
                answer = self.explain("--", query, hit["id"])
                shares = math.fsum(term["share"] for term in answer["terms"])
                self.assertAlmostEqual(shares, answer["record"]["score"], delta=1e-6)
                self.assertAlmostEqual(hit["score"], answer["record"]["score"], delta=1e-6)
                self.assertEqual((answer["record"]["matches"], answer["record"]["tier"]), (True, hit["tier"]))

    def test_tag_boost(self):
        hit = self.search("--tag-boost", "2.5", "policy gradients")["hits"][0]
        answer = self.explain("--tag-boost", "2.5", "policy gradients", hit["id"])
        self.assertAlmostEqual(hit["score"], answer["record"]["score"], delta=1e-6)
        self.assertEqual([term["weight"] for term in answer["terms"] if term["is_tag"]], [2.5])

    def test_idf_and_counts(self):
        answer = self.explain("--match", "any", "learning")
        term = answer["terms"][0]
        total = self.search("--match", "any", "-n0", "learning", status=1)["total"]
        self.assertEqual((total["relation"], total["value"]), ("eq", term["documents"]))
        self.assertEqual(answer["index"]["records"], 193)
        self.assertEqual(answer["index"]["average_length"], self.status()["average_length"])

    def test_query_alone(self):
        answer = self.explain('"policy gradients')
        self.assertIsNone(answer["record"])
        self.assertNotIn("share", answer["terms"][0])
        self.assertEqual(len(answer["query"]["warnings"]), 1)

    def test_record_that_does_not_match(self):
        answer = self.explain("--match", "all", "xyzzyqwerty pong", "arxiv:1706.03762")
        self.assertEqual((answer["record"]["matches"], answer["record"]["tier"]), (False, None))
        self.assertEqual(answer["record"]["score"], 0)

    def test_text(self):
        result = ksearch("explain", "--index", self.index, "policy gradients", "arxiv:1706.03762")
        self.assertEqual((result.status, result.err), (0, ""))
        for piece in ("polici", "policy-gradients", "whole tag", "193"):
            self.assertIn(piece, result.out)

    def test_errors(self):
        self.assert_json_error(ksearch("explain", "--json", "--index", self.index, "x", "nope"), "not_found")
        self.assert_json_error(ksearch("explain", "--json", "--index", self.index), "usage")
        self.assert_json_error(ksearch("explain", "--json", "--index", self.index, "a", "b", "c"), "usage")


class Status(SampleTest):
    def test_json(self):
        status = self.status()
        self.assertEqual((status["path"], status["language"]), (str(self.index), "english"))
        self.assertEqual((status["records"], status["generation"]), (193, 1))
        on_disk = sum(path.stat().st_size for path in self.index.rglob("*"))
        self.assertAlmostEqual(status["bytes"], on_disk, delta=65536)
        self.assertGreater(status["terms"], 1000)

    def test_text(self):
        result = ksearch("status", "--index", self.index)
        self.assertEqual((result.status, result.err), (0, ""))
        for piece in (str(self.index), "records    193\n", "generation 1\n", "language   english\n"):
            self.assertIn(piece, result.out)


class Schema(ProgramTest):
    def test_equals_the_document(self):
        result = ksearch("schema")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual(result.json, json.loads(SCHEMA.read_text("utf-8")))

    @needs_jsonschema
    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(ksearch("schema").json)

    @needs_jsonschema
    def test_refuses_what_is_wrong(self):
        validator = jsonschema.Draft202012Validator(ksearch("schema").json)
        for wrong in ({}, {"schema": "ksearch.search/1"}, {"error": {"code": "odd"}}, {"type": "hit", "rank": 0}, []):
            self.assertFalse(validator.is_valid(wrong), wrong)


class Help(unittest.TestCase):
    def assert_help(self, *arguments):
        result = ksearch(*arguments)
        self.assertEqual((result.status, result.err), (0, ""), arguments)
        self.assertLessEqual(max(map(len, result.out.splitlines())), 100)
        return result.out

    def test_every_command(self):
        for name in COMMANDS:
            text = self.assert_help("help", name)
            self.assertEqual(self.assert_help(name, "--help"), text)
            self.assertEqual(self.assert_help(name, "-h"), text)
            self.assertIn("ksearch", text)

    def test_overview(self):
        text = self.assert_help("--help")
        self.assertEqual(self.assert_help("help"), text)
        self.assertEqual(self.assert_help("-h"), text)
        for name in COMMANDS:
            self.assertIn("  %s" % name, text.replace("[search]", "search"))

    def test_version(self):
        text = self.assert_help("--version")
        self.assertRegex(text, r"^ksearch \d+\.\d+\.\d+\n$")
        self.assertEqual(self.assert_help("-V"), text)
        self.assertEqual(self.assert_help("index", "--version"), text)

    def test_without_arguments(self):
        result = ksearch()
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertTrue(result.err.startswith("Usage: "))

    def test_unknown_topic(self):
        result = ksearch("help", "cooking")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn("there is no command cooking", result.err)


if __name__ == "__main__":
    unittest.main()
