"""Indexes and sources at odd places: names of any characters, links, folders that are moved or copied, relative
paths; and runs that are interrupted."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import unittest

from support import KSEARCH, PATIENCE, ProgramTest, environment, jsonl, ksearch, record

ODD_NAMES = ("with blanks", " leading", "trailing ", "quote\"and'", "new\nline", "tab\t",
             "\u00fcn\u00efc\u00f6de \U0001F600", "-dash", "--json", "a=b", "$HOME", "*", "back\\slash", "index.jsonl", "x" * 200)

if os.environ.get("KS_BUILD_TYPE") != "Release":  # with sanitizers each run takes ten times as long
    ODD_NAMES = ODD_NAMES[::3]


class IndexPlaces(ProgramTest):
    engines = ("native", "xapian")

    def setUp(self):
        super().setUp()
        self.source = self.write("a.jsonl", [record("1", title="pong"), record("2", title="pong two")])

    def make_at(self, place, engine="native", **more):
        result = ksearch("index", "--engine", engine, "--index", place, self.source, **more)
        self.assertEqual((result.status, result.err), (0, ""), result)

    def assert_answers(self, place, **more):
        result = ksearch("search", "--format", "ids", "--index", place, "pong", **more)
        self.assertEqual((result.status, sorted(result.out.split())), (0, ["1", "2"]), result)

    def test_names(self):
        for engine in self.engines:
            for name in ODD_NAMES:
                with self.subTest(engine=engine, name=name):
                    place = self.folder / engine / name
                    self.make_at(place, engine)
                    self.assert_answers(place)
                    status = ksearch("status", "--json", "--index", place)
                    self.assertEqual((status.status, status.json["path"]), (0, str(place)))
                    self.assertEqual(ksearch("check", "--index", place).status, 0)

    def test_a_name_that_is_no_utf8(self):
        place = os.fsencode(self.folder) + b"/index\xff"
        done = subprocess.run([KSEARCH, b"index", b"--index", place, os.fsencode(self.source)], env=environment(),
                              capture_output=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for command in (b"status", b"check"):
            done = subprocess.run([KSEARCH, command, b"--json", b"--index", place], env=environment(),
                                  capture_output=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("\ufffd", json.loads(done.stdout.decode("utf-8"))["path"])

    def test_relative_paths_and_slashes(self):
        for engine in self.engines:
            for place in ("rel", "./rel", "sub/rel", "rel/", "sub//rel/.", "../" + self.folder.name + "/up"):
                with self.subTest(engine=engine, place=place):
                    work = self.folder / engine
                    work.mkdir(exist_ok=True)
                    if place.startswith("../"):
                        place = "../%s/up" % engine
                    self.make_at(place, engine, cwd=work)
                    self.assert_answers(place, cwd=work)
                    self.assert_answers(work / place)
                    shutil.rmtree(work)

    def test_links(self):
        for engine in self.engines:
            with self.subTest(engine=engine):
                real, link = self.folder / ("real-" + engine), self.folder / ("link-" + engine)
                real.mkdir()
                os.symlink(real, link)
                self.make_at(link / "index", engine)
                self.assert_answers(real / "index")
                os.symlink(real / "index", self.folder / ("direct-" + engine))
                self.assert_answers(self.folder / ("direct-" + engine))
                self.make_at(self.folder / ("direct-" + engine), engine)

    def test_moved_and_copied(self):
        for engine in self.engines:
            with self.subTest(engine=engine):
                first, second, third = (self.folder / (engine + str(n)) for n in range(3))
                self.make_at(first, engine)
                shutil.copytree(first, second)
                self.assert_answers(second)
                os.rename(first, third)
                self.assert_answers(third)
                self.assertEqual(ksearch("check", "--index", third).status, 0)
                # The copies go their own ways.
                self.source.write_bytes(jsonl([record("1", title="pong")]))
                ksearch("index", "--index", third, self.source)
                self.assert_answers(second)
                self.assertEqual(ksearch("search", "--format", "ids", "--index", third, "pong").out, "1\n")
                self.source.write_bytes(jsonl([record("1", title="pong"), record("2", title="pong two")]))


class SourcePlaces(ProgramTest):
    def test_names(self):
        for number, name in enumerate(ODD_NAMES):
            with self.subTest(name=name):
                path = self.write("sources/%s.jsonl" % name, [record(str(number), title="word")])
                self.make("--", path)
                result = self.run_index("--json", "--", path)
                self.assertEqual((result.status, result.json["unchanged"]), (0, 1), result)
        report = self.report(self.folder / "sources")
        self.assertEqual((report["unchanged"], report["total"]), (len(ODD_NAMES), len(ODD_NAMES)))

    def test_a_source_that_begins_with_a_dash(self):
        self.write("-x.jsonl", [record("1")])
        result = self.run_index("--", "-x.jsonl", cwd=self.folder)
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assertEqual(set(self.records()), {"1"})

    def test_rejects_of_a_name_that_is_no_utf8(self):
        path = os.fsencode(self.folder) + b"/bad\xff\x1b.jsonl"
        with open(path, "wb") as file:
            file.write(b"broken\n")
        for form in ([], [b"--json"]):
            done = subprocess.run([KSEARCH, b"index", *form, b"--index", os.fsencode(self.index), path],
                                  env=environment(), capture_output=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 3)
            text = (done.stdout + done.stderr).decode("utf-8")
            self.assertIn("bad\ufffd", text)
            self.assertNotIn("\x1b", text)

    def test_one_file_by_many_names(self):
        path = self.write("dir/a.jsonl", [record("1")])
        self.make(path)
        for name in ("dir/a.jsonl", "./dir/a.jsonl", "dir//a.jsonl", "dir/../dir/a.jsonl", str(path)):
            with self.subTest(name=name):
                result = self.run_index("--json", name, cwd=self.folder)
                self.assert_counts(result.json, unchanged=1)

    def test_folders_by_many_names(self):
        self.write("dir/sub/a.jsonl", [record("1"), record("2")])
        self.make(self.folder / "dir")
        self.write("dir/sub/a.jsonl", [record("2")])
        for name, counts in (("dir/", {"removed": 1, "unchanged": 1}), ("./dir/sub/..", {"unchanged": 1}),
                             (".", {"unchanged": 1})):
            with self.subTest(name=name):
                self.assert_counts(self.run_index("--json", name, cwd=self.folder).json, **counts)

    def test_standard_input_of_every_kind(self):
        path = self.write("a.jsonl", [record("1")])
        with open(path, "rb") as file:
            self.assertEqual(self.run_index("-", stdin=file).status, 0)
        self.assertEqual(set(self.records()), {"1"})
        self.assertEqual(self.run_index("-", stdin=subprocess.DEVNULL).status, 0)
        self.assertEqual(set(self.records()), {"1"})
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            result = self.run_index("-", stdin=folder)
        finally:
            os.close(folder)
        self.assertEqual((result.status, result.out), (2, ""), result)
        self.assertEqual(set(self.records()), {"1"})


class Interrupted(ProgramTest):
    """A run that a signal ends leaves the index as it was, and the next one works."""

    def test_signals(self):
        for engine in ("native", "xapian"):
            self.index = self.folder / engine
            self.make("--engine", engine, self.write("a.jsonl", [record("1"), record("2")]))
            before = self.state()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(engine=engine, signal=number):
                    run = self.run_that_waits()
                    run.send_signal(number)
                    out, _ = run.communicate(timeout=PATIENCE)
                    self.assertEqual((run.returncode, out), (-number, b""))
                    self.assertEqual(self.state(), before)
            self.assert_counts(self.report(self.folder / "a.jsonl"), unchanged=2)
            self.assertEqual(ksearch("check", "--index", self.index).status, 0)

    def run_that_waits(self):
        """A run that has begun to write and waits for more input."""
        for _ in range(50):
            run = subprocess.Popen([KSEARCH, "index", "--index", str(self.index), "-"], env=environment(),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            with contextlib.suppress(BrokenPipeError):
                run.stdin.write(jsonl([record(str(n)) for n in range(3, 400)]))
                run.stdin.flush()
            if self.takes_lock(run):
                return run
            with contextlib.suppress(BrokenPipeError):
                run.communicate(timeout=PATIENCE)
        return self.fail("no run takes the lock")

    def takes_lock(self, run):
        """Whether another run is refused at last; false where it was the other one that came first."""
        while run.poll() is None:
            other = ksearch("index", "--json", "--index", self.index, os.devnull)
            if other.status == 2 and json.loads(other.err)["error"]["code"] == "locked":
                return run.poll() is None
        return False


if __name__ == "__main__":
    unittest.main()
