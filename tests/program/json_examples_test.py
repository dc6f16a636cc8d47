"""The examples of docs/json.md are what the program prints for the sample, but for times, places and sizes; and the
tables of members name what there is."""
import json
import re
import unittest

from support import SampleTest, SOURCE_DIR, ksearch

TEXT = (SOURCE_DIR / "docs/json.md").read_text("utf-8")
DEFINITIONS = json.loads((SOURCE_DIR / "docs/ksearch.schema.json").read_text("utf-8"))["$defs"]

# What differs from run to run, or with how the index is packed.
VOLATILE = ("took_us", "path", "bytes", "sections")


def section(title):
    """The text below a heading, up to the next of its rank or above."""
    rank = len(title) - len(title.lstrip("#"))
    rest = TEXT.split("\n%s\n" % title, 1)[1]
    return re.split(r"^#{1,%d} " % rank, rest, maxsplit=1, flags=re.M)[0]


def blocks(title):
    return [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", section(title), re.M | re.S)]


def rounded(value):
    """Sums may be made in another order."""
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        return {name: rounded(member) for name, member in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list) else value


def steady(value):
    return {name: rounded(member) for name, member in value.items() if name not in VOLATILE}


class Examples(SampleTest):
    def assert_example(self, example, *arguments, status=0, **more):
        command, *rest = arguments
        result = ksearch(command, "--index", self.index, *rest, **more)
        self.assertEqual((result.status, result.err), (status, ""), result)
        self.assertEqual(steady(result.json), steady(example))
        self.assertEqual(list(result.json), list(example))  # in the same order

    def test_search(self):
        whole, nothing, *_ = blocks("## search, feed")
        self.assert_example(whole, "search", "--json", "--limit", "1", "tesla medium kind:blog")
        self.assert_example(nothing, "search", "--json", "xyzzy", status=1)
        self.assert_example(blocks("### Fewer members")[0], "search", "--json", "--fields", "title,date", "panda gibbon")

    def test_json_lines(self):
        begin, hit, end = blocks("### JSON lines")
        lines = ksearch("search", "--index", self.index, "--jsonl", "--fields", "title", "panda gibbon").lines
        self.assertEqual([steady(line) for line in lines], [steady(begin), steady(hit), steady(end)])

    def test_batches(self):
        answer, error = blocks("### Batches")
        line = re.search(r'`(\{"id": "q17".*?\})`', TEXT).group(1)
        self.assert_example(answer, "search", "--batch", "-", "--match", "any", "--fields", "id", input=line + "\n")
        self.assert_example(error, "search", "--batch", "-", status=3, input='{"id": 18}\n')

    def test_show(self):
        example = blocks("## show")[0]
        result = ksearch("show", "--json", "--index", self.index, example["id"])
        self.assertEqual((result.status, result.json), (0, example))

    def test_explain(self):
        example = blocks("## explain")[0]
        self.assert_example(example, "explain", "--json", "policy gradients", example["record"]["id"])

    def test_status_and_check(self):
        status, check = blocks("## status")[0], blocks("## check")[0]
        self.assert_example(status, "status", "--json")
        self.assert_example(check, "check", "--json")
        self.assertEqual(sum(part["bytes"] for part in status["sections"]), status["bytes"])
        self.assertEqual(status["bytes"], check["bytes"])

    def test_errors(self):
        example = blocks("## Errors")[0]["error"]
        result = ksearch("search", "--json", "--index", "captures.index", "x", cwd=self.folder)
        self.assertEqual(result.error, example)

    def test_exit_statuses(self):
        """The table names those that there are; the program's own tests make each of them."""
        self.assertEqual(re.findall(r"^\| (\d) \|", TEXT, re.M), ["0", "1", "2", "3"])


def names_of(definition):
    """All members that a definition lists, those of its parts too."""
    found, pending, seen = set(), [DEFINITIONS[definition]], []
    while pending:
        schema = pending.pop()
        if schema in seen:
            continue
        seen.append(schema)
        if "$ref" in schema:
            pending.append(DEFINITIONS[schema["$ref"].rpartition("/")[2]])
        found.update(schema.get("properties", {}))
        pending += schema.get("properties", {}).values()
        pending += schema.get("allOf", []) + schema.get("anyOf", [])
        if "items" in schema:
            pending.append(schema["items"])
    return found


class Tables(unittest.TestCase):
    def test_members(self):
        for title, definition in (("## search, feed", "search"), ("## index", "index_report"), ("## status", "status")):
            listed = re.findall(r"^\| (`.*?) \|", section(title), re.M)
            paths = [path for cell in listed for path in re.findall(r"`([^`]+)`", cell)]
            self.assertGreater(len(paths), 5)
            known = names_of(definition)
            for path in paths:
                for name in re.split(r"\.|\[\]\.?", path):
                    with self.subTest(section=title, path=path):
                        self.assertIn(name, known)

    def test_every_schema_is_named(self):
        for definition in DEFINITIONS.values():
            name = definition.get("properties", {}).get("schema", {}).get("const")
            if name:
                with self.subTest(schema=name):
                    self.assertIn(name, TEXT)


if __name__ == "__main__":
    unittest.main()
