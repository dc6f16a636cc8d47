"""check, optimize and status: what they say, what they change, and what they say of damage."""
import fcntl
import json
import unittest

from support import ProgramTest, SAMPLE, ksearch, record


class Maintenance(ProgramTest):
    """Each test runs for both engines."""

    def each_engine(self):
        for engine in ("xapian", "native"):
            with self.subTest(engine=engine):
                self.engine = engine
                self.index = self.folder / engine
                yield engine

    def fill(self):
        """Three runs: the sample, ten records, and one of these changed."""
        records = [record("r%d" % n, title="more of it") for n in range(10)]
        for sources in ([SAMPLE], [self.write("more.jsonl", records)]):
            result = ksearch("index", "--engine", self.engine, "--index", self.index, *sources)
            self.assertEqual(result.status, 0, result)
        records[3]["title"] = "other words"
        result = ksearch("index", "--index", self.index, self.write("more.jsonl", records))
        self.assertEqual(result.status, 0, result)

    def run_on(self, *arguments):
        return ksearch(*arguments, "--index", self.index)

    def answer(self, command, definition):
        result = self.run_on(command, "--json")
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assert_schema(result.json, definition)
        self.assertEqual(result.json["path"], str(self.index))
        self.assertEqual(result.json["engine"], self.engine)
        return result.json

    def test_check(self):
        for _ in self.each_engine():
            self.fill()
            before = self.state()
            report = self.answer("check", "check")
            status = self.answer("status", "status")
            for name in ("generation", "records", "segments", "terms", "bytes"):
                self.assertEqual(report[name], status[name], name)
            result = self.run_on("check")
            self.assertEqual((result.status, result.err), (0, ""), result)
            self.assertRegex(result.out, r"^checked: %s index, generation 3, 203 records, \d segments?, [\d,]+ terms, "
                                         r"[\d,]+ postings, [\d.]+ [kM]B, no faults \([\d.]+ m?s\)\n$" % self.engine)
            result = self.run_on("check", "--quiet")
            self.assertEqual((result.status, result.out, result.err), (0, "", ""), result)
            self.assertEqual(self.state(), before)

    def test_status(self):
        for engine in self.each_engine():
            self.fill()
            status = self.answer("status", "status")
            self.assertEqual(sum(one["bytes"] for one in status["sections"]), status["bytes"])
            self.assertEqual(status["bytes"], sum(one.stat().st_size for one in self.index.iterdir()))
            self.assertEqual((status["segments"], status["deleted"]), (3, 1) if engine == "native" else (1, 0))
            self.assertAlmostEqual(status["deleted_share"], status["deleted"] / (203 + status["deleted"]))
            text = self.run_on("status").out
            self.assertIn("\nrecords    203\n", text)
            self.assertIn("\nsegments   %d\n" % status["segments"], text)
            largest = max(status["sections"], key=lambda one: one["bytes"])
            self.assertRegex(text, r"\n\nwhat takes the room, in bytes\n  %s +%s +[\d.]+ %%\n" % (
                largest["name"], "{:,}".format(largest["bytes"])))

    def test_optimize(self):
        for engine in self.each_engine():
            self.fill()
            before, records = self.state()
            report = self.answer("optimize", "optimize")
            status, same = self.state()
            self.assertEqual(same, records)
            self.assertEqual(status["generation"], report["generation"])
            self.assertEqual((status["segments"], status["deleted"]), (1, 0))
            self.assertEqual((report["segments_after"], report["deleted_after"]), (1, 0))
            self.assertEqual(report["changed"], engine == "native")
            self.assertEqual(report["segments_before"], before["segments"])
            self.assertEqual(report["deleted_before"], before["deleted"])
            self.assertEqual(report["bytes_after"], self.status()["bytes"])
            self.answer("check", "check")
            again = self.answer("optimize", "optimize")
            self.assertFalse(again["changed"])
            self.assertEqual(again["generation"], report["generation"])

    def test_optimize_in_words(self):
        for engine in self.each_engine():
            self.fill()
            result = self.run_on("optimize")
            self.assertEqual((result.status, result.err), (0, ""), result)
            if engine == "native":
                self.assertRegex(result.out, r"^optimized: 3 segments to 1, 1 deleted record to 0, [\d.]+ kB to "
                                             r"[\d.]+ kB, generation 4 \([\d.]+ m?s\)\n$")
            result = self.run_on("optimize")
            self.assertEqual(result.out, "nothing to do: the %s index is one piece without deletions\n" % engine)
            self.assertEqual(self.run_on("optimize", "-q").out, "")

    def test_locked(self):
        for engine in self.each_engine():
            self.fill()
            before = self.state()
            with open(self.index / {"native": "ksearch.lock", "xapian": "flintlock"}[engine], "r+b") as lock:
                if engine == "native":
                    fcntl.flock(lock, fcntl.LOCK_EX)
                fcntl.lockf(lock, fcntl.LOCK_EX)
                self.assert_fails(self.run_on("optimize"), "another process")
                self.assert_json_error(self.run_on("optimize", "--json"), "locked")
                self.answer("check", "check")
            self.assertEqual(self.state(), before)

    def test_damage(self):
        """Whatever file of the native index is changed, somewhere: the file is named, and the status is 2."""
        for engine in self.each_engine():
            self.fill()
            for path in sorted(self.index.iterdir()):
                whole = path.read_bytes()
                if not whole or engine == "xapian" and path.name != "postlist.glass":
                    continue
                at = len(whole) // 2
                broken = whole[:at] if engine == "xapian" else whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:]
                path.write_bytes(broken)
                self.assert_fails(self.run_on("check"), path.name if engine == "native" else "")
                self.assert_json_error(self.run_on("check", "--json"), "corrupt")
                path.write_bytes(whole)
            self.answer("check", "check")

    def test_arguments(self):
        for command in ("check", "optimize"):
            self.assert_fails(ksearch(command, "x"), "%s takes no arguments" % command)
            error = json.loads(ksearch(command, "--json", "--limit", "3").err)["error"]
            self.assertEqual(error["code"], "usage")
            self.assertIn("ksearch %s" % command, ksearch("help", command).out)


if __name__ == "__main__":
    unittest.main()
