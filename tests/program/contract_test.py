"""The JSON contract from outside, for both engines: whatever is printed obeys the schema, has no member that the
schema does not list, says the same in each form, and what it says agrees with itself."""
import functools
import json
import math
import os
import pathlib
import shutil
import tempfile
import unittest

from support import ProgramTest, SAMPLE, SCHEMA, environment, jsonl, ksearch, needs_jsonschema, record

DEFINITIONS = json.loads(SCHEMA.read_text("utf-8"))["$defs"]
ENGINES = ("native", "xapian")


def resolve(schema):
    while "$ref" in schema:
        schema = DEFINITIONS[schema["$ref"].rpartition("/")[2]]
    return schema


def fitting(schema, value):
    """Of several alternatives the one for this type of value."""
    schema = resolve(schema)
    for one in schema.get("anyOf", []):
        one = resolve(one)
        types = {dict: "object", list: "array", str: "string", type(None): "null"}
        if one.get("type") == types.get(type(value), "number"):
            return one
    return schema


def properties(schema):
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found.update(properties(resolve(part)))
    return found


def unlisted(schema, value, path=""):
    """The places of all members of the value that the schema does not list."""
    schema = fitting(schema, value)
    listed, found = properties(schema), []
    if isinstance(value, dict):
        for name, member in value.items():
            if name in listed:
                found += unlisted(listed[name], member, "%s.%s" % (path, name))
            elif schema is not DEFINITIONS["record"]:
                found.append("%s.%s" % (path, name))
    if isinstance(value, list):
        for at, item in enumerate(value):
            found += unlisted(schema.get("items", {}), item, "%s[%d]" % (path, at))
    return found


def each_engine(test):
    """Runs a test once for the index of each engine."""
    @functools.wraps(test)
    def run(self):
        for engine in ENGINES:
            self.index = self.shared / engine
            with self.subTest(engine=engine):
                test(self)
    return run


class EveryEngine(ProgramTest):
    """Each test runs on one index of the sample for each engine."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="ksearch-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        for engine in ENGINES:
            result = ksearch("index", "--engine", engine, "--index", cls.shared / engine, SAMPLE)
            if result.status:
                raise AssertionError(str(result))

    def keep(self, value, definition):
        """The value obeys the definition and says nothing else."""
        self.assert_schema(value, definition)
        self.assertEqual(unlisted({"$ref": "#/$defs/" + definition}, value), [])
        return value

    def ask(self, command, *arguments, definition, status=0):
        result = ksearch(command, "--json", "--index", self.index, *arguments)
        self.assertEqual((result.status, result.err), (status, ""), result)
        return self.keep(result.json, definition)


QUERIES = ("pong", "policy gradients", '"neural network"', "reinforc*", "tag:lstm", "title:deep", "-pong", "kind:paper",
           "after:2015 deep", "is:failed", "has:claims", "(deep OR shallow) NOT net", "xyzzyq", "", '"unclosed',
           "a AND", "author:nobody", "date:2020..2010", "t-SNE", "C++", "\u6df1\u5ea6", "\U0001F600", "id:x,y",
           "summary:a claim:b")

if os.environ.get("KS_BUILD_TYPE") != "Release":  # with sanitizers each run takes ten times as long
    QUERIES = QUERIES[::4]


class Answers(EveryEngine):
    @each_engine
    def test_queries(self):
        for query in QUERIES:
            for options in ([], ["--match", "all"], ["--match", "any", "--count", "exact", "--limit", "0"],
                            ["--sort", "new", "--offset", "5", "--limit", "2"]):
                with self.subTest(query=query, options=options):
                    result = ksearch("search", "--json", "--index", self.index, *options, "--", query)
                    self.assertIn(result.status, (0, 1))
                    self.assertEqual(result.err, "")
                    self.check_answer(self.keep(result.json, "search"), result.status)

    def check_answer(self, answer, status):
        hits, total = answer["hits"], answer["total"]
        self.assertEqual(status, 0 if hits else 1)
        self.assertGreaterEqual(total["value"], len(hits))
        self.assertEqual([hit["rank"] for hit in hits],
                         list(range(hits[0]["rank"], hits[0]["rank"] + len(hits))) if hits else [])
        self.assertEqual(len({hit["id"] for hit in hits}), len(hits))
        tiers = [hit["tier"] for hit in hits]
        if answer["query"]["match"] == "auto":
            self.assertEqual(tiers, sorted(tiers))  # "all" before "some"
        for hit in hits:
            self.assertTrue(math.isfinite(hit["score"]) and hit["score"] >= 0)
            for passage in hit["passages"]:
                self.check_passage(passage)

    def check_passage(self, passage):
        text, last = passage["text"], 0
        units = text.encode("utf-16-le")
        for span in passage["spans"]:
            self.assertGreaterEqual(span["start_byte"], last)
            by_bytes = text.encode()[span["start_byte"]:span["end_byte"]].decode()
            by_units = units[2 * span["start_utf16"]:2 * span["end_utf16"]].decode("utf-16-le")
            self.assertEqual(by_bytes, by_units)
            self.assertTrue(by_bytes.strip())
            last = span["end_byte"]

    def test_engines_agree(self):
        """All but what is the engine's own is the same to the last digit that counts."""
        for query in QUERIES:
            for match in ("auto", "all", "any"):
                answers = []
                for engine in ENGINES:
                    result = ksearch("search", "--json", "--index", self.shared / engine, "--match", match, "--", query)
                    answer = result.json
                    answer.pop("took_us")
                    answer.pop("index")
                    for hit in answer["hits"]:
                        hit["score"] = round(hit["score"], 6)
                    answers.append((result.status, answer))
                with self.subTest(query=query, match=match):
                    self.assertEqual(*answers)

    @each_engine
    def test_lines_are_the_parts_of_the_object(self):
        for query in ("pong", "policy gradients", "xyzzyq"):
            whole = ksearch("search", "--json", "--index", self.index, query).json
            begin, *hits, end = ksearch("search", "--jsonl", "--index", self.index, query).lines
            self.keep(begin, "jsonl_begin")
            self.keep(end, "jsonl_end")
            for line, hit in zip(hits, whole["hits"], strict=True):
                self.keep(line, "jsonl_hit")
                self.assertEqual(line, {"type": "hit", **hit})
            self.assertEqual(begin["query"], whole["query"])
            self.assertEqual(begin["index"], whole["index"])

    @each_engine
    def test_ids_are_those_of_the_object(self):
        for query in QUERIES[:8]:
            whole = ksearch("search", "--json", "--index", self.index, "--", query).json
            ids = ksearch("search", "--format", "ids", "--index", self.index, "--", query).out.splitlines()
            self.assertEqual(ids, [hit["id"] for hit in whole["hits"]])

    @each_engine
    def test_what_was_understood_can_be_asked_again(self):
        for query in QUERIES:
            with self.subTest(query=query):
                first = ksearch("search", "--json", "--index", self.index, "--", query).json
                again = ksearch("search", "--json", "--index", self.index, "--", first["query"]["parsed"]).json
                self.assertEqual(again["query"]["parsed"], first["query"]["parsed"])
                if first["query"]["parsed"]:
                    self.assertEqual(again["hits"], first["hits"])
                    self.assertEqual(again["total"], first["total"])

    @each_engine
    def test_every_form_of_explaining(self):
        for query in QUERIES:
            with self.subTest(query=query):
                result = ksearch("explain", "--json", "--index", self.index, "--", query)
                self.assertEqual((result.status, result.err), (0, ""), result)
                explained = self.keep(result.json, "explain")
                parsed = ksearch("search", "--json", "--index", self.index, "--", query).json["query"]["parsed"]
                self.assertEqual(explained["query"]["parsed"], parsed)

    @each_engine
    def test_shares_add_up(self):
        for query in ("policy gradients", "deep learning pong", "reinforc*", "title:deep net"):
            for hit in ksearch("search", "--json", "--index", self.index, query).json["hits"]:
                explained = self.ask("explain", query, hit["id"], definition="explain")
                self.assertAlmostEqual(sum(term["share"] for term in explained["terms"]), hit["score"], places=6)
                self.assertEqual(explained["record"]["id"], hit["id"])


class Others(EveryEngine):
    @each_engine
    def test_status_and_check(self):
        status = self.ask("status", definition="status")
        check = self.ask("check", definition="check")
        self.assertEqual((status["engine"], status["records"], status["generation"]),
                         (self.index.name, 193, 1))
        self.assertEqual(sum(part["bytes"] for part in status["sections"]), status["bytes"])
        for name in ("engine", "records", "generation", "bytes", "segments"):
            if name in check:
                self.assertEqual(check[name], status[name], name)

    @each_engine
    def test_show_gives_what_was_indexed(self):
        given = {}
        for line in (SAMPLE / "papers.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            if "id" in one:
                given[one["id"]] = one
        result = ksearch("show", "--json", "--index", self.index, "--", *given)
        self.assertEqual((result.status, result.err), (0, ""))
        for line, one in zip(result.lines, given.values(), strict=True):
            self.assertEqual(line, one)
            self.keep(line, "record")

    def test_reports(self):
        for engine in ENGINES:
            with self.subTest(engine=engine):
                index, path = self.folder / engine, self.write("a.jsonl", [record("1"), record("2")])
                for content, status in ((None, 0), (jsonl([record("1", x=1)]), 0), (b"x\n{}\n\xff\n", 3), (b"", 0)):
                    if content is not None:
                        path.write_bytes(content)
                    result = ksearch("index", "--json", "--engine", engine, "--index", index, path)
                    self.assertEqual((result.status, result.err), (status, ""), result)
                    self.keep(result.json, "index_report")
                result = ksearch("optimize", "--json", "--index", index)
                self.assertEqual(result.status, 0, result)
                self.keep(result.json, "optimize")

    def test_errors(self):
        for arguments in (("search", "--json", "--index", "/nonexistent", "x"), ("search", "--json"),
                          ("index", "--json", "--index", "/nonexistent/x", "/nonexistent/y"),
                          ("show", "--json", "--index", self.shared / "native", "never"),
                          ("check", "--json", "--index", SAMPLE)):
            with self.subTest(arguments=arguments):
                self.keep(json.loads(ksearch(*arguments).err), "error")

    @each_engine
    def test_errors_of_a_batch(self):
        result = ksearch("search", "--index", self.index, "--batch", "-", input='{\n{"id":5}\npong\n')
        for line in result.lines:
            self.keep({name: member for name, member in line.items() if name != "id"} if "error" in line else line,
                      "error" if "error" in line else "search")

    @needs_jsonschema
    def test_the_schema_allows_no_less_than_is_printed(self):
        """What is printed is refused as soon as a required member is taken away."""
        answer = ksearch("search", "--json", "--index", self.shared / "native", "pong").json
        for name in DEFINITIONS["search"]["required"]:
            with self.subTest(member=name):
                with self.assertRaises(AssertionError):
                    self.assert_schema({key: value for key, value in answer.items() if key != name}, "search")


class OneLine(EveryEngine):
    @each_engine
    def test_objects_in_a_pipe_are_one_line(self):
        for arguments in (("search", "pong"), ("feed",), ("status",), ("check",), ("explain", "pong"),
                          ("search", "xyzzyq")):
            with self.subTest(arguments=arguments):
                out = ksearch(arguments[0], "--json", "--index", self.index, *arguments[1:]).out
                self.assertEqual((out.count("\n"), out[-1]), (1, "\n"))

    @each_engine
    def test_the_same_question_gives_the_same_bytes(self):
        def bytes_of():
            answer = ksearch("search", "--json", "--index", self.index, "policy gradients").json
            answer.pop("took_us")
            return json.dumps(answer)
        self.assertEqual(len({bytes_of() for _ in range(4)}), 1)

    @each_engine
    def test_the_locale_changes_nothing(self):
        outs = set()
        for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"):
            env = environment(LC_ALL=locale, LANG=locale)
            explained = ksearch("explain", "--json", "--index", self.index, "policy GRADIENTS Istanbul", env=env)
            outs.add(explained.out)
        self.assertEqual(len(outs), 1)


if __name__ == "__main__":
    unittest.main()
