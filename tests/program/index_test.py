"""ksearch index: keeping an index in step with its sources, counts, reports, and what stays and what goes."""
import gzip
import json
import os
import shutil
import unittest

from support import ProgramTest, SAMPLE, jsonl, ksearch, record, summary_line


class Counts(ProgramTest):
    def test_new_changed_removed_unchanged(self):
        source = self.write("a.jsonl", [record(str(n)) for n in range(5)])
        result = self.run_index(source)
        self.assertEqual((result.status, result.out, result.err), (0, summary_line(5, new=5), ""))
        changed = [record("1", summary="another text"), record("2"), record("3"), record("9")]
        self.write("a.jsonl", changed)
        result = self.run_index(source)
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual(result.out, summary_line(6, new=1, changed=1, removed=2, unchanged=2))
        self.assertEqual(self.records(), {one["id"]: one for one in changed})
        self.assertEqual(self.status()["generation"], 2)

    def test_line_of_one_record(self):
        result = self.run_index(self.write("a.jsonl", [record("1")]))
        self.assertEqual(result.out, "indexed 1 record: 1 new, 0 changed, 0 removed, 0 rejected, 0 unchanged\n")

    def test_report(self):
        source = self.write("a.jsonl", [record(str(n)) for n in range(4)])
        report = self.report(source)
        self.assert_counts(report, new=4)
        self.assertEqual((report["total"], report["generation"]), (4, 1))
        self.assert_counts(self.report(source), unchanged=4)
        self.write("a.jsonl", [record("0", kind="x"), record("1"), record("7")])
        report = self.report(source)
        self.assert_counts(report, new=1, changed=1, removed=2, unchanged=1)
        self.assertEqual((report["total"], report["generation"]), (5, 2))

    def test_nothing_changed_writes_nothing(self):
        self.make(SAMPLE)
        before, stamps = self.state(), self.stamps()
        self.assert_counts(self.report(SAMPLE), unchanged=193)
        self.assertEqual((self.state(), self.stamps()), (before, stamps))

    def stamps(self):
        return {path.name: path.read_bytes() for path in self.index.iterdir()}

    def test_any_member_that_changes_counts(self):
        source = self.write("a.jsonl", [record("1", stars=1)])
        self.make(source)
        self.write("a.jsonl", [record("1", stars=2)])
        self.assert_counts(self.report(source), changed=1)
        self.assertEqual(self.records()["1"]["stars"], 2)

    def test_the_last_of_several_with_one_id_counts(self):
        source = self.write("a.jsonl", [record("1", summary="first"), record("2"), record("1", summary="last")])
        result = self.run_index(source)
        self.assertEqual(result.status, 0)
        self.assertIn("ksearch: note: 1 record came with an id that came before", result.err)
        self.assertEqual(self.records()["1"]["summary"], "last")
        before = self.state()
        self.assert_counts(self.report(source), unchanged=2, duplicates=1)
        self.assertEqual(self.state(), before)

    def test_quiet(self):
        source = self.write("a.jsonl", jsonl([record("1"), record("1")]) + b"no\n")
        result = self.run_index("--quiet", source)
        self.assertEqual((result.status, result.out), (3, ""))
        self.assertEqual(len(result.err.splitlines()), 1, result)
        self.assertIn("a.jsonl:3: byte ", result.err)

    def test_no_source(self):
        self.assert_index_fails("usage", "a source to index is missing")
        self.assertFalse(self.index.exists())


class Sources(ProgramTest):
    def test_folder(self):
        self.write("in/a.jsonl", [record("a")])
        self.write("in/deep/er/b.json", json.dumps([record("b"), record("c")]))
        self.write("in/d.ndjson.gz", gzip.compress(jsonl([record("d")])))
        self.write("in/.hidden.jsonl", [record("x")])
        self.write("in/.hidden/h.jsonl", [record("y")])
        self.write("in/notes.md", "not a capture file")
        self.write("in/program.py", "print()")
        result = self.run_index(self.folder / "in")
        self.assertEqual((result.status, result.out, result.err), (0, summary_line(4, new=4), ""))
        self.assertEqual(sorted(self.records()), ["a", "b", "c", "d"])

    def test_links(self):
        self.write("in/a.jsonl", [record("a")])
        self.write("elsewhere/b.jsonl", [record("b")])
        os.symlink(self.folder / "in", self.folder / "in" / "round")
        os.symlink(self.folder / "elsewhere" / "b.jsonl", self.folder / "in" / "b.jsonl")
        os.symlink(self.folder / "nothing", self.folder / "in" / "c.jsonl")
        self.make(self.folder / "in")
        self.assertEqual(sorted(self.records()), ["a", "b"])

    def test_vanished_file_of_a_folder(self):
        self.write("in/a.jsonl", [record("a")])
        gone = self.write("in/sub/b.jsonl", [record("b"), record("c")])
        self.make(self.folder / "in")
        gone.unlink()
        self.assert_counts(self.report(self.folder / "in"), removed=2, unchanged=1)
        self.assertEqual(sorted(self.records()), ["a"])

    def test_vanished_subfolder(self):
        self.write("in/a.jsonl", [record("a")])
        self.write("in/sub/b.jsonl", [record("b")])
        self.make(self.folder / "in")
        shutil.rmtree(self.folder / "in" / "sub")
        self.assert_counts(self.report(self.folder / "in"), removed=1, unchanged=1)

    def test_a_subfolder_that_became_a_file(self):
        self.write("in/a.jsonl", [record("a")])
        self.write("in/sub.jsonl/b.jsonl", [record("b")])
        self.make(self.folder / "in")
        shutil.rmtree(self.folder / "in" / "sub.jsonl")
        self.write("in/sub.jsonl", [record("c")])
        self.assert_counts(self.report(self.folder / "in"), new=1, removed=1, unchanged=1)
        self.assertEqual(sorted(self.records()), ["a", "c"])

    def test_other_sources_are_left_alone(self):
        a, b = self.write("a.jsonl", [record("a")]), self.write("b.jsonl", [record("b")])
        self.make(a, b)
        b.unlink()
        self.assert_counts(self.report(a), unchanged=1)
        self.assertEqual(sorted(self.records()), ["a", "b"])

    def test_a_source_by_another_name(self):
        source = self.write("a.jsonl", [record("a")])
        os.symlink(source, self.folder / "link.jsonl")
        self.make(source)
        self.assert_counts(self.report("link.jsonl", cwd=self.folder), unchanged=1)
        self.assert_counts(self.report("./a.jsonl", source, cwd=self.folder), unchanged=1)

    def test_record_in_two_sources(self):
        a = self.write("a.jsonl", [record("both"), record("a")])
        b = self.write("b.jsonl", [record("both"), record("b")])
        self.make(a)
        self.make(b)
        self.write("a.jsonl", [record("a")])
        self.assert_counts(self.report(a), unchanged=1)
        self.assertEqual(sorted(self.records()), ["a", "b", "both"])
        self.write("b.jsonl", [record("b")])
        self.assert_counts(self.report(b), unchanged=1, removed=1)
        self.assertEqual(sorted(self.records()), ["a", "b"])

    def test_record_that_moves_from_one_file_to_another(self):
        self.write("in/a.jsonl", [record("1"), record("2")])
        self.write("in/b.jsonl", [record("3")])
        self.make(self.folder / "in")
        self.write("in/a.jsonl", [record("1")])
        self.write("in/b.jsonl", [record("2"), record("3")])
        report = self.report(self.folder / "in")
        self.assert_counts(report, unchanged=3)
        self.assertEqual(sorted(self.records()), ["1", "2", "3"])

    def test_keep_missing(self):
        source = self.write("a.jsonl", [record("a"), record("b")])
        self.make(source)
        self.write("a.jsonl", [record("a")])
        self.assert_counts(self.report("--keep-missing", source), unchanged=1, kept=1)
        self.assertEqual(sorted(self.records()), ["a", "b"])
        result = self.run_index("--keep-missing", source)
        self.assertEqual((result.status, result.out), (0, summary_line(1, unchanged=1)))
        self.assertIn("ksearch: note: 1 record was kept, though gone from the source", result.err)
        self.assert_counts(self.report(source), unchanged=1, removed=1)
        self.assertEqual(sorted(self.records()), ["a"])

    def test_the_feed_as_text(self):
        self.assert_counts(self.report("--year", "2020", SAMPLE / "feed.txt"), new=32)
        dates = [one["date"] for one in self.records().values()]
        self.assertTrue(all(date.startswith("20") for date in dates), dates)
        self.assertEqual(dates, sorted(dates, reverse=True))


class Removal(ProgramTest):
    def test_filters_that_all_records_pass(self):
        """Words, kinds and members that every record has are still found when one record of many is gone."""
        records = [record(str(n), kind="paper", summary="some text number%d" % n) for n in range(3000)]
        source = self.write("a.jsonl", records)
        self.make(source)
        self.write("a.jsonl", records[1:])
        self.assert_counts(self.report(source), unchanged=2999, removed=1)
        for query in ("kind:paper", "has:summary", "is:ok", "text", "kind:paper OR lang:en", "kind:paper -zebra"):
            for command in ("search", "feed"):
                with self.subTest(command=command, query=query):
                    result = ksearch(command, "--index", self.index, "--format", "ids", "-n", "5", query)
                    self.assertEqual((result.status, result.err, len(result.out.split())), (0, "", 5))


class Input(ProgramTest):
    def test_adds_and_replaces_and_never_removes(self):
        self.make(self.write("a.jsonl", [record("a"), record("b")]))
        result = self.run_index("-", input=jsonl([record("b", summary="from the pipe"), record("c")]))
        self.assertEqual((result.status, result.out, result.err), (0, summary_line(2, new=1, changed=1), ""))
        self.assert_counts(self.report("-", input=jsonl([record("d")])), new=1)
        self.assertEqual(sorted(self.records()), ["a", "b", "c", "d"])
        self.assertEqual(self.records()["b"]["summary"], "from the pipe")

    def test_nothing_at_all(self):
        self.make(self.write("a.jsonl", [record("a")]))
        self.assert_counts(self.report("-", input=b""))
        self.assertEqual(sorted(self.records()), ["a"])

    def test_with_files(self):
        a = self.write("a.jsonl", [record("a")])
        self.assert_counts(self.report("-", a, input=jsonl([record("b")])), new=2)
        self.assert_counts(self.report(a, input=b""), unchanged=1)
        self.assertEqual(sorted(self.records()), ["a", "b"])

    def test_rejects_name_the_dash(self):
        result = self.run_index("-", input=b'{"id":"a","summary":"x"}\n[]\n')
        self.assertEqual(result.status, 3)
        self.assertIn("ksearch: -:2: byte 25: ", result.err)


if __name__ == "__main__":
    unittest.main()
