"""ksearch search: what is found and in which order, options, formats, passages and odd queries."""
import collections
import os
import re
import resource
import unittest

from support import ProgramTest, SOURCE_DIR, SampleTest, ksearch, record

FEED_POSTS = {"pong": "--05-31", "gist": "--05-30"}


def queries():
    """The pairs (query, target) of the sample's known items."""
    lines = (SOURCE_DIR / "tests/data/sample/queries.tsv").read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


class KnownItems(SampleTest):
    def is_target(self, hit, target):
        kind, _, value = target.partition(":")
        if kind == "title":
            return hit["title"] == value
        if kind == "feed":
            return hit["id"] == self.feed_ids[int(value) - 1]
        return hit["id"] == target

    def setUp(self):
        super().setUp()
        order = ksearch("feed", "--index", self.index, "--json", "--limit", "1000").json["hits"]
        self.feed_ids = [hit["id"] for hit in order if hit["date"] and hit["date"].startswith("--")]

    def test_success(self):
        self.assertEqual(len(self.feed_ids), 32)
        ranks = collections.Counter()
        for query, target in queries():
            hits = self.search("--", query)["hits"]
            rank = next((hit["rank"] for hit in hits if self.is_target(hit, target)), None)
            ranks[rank] += 1
            if rank != 1:
                print("rank %s: %s" % (rank, query))
        count = ranks.total()
        first, third = ranks[1] / count, (ranks[1] + ranks[2] + ranks[3]) / count
        print("queries %d success@1 %.3f success@3 %.3f" % (count, first, third), flush=True)
        self.assertGreaterEqual(first, 0.9)
        self.assertGreaterEqual(third, 0.97)

    def test_pong(self):
        answer = self.search("policy gradients pong")
        first, second, third = answer["hits"][:3]
        self.assertEqual((first["kind"], first["date"]), ("blog", FEED_POSTS["pong"]))
        self.assertEqual((second["kind"], second["date"]), ("github_gist", FEED_POSTS["gist"]))
        self.assertEqual([one["tier"] for one in (first, second, third)], ["all", "all", "some"])
        self.assertGreater(answer["total"]["value"], 3)

    def test_words_may_be_several_arguments(self):
        self.assertEqual(self.ids("policy", "gradients", "pong"), self.ids("policy gradients pong"))


class Formats(SampleTest):
    def run_form(self, form, *arguments):
        result = self.run_search("--format", form, *arguments)
        self.assertEqual((result.status, result.err), (0, ""), result)
        return result

    def test_same_hits_in_every_form(self):
        hits = self.search("neural network", "--limit", "7")["hits"]
        ids = [hit["id"] for hit in hits]
        self.assertEqual(len(ids), 7)
        self.assertEqual(self.run_form("ids", "neural network", "--limit", "7").out.splitlines(), ids)
        trec = [line.split(" ") for line in self.run_form("trec", "neural network", "-n7").out.splitlines()]
        self.assertEqual([(row[0], row[1], row[2], row[3], row[5]) for row in trec],
                         [("1", "Q0", hit["id"], str(hit["rank"]), "ksearch") for hit in hits])
        self.assertEqual([row[4] for row in trec], ["%.6f" % hit["score"] for hit in hits])
        begin, *lines, end = self.run_form("jsonl", "neural network", "-n", "7").lines
        self.assertEqual([{"type": "hit", **hit} for hit in hits], lines)
        text = self.run_form("text", "neural network", "-n7").out
        places = [text.index(id) for id in ids]
        self.assertEqual(places, sorted(places))

    def test_jsonl(self):
        begin, *hits, end = self.run_form("jsonl", "neural network").lines
        self.assert_schema(begin, "jsonl_begin")
        self.assert_schema(end, "jsonl_end")
        for hit in hits:
            self.assert_schema(hit, "jsonl_hit")
        whole = self.search("neural network")
        self.assertEqual({name: begin[name] for name in ("query", "index", "total", "suggestion")},
                         {name: whole[name] for name in ("query", "index", "total", "suggestion")})

    def test_short_forms(self):
        whole = self.search("pong")["hits"]
        for option in ("-j", "--format=json", "-fjson"):
            self.assertEqual(self.run_search(option, "pong").json["hits"], whole)
        self.assertEqual(len(self.run_search("--jsonl", "pong").lines), len(whole) + 2)

    def test_fields(self):
        always = {"rank", "id", "score", "tier"}
        whole = self.search("pong")["hits"]
        for fields in ("id", "id,score,title", "passages", "matched_fields,tags,url", "summary"):
            hits = self.search("--fields", fields, "pong")["hits"]
            for hit, all_of_it in zip(hits, whole, strict=True):
                self.assertEqual(hit, {name: all_of_it[name] for name in always | set(fields.split(","))
                                       if name in all_of_it})

    def test_members_of_a_whole_hit(self):
        for hit in self.search("neural")["hits"]:
            self.assertEqual(list(hit), ["rank", "id", "score", "tier", "kind", "author", "date", "status", "title",
                                         "url", "summary", "claims", "tags", "matched_fields", "passages"])


class Options(SampleTest):
    def test_paging(self):
        whole = self.ids("-n", "1000", "learning")
        self.assertGreater(len(whole), 30)
        for step in (1, 7, 10):
            pages = [self.ids("-n", str(step), "--offset", str(at), "learning") for at in range(0, 30, step)]
            self.assertEqual(sum(pages, [])[:30], whole[:30])
        ranks = [hit["rank"] for hit in self.search("-n", "3", "--offset", "5", "learning")["hits"]]
        self.assertEqual(ranks, [6, 7, 8])

    def test_beyond_the_end(self):
        answer = self.search("--offset", "1000", "learning", status=1)
        self.assertEqual(answer["hits"], [])
        self.assertEqual(answer["total"], self.search("learning")["total"])
        self.assertEqual(self.search("-n0", "learning", status=1)["hits"], [])

    def test_scores_go_down_within_a_tier(self):
        for match in ("auto", "all", "any"):
            hits = self.search("-n", "1000", "--match", match, "deep learning image")["hits"]
            keys = [(hit["tier"] == "some", -hit["score"]) for hit in hits]
            self.assertEqual(keys, sorted(keys) if match == "auto" else sorted(keys, key=lambda key: key[1]))

    def test_match_modes(self):
        def found(match):
            return {hit["id"]: hit["tier"] for hit in
                    self.search("-n", "1000", "--match", match, "deep learning image")["hits"]}
        auto, every, some = found("auto"), found("all"), found("any")
        self.assertEqual(set(every.values()), {"all"})
        self.assertEqual(auto, some)
        self.assertEqual(set(auto.values()), {"all", "some"})
        self.assertEqual({id for id, tier in auto.items() if tier == "all"}, set(every))

    def test_sort(self):
        hits = self.search("-n", "1000", "--sort", "new", "learning")["hits"]
        dates = [hit["date"] for hit in hits if hit["date"] and not hit["date"].startswith("--")]
        self.assertEqual([date[:4] for date in dates], sorted((date[:4] for date in dates), reverse=True))
        self.assertEqual(sorted(hit["id"] for hit in hits), sorted(self.ids("-n", "1000", "learning")))
        old = self.search("-n", "1000", "--sort", "old", "learning")["hits"]
        self.assertEqual(sorted(hit["id"] for hit in old), sorted(hit["id"] for hit in hits))
        years = [hit["date"][:4] for hit in old if hit["date"] and not hit["date"].startswith("--")]
        self.assertEqual(years, sorted(years))

    def test_tag_boost(self):
        def score(boost):
            hits = self.search("-n", "100", "--tag-boost", boost, "policy gradients")["hits"]
            return next(hit["score"] for hit in hits if "policy-gradients" in hit["tags"])
        self.assertLess(score("0"), score("1"))
        self.assertAlmostEqual(score("2") - score("1"), score("1") - score("0"), delta=1e-6)

    def test_exit_status(self):
        self.assertEqual(self.run_search("pong").status, 0)
        nothing = self.run_search("xyzzyqwerty")
        self.assertEqual((nothing.status, nothing.out), (1, ""))
        self.assertIn("ksearch: no records match\nksearch: hint: ", nothing.err)
        answer = self.search("xyzzyqwerty", status=1)
        self.assertEqual((answer["hits"], answer["total"]), ([], {"value": 0, "relation": "eq"}))
        for form in ("ids", "trec"):
            result = self.run_search("--format", form, "xyzzyqwerty")
            self.assertEqual((result.status, result.out, result.err), (1, "", ""))
        self.assertEqual(len(self.run_search("--jsonl", "xyzzyqwerty").lines), 2)

    def test_command_as_a_query(self):
        result = ksearch("--index", self.index, "--format", "ids", "--", "index")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(result.out.splitlines(), self.ids("index"))

    def test_fields_need_json(self):
        self.assert_fails(self.run_search("--fields", "id", "x"), "--fields", hint="add --json")

    def test_usage_errors(self):
        cases = {("--limt", "3", "x"): "did you mean --limit?", ("--feilds", "id", "x"): "did you mean --fields?",
                 ("-pong", "atari"): "--", ("--limit", "-1", "x"): "whole number", ("--limit", "x", "x"): "--limit",
                 ("--limit",): "needs a value", ("--sort", "best", "x"): "score|new|old",
                 ("--match", "none", "x"): "auto|all|any", ("--format", "xml", "x"): "json", ("--json=1", "x"): "",
                 ("--json", "--fields", "titel", "x"): "did you mean title?",
                 ("--tag-boost", "-1", "x"): "from 0 to 1000000", ("--tag-boost", "nan", "x"): "", ("--strict", "x"): "",
                 (): "a query is missing", ("--batch", "-", "x"): "--batch"}
        for arguments, text in cases.items():
            with self.subTest(arguments=arguments):
                result = self.run_search(*arguments)
                self.assertEqual((result.status, result.out), (2, ""))
                self.assertIn(text, result.err)
                self.assert_json_error(ksearch("search", "--json", "--index", self.index, *arguments), "usage")


class Passages(ProgramTest):
    def test_spans(self):
        """The bytes and the UTF-16 units of a span are the same text, and a form of a word of the query."""
        emoji = "\U0001F600"
        self.make(self.write("a.jsonl", [
            record("1", title=emoji + " Policy gradients " + emoji, summary="No gradient " + emoji * 3 + " é Policies",
                   claims=["x", "Ünïted " + emoji + "policies, gradient-free"],
                   tags=["policy-gradients", emoji + "policy"],
                   body=("word " + emoji + " ") * 500 + "policy é gradients " + "more " * 500)]))
        answer = self.run_search("--json", "policy gradients").json
        self.check(answer, re.compile(r"polic(y|ies)|gradients?|policy-gradients|gradient-free", re.I))
        fields = {one["field"] for one in answer["hits"][0]["passages"]}
        self.assertEqual(fields, {"title", "summary", "claims", "tags", "body"})
        body = next(one for one in answer["hits"][0]["passages"] if one["field"] == "body")
        self.assertTrue(body["cut_before"] and body["cut_after"] and len(body["text"]) < 1000, body)

    def check(self, answer, word):
        for hit in answer["hits"]:
            self.assertTrue(hit["passages"])
            for passage in hit["passages"]:
                self.check_passage(passage, word)
            self.assertEqual(sorted({one["field"] for one in hit["passages"]}), sorted(hit["matched_fields"]))

    def check_passage(self, passage, word):
        data, units, last = passage["text"].encode("utf-8"), passage["text"].encode("utf-16-le"), 0
        for span in passage["spans"]:
            text = data[span["start_byte"]:span["end_byte"]].decode("utf-8")
            self.assertEqual(text, units[2 * span["start_utf16"]:2 * span["end_utf16"]].decode("utf-16-le"))
            self.assertTrue(word.fullmatch(text), text)
            self.assertGreaterEqual(span["start_byte"], last)
            last = span["end_byte"]


class SamplePassages(SampleTest):
    def test_spans_of_the_sample(self):
        seen = 0
        for query in ("policy gradients pong", "t-SNE", "cifar10", "convolutional networks", "recurrent networks lstm"):
            stems = [word[:4].lower() for word in re.findall(r"\w+", query)]
            for hit in self.search(query)["hits"]:
                for passage in hit["passages"]:
                    data = passage["text"].encode("utf-8")
                    for span in passage["spans"]:
                        text = data[span["start_byte"]:span["end_byte"]].decode("utf-8").lower()
                        self.assertTrue(any(stem in text.replace("-", "") or text in query.lower() for stem in stems),
                                        (query, text))
                        seen += 1
        self.assertGreater(seen, 100)


class OddQueries(SampleTest):
    def warned(self, query, *warnings):
        """The query warns, in JSON within the answer, as text on stderr; hits or none."""
        result = self.run_search("--json", "--", query)
        self.assertIn(result.status, (0, 1), result)
        self.assertEqual(result.err, "")
        self.assert_schema(result.json, "search")
        self.assertEqual(result.json["query"]["warnings"], list(warnings))
        text = self.run_search("--", query)
        self.assertEqual(text.status, result.status)
        for warning in warnings:
            self.assertIn("ksearch: warning: %s\n" % warning, text.err)
        return result.json

    def test_unbalanced(self):
        answer = self.warned('"policy gradients', "the quote at byte 0 is not closed; its text is taken as words")
        self.assertEqual(answer["query"]["parsed"], "policy gradients")
        self.warned("(pong atari", "the bracket at byte 0 is not closed; it is ignored")
        self.warned("pong)", "the bracket at byte 4 closes nothing; it is ignored")

    def test_documented_warnings(self):
        """The third column of the table of what goes wrong."""
        text = (SOURCE_DIR / "docs/query-language.md").read_text("utf-8").split("## What goes wrong")[1]
        rows = re.findall(r"^\| `([^`]+)` \| (?:`([^`]+)`|nothing) \| `([^`]+)` \|$", text, re.M)
        self.assertGreater(len(rows), 15)
        for query, parsed, warning in rows:
            with self.subTest(query=query):
                self.assertEqual(self.warned(query, warning)["query"]["parsed"], parsed)

    def test_empty(self):
        for query in ("", "   "):
            self.assertEqual(self.warned(query, "the query is empty")["hits"], [])

    def test_invalid_utf8_and_controls(self):
        result = self.run_search("--json", "--", b"pong \xff\x1b[31m\x07".decode("utf-8", "surrogateescape"))
        self.assertEqual(result.status, 0, result)
        self.assertNotIn("\x1b", result.out)
        self.assertIn("not UTF-8", "".join(result.json["query"]["warnings"]))

    def test_a_megabyte(self):
        """As an argument a string has a limit of its own, so it comes as a batch."""
        for query in ("word " * 200000, "(" * 1000000, '"a b" OR ' * 110000, "a*" * 500000, "x" * 1000000,
                      "tag:a,b,c " * 100000, "-(a b) " * 140000):
            result = self.run_search("--batch", "-", "--fields", "id", input=query.strip() + "\npong\n")
            self.assertEqual((result.status, result.err), (0, ""), query[:20])
            first, second = result.lines
            self.assertEqual(first["query"]["raw"], query.strip())
            self.assertEqual(len(second["hits"]), 2)

    def test_long_argument(self):
        self.assertIn(self.run_search("--json", "--", "pong " * 25000).status, (0, 1))


class Memory(ProgramTest):
    @unittest.skipIf(os.environ.get("KS_BUILD_TYPE") != "Release", "sanitizers need all the address space")
    def test_many_phrases_in_a_long_text(self):
        """Each phrase is looked at by itself: what its words' positions take is not kept for the next one."""
        self.make(self.write("long.jsonl", [record("1", body="a b " * 300000), record("2", body="b a")]))
        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
        for phrase, ids in (('"a b"', ["1"]), ('"b a"', ["1", "2"]), ('"a b a"~3', ["1"]), ('"a . a"~4', ["1"])):
            with self.subTest(phrase=phrase):
                result = ksearch("search", "--index", self.index, "--match", "all", "--format", "ids", "--", (phrase + " ") * 400,
                                 preexec_fn=little_memory)
                self.assertEqual((result.status, sorted(result.out.split()), result.err), (0, ids, ""))


if __name__ == "__main__":
    unittest.main()
