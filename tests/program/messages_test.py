"""What goes to standard error: each error says what is wrong and, where there is something to do, what; each note
counts in words that fit the number. Text and JSON say the same."""
import json
import os
import re
import socket
import subprocess
import unittest

from support import KSEARCH, PATIENCE, ProgramTest, SAMPLE, SampleTest, environment, jsonl, ksearch, record


class Notes(ProgramTest):
    def notes(self, *arguments, status=0):
        result = self.run_index(*arguments)
        self.assertEqual(result.status, status, result)
        return [line.removeprefix("ksearch: ") for line in result.err.splitlines()]

    def test_duplicates(self):
        for more, text in ((1, "note: 1 record came"), (2, "note: 2 records came")):
            with self.subTest(more=more):
                path = self.write("a.jsonl", [record("1", n=n) for n in range(more + 1)])
                self.assertEqual(self.notes(path), [text + " with an id that came before; the last one counts"])

    def test_kept(self):
        path = self.write("a.jsonl", [record("1"), record("2"), record("3")])
        self.notes(path)
        for left, text in ((2, "note: 1 record was kept"), (1, "note: 2 records were kept")):
            with self.subTest(left=left):
                path.write_bytes(jsonl([record(str(n + 1)) for n in range(left)]))
                self.assertEqual(self.notes("--keep-missing", path), [text + ", though gone from the source"])

    def test_skipped(self):
        folder = self.folder / "sources"
        self.write("sources/a.jsonl", [record("1")])
        for count, text in ((1, "note: 1 file was skipped, being no capture file"),
                            (2, "note: 2 files were skipped, being no capture files")):
            with self.subTest(count=count):
                self.write("sources/%d.txt" % count, b"\x89PNG\r\n")
                self.assertEqual(self.notes(folder), [text])

    def test_repaired(self):
        for bad, text in ((b"\xff", "note: 1 invalid character was"), (b"\xff\xfe", "note: 2 invalid characters were")):
            with self.subTest(bad=bad):
                path = self.write("a.jsonl", b'{"id":"1","title":"a' + bad + b'"}\n')
                self.assertEqual(self.notes(path), [text + " replaced by U+FFFD"])

    def test_rejects_name_source_line_and_byte(self):
        path = self.write("a.jsonl", b'{"id":"1","title":"one"}\nbad JSON\n{"id":"3"}\n')
        notes = self.notes(path, status=3)
        self.assertEqual(len(notes), 2, notes)
        self.assertTrue(notes[0].startswith("%s:2: byte 25: not valid JSON" % path), notes)
        self.assertTrue(notes[1].startswith("%s:3: byte 34: " % path), notes)

    def test_all_at_once_and_quiet(self):
        path = self.write("a.jsonl", b'{"id":"1","title":"a\xff"}\n{"id":"1","title":"b"}\nx\n')
        self.assertEqual(len(self.notes(path, status=3)), 3)
        self.assertEqual(len(self.notes("--quiet", path, status=3)), 1)  # what went wrong stays

    def test_json_has_them_in_the_report_alone(self):
        path = self.write("a.jsonl", b'{"id":"1","title":"a\xff"}\n{"id":"1","title":"b"}\nx\n')
        result = self.run_index("--json", path)
        self.assertEqual((result.status, result.err), (3, ""))
        self.assertEqual((result.json["duplicates"], result.json["repaired"], len(result.json["rejected"])), (1, 1, 1))


class Writes(ProgramTest):
    def test_a_line_is_written_at_once(self):
        """Many rejects take long where each character is a write; a socket tells writes apart."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = self.write("a.jsonl", b"x\n" * 5)
        with ours:
            with theirs:
                run = subprocess.Popen([KSEARCH, "index", "--index", str(self.folder / "index"), str(path)],
                                       env=environment(), stdout=subprocess.DEVNULL, stderr=theirs)
            writes = list(iter(lambda: ours.recv(1 << 16), b""))
        self.assertEqual(run.wait(PATIENCE), 3)
        self.assertEqual([line.count(b"\n") for line in writes], [1] * 5, writes)


class NoHits(SampleTest):
    def told(self, *arguments):
        result = ksearch(*arguments)
        self.assertEqual((result.status, result.out), (1, ""), result)
        return result.err

    def test_beyond_the_last(self):
        total = self.search("pong")["total"]["value"]
        self.assertGreater(total, 1)
        self.assertEqual(self.told("search", "--index", self.index, "--offset", "9999", "pong"),
                         "ksearch: there are only %d records that match\n" % total)
        one = self.search("-n", "1", "pong")["hits"][0]["id"]
        self.assertEqual(self.told("search", "--index", self.index, "--offset", "1", 'id:"%s"' % one),
                         "ksearch: there is only 1 record that matches\n")
        self.assertEqual(self.told("feed", "--index", self.index, "--offset", "9999"),
                         "ksearch: there are only 193 records that match\n")

    def test_beyond_more_than_are_counted(self):
        index, source = self.folder / "many", self.folder / "many.jsonl"
        source.write_text("".join('{"id": "r%d", "title": "same"}\n' % i for i in range(1200)))
        self.assertEqual(ksearch("index", "--index", index, source).status, 0)
        self.assertEqual(self.told("search", "--index", index, "--offset", "1200", "same"),
                         "ksearch: fewer records match than --offset leaves out\n")
        self.assertEqual(self.told("search", "--index", index, "--offset", "1200", "--count", "exact", "same"),
                         "ksearch: there are only 1,200 records that match\n")

    def test_what_could_be_done(self):
        told = self.told("search", "--index", self.index, "--match", "all", "pong xyzzyq")
        self.assertIn("ksearch: no records match\nksearch: hint: --match any", told)
        told = self.told("search", "--index", self.index, "xyzzyq")
        self.assertIn("ksearch: hint: try other words, or a prefix", told)
        empty = self.folder / "empty"
        (self.folder / "none").mkdir()
        self.assertEqual(ksearch("index", "--index", empty, self.folder / "none").status, 0)
        for command in (["search", "x"], ["feed"]):
            self.assertIn("ksearch: hint: the index is empty; fill it with ksearch index",
                          self.told(*command, "--index", empty))

    def test_nothing_is_told_where_nothing_was_wanted(self):
        result = self.run_search("--limit", "0", "pong")
        self.assertEqual((result.status, result.out, result.err), (1, "", ""), result)

    def test_unknown_ids(self):
        known = self.ids("-n", "1", "pong")[0]
        for ids, status, count in (([known], 0, 0), (["nope"], 1, 1), (["nope", "never"], 1, 2),
                                   ([known, "nope"], 3, 1), (["nope", known, "never"], 3, 2)):
            with self.subTest(ids=ids):
                result = ksearch("show", "--json", "--index", self.index, "--", *ids)
                self.assertEqual(result.status, status, result)
                self.assertEqual(len(result.lines), len(ids) - count)
                errors = [json.loads(line)["error"] for line in result.err.splitlines()]
                self.assertEqual([error["code"] for error in errors], ["not_found"] * count)


class Errors(ProgramTest):
    """Each error in text and in JSON: status 2, nothing on standard output, the same message and hint."""

    def setUp(self):
        super().setUp()
        self.source = self.write("a.jsonl", [record("1", title="pong")])
        self.make(self.source)

    def both(self, *arguments, **more):
        command, *rest = arguments
        text = ksearch(command, *rest, **more)
        told = ksearch(command, "--json", *rest, **more)
        self.assertEqual((text.status, text.out), (2, ""), text)
        self.assertEqual((told.status, told.out), (2, ""), told)
        self.assert_schema(json.loads(told.err), "error")
        lines = ["ksearch: " + told.error["message"]]
        if told.error["hint"]:
            lines.append("ksearch: hint: " + told.error["hint"])
        self.assertEqual(text.err, "\n".join(lines) + "\n")
        return told.error

    def test_table(self):
        index, source = str(self.index), str(self.source)
        nowhere, file = str(self.folder / "nowhere"), str(self.write("file", "not an index"))
        empty = self.folder / "dir"
        empty.mkdir()
        (empty / "other").write_text("of another program")
        odd = str(self.write("odd.bin", b"\x89PNG\r\n\x1a\n\x00\x01"))
        cut = str(self.write("cut.jsonl.gz", b"\x1f\x8b\x08\x00"))
        cases = [
            (("search", "--index", nowhere, "x"), "no_index", nowhere, "ksearch index"),
            (("feed", "--index", nowhere), "no_index", nowhere, "ksearch index"),
            (("show", "--index", nowhere, "1"), "no_index", nowhere, "ksearch index"),
            (("explain", "--index", nowhere, "x"), "no_index", nowhere, "ksearch index"),
            (("status", "--index", nowhere), "no_index", nowhere, "ksearch index"),
            (("check", "--index", nowhere), "no_index", nowhere, "ksearch index"),
            (("optimize", "--index", nowhere), "no_index", nowhere, "ksearch index"),
            (("search", "--index", file, "x"), "no_index", file, ""),
            (("index", "--index", file, source), "no_index", file, ""),
            (("search", "--index", str(empty), "x"), "no_index", str(empty), ""),
            (("index", "--index", str(empty), source), "no_index", str(empty), ""),
            (("index", "--index", index, nowhere), "not_found", nowhere, ""),
            (("index", "--index", index, odd), "format", odd, ""),
            (("index", "--index", index, cut), "format", cut, ""),
            (("index", "--index", index, "--engine", "xapian", source), "argument", "", ""),
            (("index", "--index", index, "--language", "german", source), "argument", "english", "--index"),
            (("index", "--index", nowhere, "--language", "klingon", source), "argument", "klingon", ""),
            (("index", "--index", nowhere, "--engine", "lucene", source), "argument", "lucene", "native"),
            (("explain", "--index", index, "pong", "never"), "not_found", "never", ""),
            (("explain", "--index", index, "a", "b", "c"), "usage", "", "quote"),
            (("index",), "usage", "source", ""),
            (("show",), "usage", "id", ""),
            (("explain",), "usage", "query", ""),
            (("status", "x"), "usage", "status takes no arguments", "ksearch -- status"),
            (("search", "--limit", "x", "y"), "usage", "--limit", ""),
            (("search", "--nosuchoption", "y"), "usage", "--nosuchoption", "--help"),
            (("search", "--limti", "3", "y"), "usage", "--limti", "--limit"),
            (("index", "--limit", "3", source), "usage", "--limit does not belong", "ksearch index --help"),
        ]
        for arguments, code, text, hint in cases:
            with self.subTest(arguments=arguments):
                error = self.both(*arguments)
                self.assertEqual(error["code"], code)
                self.assertIn(text, error["message"])
                self.assertIn(hint, error["hint"] or "")
                self.assertNotIn("\n", error["message"])
                self.assertFalse((self.folder / "nowhere").exists())

    def test_no_home(self):
        bare = environment(HOME=None, XDG_DATA_HOME=None, KSEARCH_INDEX=None)
        for command in (["search", "x"], ["feed"], ["status"], ["show", "1"], ["check"], ["optimize"],
                        ["index", str(self.source)], ["explain", "x"]):
            with self.subTest(command=command):
                error = self.both(*command, env=bare)
                self.assertIn("HOME is not set", error["message"])
                self.assertIn("--index", error["hint"])

    def test_the_default_place_below_a_file(self):
        below = environment(XDG_DATA_HOME=str(self.source))
        error = self.both("index", str(self.source), env=below)
        self.assertIn(str(self.source), error["message"])
        self.assertIn("Not a directory", error["message"])

    def test_controls_are_never_sent_to_a_terminal(self):
        """Whatever stands in an argument, a path or a record."""
        evil = "a\x1b[31mb\u0085c\u202ed\x07"
        for arguments in (("search", "--index", "/nonexistent/" + evil, "x"), ("index", "--index", self.index, evil),
                          ("show", "--index", self.index, evil), ("search", "--" + evil), ("help", evil),
                          ("search", "--format", evil, "x"), ("search", "--index", self.index, evil + " AND ("),
                          ("explain", "--index", self.index, evil), ("index", "--engine", evil, self.source)):
            with self.subTest(arguments=arguments):
                result = ksearch(*arguments)
                self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
                                            result.out + result.err), result)

    def test_errors_leave_the_index_alone(self):
        before = self.state()
        for arguments in (("--language", "german", self.source), ("--engine", "xapian", self.source),
                          (self.source, self.folder / "nowhere"), ("--limit", "3", self.source)):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.run_index(*arguments).status, 2)
                self.assertEqual(self.state(), before)


class ExitStatus(SampleTest):
    """0 hits or done, 1 no hits, 2 error, 3 done in part: of every command."""

    def test_table(self):
        index = self.index
        bad = self.write("bad.jsonl", b'{"id":"1","title":"one"}\nx\n')
        new = self.folder / "new"
        queries = self.write("queries", "pong\n{\n")
        cases = [(0, ("search", "--index", index, "pong")), (1, ("search", "--index", index, "xyzzyq")),
                 (1, ("search", "--index", index, "")), (0, ("feed", "--index", index)),
                 (1, ("feed", "--index", index, "kind:nothing")), (1, ("show", "--index", index, "never")),
                 (0, ("status", "--index", index)), (0, ("check", "--index", index)), (0, ("schema",)), (0, ("help",)),
                 (0, ("help", "search")), (2, ("help", "nothing")), (0, ("--version",)), (0, ("--help",)), (2, ()),
                 (0, ("explain", "--index", index, "pong")), (2, ("explain", "--index", index, "pong", "never")),
                 (3, ("index", "--index", new, bad)), (2, ("index", "--index", new, "--strict", bad)),
                 (0, ("index", "--index", new, SAMPLE / "papers.jsonl")), (2, ("index",)),
                 (0, ("optimize", "--index", new)), (0, ("optimize", "--index", new)),
                 (3, ("search", "--index", index, "--batch", queries)),
                 (0, ("search", "--index", index, "--batch", os.devnull)),
                 (2, ("search", "--index", index, "--batch", self.folder / "nowhere"))]
        for status, arguments in cases:
            for form in ([], ["--json"]):
                if form and (not arguments or arguments[0] in ("schema", "help", "--version", "--help")):
                    continue
                with self.subTest(arguments=arguments, form=form):
                    result = ksearch(*arguments[:1], *form, *arguments[1:])
                    self.assertEqual(result.status, status, result)


if __name__ == "__main__":
    unittest.main()
