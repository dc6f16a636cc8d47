"""What the tests of the program share: running ksearch, scratch folders, records, and the state of an index.

The environment names the program (KSEARCH), the project's root (KS_SOURCE_DIR) and the folder of optional
corpora (KS_SHARED_DIR).
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

try:
    import jsonschema
except ImportError:  # python3-jsonschema is optional
    jsonschema = None

KSEARCH = os.path.abspath(os.environ["KSEARCH"])
SOURCE_DIR = pathlib.Path(os.environ["KS_SOURCE_DIR"])
SHARED_DIR = pathlib.Path(os.environ.get("KS_SHARED_DIR") or "/nonexistent")
SAMPLE = SOURCE_DIR / "corpus" / "sample"
SCHEMA = SOURCE_DIR / "docs" / "ksearch.schema.json"
PATIENCE = 300  # seconds; a run that takes longer hangs

needs_jsonschema = unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")


class Result:
    """What one run of the program left: exit status, stdout and stderr."""

    def __init__(self, status, out, err):
        self.status = status
        self.raw = out
        self.out = out.decode("utf-8")  # all output must be UTF-8
        self.err = err.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.split("\n")[:-1]]

    @property
    def error(self):
        """The error object of JSON mode, which must be all that stderr holds."""
        return json.loads(self.err)["error"]

    def __str__(self):
        return "status %d\nstdout: %.2000s\nstderr: %.2000s" % (self.status, self.out, self.err)


def environment(**changes):
    """A small, known environment; a change to None removes a variable."""
    kept = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
    result = {name: os.environ[name] for name in kept if name in os.environ}
    result.update(HOME="/nonexistent", LC_ALL="C.UTF-8", TERM="xterm")
    result.update(changes)
    return {name: value for name, value in result.items() if value is not None}


def ksearch(*arguments, input=b"", env=None, **more):
    """Runs the program to its end."""
    if isinstance(input, str):
        input = input.encode("utf-8")
    if "stdin" not in more:
        more["input"] = input
    more.setdefault("stdout", subprocess.PIPE)
    done = subprocess.run([KSEARCH, *map(str, arguments)], stderr=subprocess.PIPE, timeout=PATIENCE,
                          env=env if env is not None else environment(), **more)
    return Result(done.returncode, done.stdout or b"", done.stderr)


def record(id, **members):
    return {"id": id, "summary": "the text of %s" % id, **members}


def jsonl(records):
    return b"".join(json.dumps(one, ensure_ascii=False).encode("utf-8") + b"\n" for one in records)


def summary_line(total, new=0, changed=0, removed=0, rejected=0, unchanged=0):
    return "indexed %d record%s: %d new, %d changed, %d removed, %d rejected, %d unchanged\n" % (
        total, "" if total == 1 else "s", new, changed, removed, rejected, unchanged)


def schema_of(definition):
    """The schema of one kind of output."""
    whole = json.loads(SCHEMA.read_text("utf-8"))
    return {"$schema": whole["$schema"], "$ref": "#/$defs/" + definition, "$defs": whole["$defs"]}


class ProgramTest(unittest.TestCase):
    """A test with a scratch folder and an index in it."""

    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ksearch-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.index = self.folder / "index"

    def write(self, name, content):
        """Writes bytes, text, or a list of records; returns the path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = jsonl(content)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def run_index(self, *arguments, **more):
        return ksearch("index", "--index", self.index, *arguments, **more)

    def run_search(self, *arguments, **more):
        return ksearch("search", "--index", self.index, *arguments, **more)

    def ask_all(self, queries, *arguments):
        """The answers to these queries, asked in one run."""
        lines = "".join(json.dumps({"query": query}) + "\n" for query in queries)
        result = self.run_search("--batch", "-", *arguments, input=lines)
        self.assertEqual((result.status, len(result.lines)), (0, len(queries)), result)
        return result.lines

    def make(self, *sources):
        """Indexes what must go in without a word."""
        result = self.run_index(*sources)
        self.assertEqual((result.status, result.err), (0, ""), result)
        return result

    def report(self, *arguments, status=0, **more):
        """The report of index --json, checked against the schema and against itself."""
        result = self.run_index("--json", *arguments, **more)
        self.assertEqual((result.status, result.err), (status, ""), result)
        report = result.json
        self.assert_schema(report, "index_report")
        parts = sum(report[name] for name in ("new", "changed", "removed", "unchanged"))
        self.assertEqual(report["total"], parts + len(report["rejected"]), report)
        return report

    def assert_counts(self, report, **wanted):
        """Compares all counts of a report; those that are not named must be 0."""
        names = ("new", "changed", "removed", "unchanged", "duplicates", "kept", "repaired")
        found = {name: report[name] for name in names}
        found["rejected"] = len(report["rejected"])
        self.assertEqual(found, {name: wanted.get(name, 0) for name in found})

    def status(self):
        result = ksearch("status", "--json", "--index", self.index)
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assert_schema(result.json, "status")
        return result.json

    def state(self):
        """All that can be read from the index: its status, and every record in order as it is stored. The size on
        disk is left out: a run that fails may leave unused blocks."""
        status = self.status()
        for name in ("bytes", "sections"):
            del status[name]
        feed = ksearch("feed", "--jsonl", "--limit", "1000000", "--fields", "id", "--index", self.index)
        self.assertEqual((feed.status, feed.err), (0 if status["records"] else 1, ""), feed)
        begin, *hits, end = feed.lines
        ids = [hit["id"] for hit in hits]
        self.assertEqual(len(ids), status["records"])
        self.assertEqual(begin["index"], {name: status[name] for name in begin["index"]})
        self.assertEqual(end["type"], "end")
        return status, self.stored(ids)

    def stored(self, ids):
        if not ids:
            return []
        show = ksearch("show", "--json", "--index", self.index, "--", *ids)
        self.assertEqual((show.status, show.err), (0, ""), show)
        return show.out.split("\n")[:-1]

    def records(self):
        """Every record by its id."""
        return {one["id"]: one for one in map(json.loads, self.state()[1])}

    def assert_fails(self, result, *texts, hint=None):
        """An error in text mode: status 2, nothing on stdout, what is wrong on stderr."""
        self.assertEqual((result.status, result.out), (2, ""), result)
        self.assertTrue(result.err.startswith("ksearch: "), result)
        for text in texts:
            self.assertIn(text, result.err)
        if hint:
            self.assertIn("ksearch: hint: " + hint, result.err)

    def assert_json_error(self, result, code):
        """An error in JSON mode: status 2, nothing on stdout, one object on stderr."""
        self.assertEqual((result.status, result.out), (2, ""), result)
        self.assert_schema(json.loads(result.err), "error")
        self.assertEqual(result.error["code"], code, result)
        return result.error

    def assert_index_fails(self, code, *texts, arguments=(), **more):
        """Indexing fails with this code, in both forms, and leaves the index as it was."""
        before = self.state() if self.index.is_dir() else None
        self.assert_fails(self.run_index(*arguments, **more), *texts)
        self.assert_json_error(self.run_index("--json", *arguments, **more), code)
        if before:
            self.assertEqual(self.state(), before)

    def assert_schema(self, value, definition):
        if jsonschema:
            validator = jsonschema.Draft202012Validator(schema_of(definition))
            problems = ["%s: %s" % (list(one.path), one.message) for one in validator.iter_errors(value)]
            self.assertEqual(problems, [])


class SampleTest(ProgramTest):
    """A test that reads one index of the sample corpus, made once."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="ksearch-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        result = ksearch("index", "--index", cls.shared / "index", SAMPLE)
        if result.status:
            raise AssertionError(str(result))

    def setUp(self):
        super().setUp()
        self.index = self.shared / "index"

    def search(self, *arguments, status=0):
        """The answer of search --json, checked against the schema."""
        result = self.run_search("--json", *arguments)
        self.assertEqual((result.status, result.err), (status, ""), result)
        self.assert_schema(result.json, "search")
        return result.json

    def ids(self, *arguments):
        return [hit["id"] for hit in self.search("--fields", "id", *arguments)["hits"]]
