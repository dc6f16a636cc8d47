"""ksearch index where the system or the user stands in the way: the index is as it was afterwards, and a later run
works."""
import json
import os
import shutil
import pathlib
import random
import resource
import signal
import subprocess
import tempfile
import unittest

from support import KSEARCH, ProgramTest, environment, jsonl, ksearch, record, summary_line


def many(count, text):
    return [record(str(n), summary="%s number%d %x %x" % (text, n, n ** 7, n ** 11)) for n in range(count)]


class EngineTest(ProgramTest):
    """A test whose index is of one engine; a subclass runs the same for the other."""
    engine = "native"

    def make(self, *sources):
        return super().make("--engine", self.engine, *sources)


class Sources(EngineTest):
    def setUp(self):
        super().setUp()
        self.good = self.write("good.jsonl", [record("good")])
        self.make(self.write("old.jsonl", [record("old")]))

    def test_missing_source(self):
        missing = self.folder / "missing.jsonl"
        self.assert_index_fails("not_found", "missing.jsonl", "No such file", arguments=(self.good, missing))

    def test_source_that_is_gone(self):
        (self.folder / "old.jsonl").unlink()
        self.assert_index_fails("not_found", "old.jsonl", arguments=(self.folder / "old.jsonl",))

    def test_source_below_a_file(self):
        self.assert_index_fails("not_found", "good.jsonl", arguments=(self.good / "deeper.jsonl",))

    def test_unreadable_source(self):
        secret = self.write("secret.jsonl", [record("secret")])
        secret.chmod(0)
        if os.access(secret, os.R_OK):
            self.run_as_nobody(secret)
        else:
            self.assert_index_fails("io", "secret.jsonl", "Permission denied", arguments=(self.good, secret))

    def run_as_nobody(self, secret):
        """Root may read everything, so the program is run as somebody else."""
        for path in (self.folder, self.index, *self.index.iterdir()):
            path.chmod(0o777)
        before = self.state()
        program = self.folder / "bin" / "ksearch"  # where everybody may go
        program.parent.mkdir()
        for file in (KSEARCH, os.path.join(os.path.dirname(KSEARCH), "ksearch-xapian.so")):
            shutil.copy(file, program.parent)
        program.parent.chmod(0o755)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program]
        try:
            able = subprocess.run(command + ["--version"], capture_output=True).returncode == 0
        except FileNotFoundError:
            able = False
        if not able:
            self.skipTest("the program cannot be run as another user")
        done = subprocess.run(command + ["index", "--index", self.index, self.good, secret], capture_output=True,
                              text=True, env=environment())
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertIn("secret.jsonl: Permission denied", done.stderr)
        self.assertEqual(self.state(), before)


class XapianSources(Sources):
    engine = "xapian"


class Places(ProgramTest):
    def setUp(self):
        super().setUp()
        self.good = self.write("good.jsonl", [record("good")])

    def assert_no_index(self, *texts):
        self.assert_fails(self.run_index(self.good), *texts)
        self.assert_json_error(self.run_index("--json", self.good), "no_index")
        self.assert_fails(self.run_search("x"), *texts)
        self.assert_json_error(self.run_search("--json", "x"), "no_index")

    def test_writer_that_was_killed_at_once(self):
        """Its lock is all there is: nothing to search, and no hindrance for the next one."""
        for lock in ("flintlock", "ksearch.lock"):
            self.index = self.folder / lock.replace(".", "-")
            self.write(self.index / lock, "")
            result = self.run_search("--json", "x")
            self.assertEqual((result.status, result.error["code"]), (2, "no_index"), result)
            self.make(self.good)
            self.assertEqual(self.status()["records"], 1)

    def test_folder_of_something_else(self):
        kept = self.write("index/letter.txt", "dear reader")
        self.assert_no_index("is not a ksearch index")
        self.assertEqual(list(self.index.iterdir()), [kept])

    def test_file(self):
        self.index.write_text("a file")
        self.assert_no_index("is not a ksearch index")
        self.assertEqual(self.index.read_text(), "a file")

    def test_empty_folder(self):
        self.index.mkdir()
        self.assert_fails(self.run_search("x"), "there is no index at")
        self.assert_counts(self.report(self.good), new=1)

    def test_database_of_another_program(self):
        try:
            import xapian
        except ImportError:
            self.skipTest("python3-xapian is not installed")
        database = xapian.WritableDatabase(str(self.index), xapian.DB_CREATE)
        document = xapian.Document()
        document.set_data("somebody's own")
        database.add_document(document)
        database.close()
        self.assert_no_index("is a Xapian database")
        database = xapian.Database(str(self.index))
        self.assertEqual((database.get_doccount(), database.get_document(1).get_data()), (1, b"somebody's own"))

    def test_unwritable_place(self):
        self.index = pathlib.Path("/proc/ksearch/index")
        self.assertEqual(self.run_index(self.good).status, 2)

    def test_default_place_and_environment(self):
        env = environment(XDG_DATA_HOME=str(self.folder / "data" / "home"))
        result = ksearch("index", self.good, env=env)
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertTrue((self.folder / "data/home/ksearch/index").is_dir())
        self.assertEqual(ksearch("--format", "ids", "text", env=env).out, "good\n")
        other = environment(KSEARCH_INDEX=str(self.folder / "data/home/ksearch/index"))
        self.assertEqual(ksearch("--format", "ids", "text", env=other).out, "good\n")

    def test_no_home(self):
        self.assert_fails(ksearch("text", env=environment(HOME=None)), "HOME", "--index")

    def test_no_index(self):
        for command in (["search", "x"], ["feed"], ["show", "x"], ["explain", "x"], ["status"], ["check"],
                        ["optimize"]):
            place = ["--index", self.index]
            self.assert_fails(ksearch(*command, *place), "there is no index at %s" % self.index,
                              hint="make one with")
            self.assertTrue(self.assert_json_error(ksearch(*command, "--json", *place), "no_index")["hint"])


class Settings(ProgramTest):
    def setUp(self):
        super().setUp()
        self.good = self.write("good.jsonl", [record("good")])

    def test_unknown_engine(self):
        self.assert_fails(self.run_index("--engine", "sqlite", self.good), 'no engine "sqlite"',
                          hint="the engines are: ")
        self.assert_json_error(self.run_index("--json", "--engine", "sqlite", self.good), "argument")
        self.assertFalse(self.index.exists())

    def test_other_engine(self):
        for engine, other in (("native", "xapian"), ("xapian", "native")):
            self.index = self.folder / engine
            self.make("--engine", engine, self.good)
            self.assertEqual(self.status()["engine"], engine)
            self.assert_index_fails("argument", "index of the %s engine" % engine,
                                    arguments=("--engine", other, self.good))
            self.assert_counts(self.report("--engine", engine, self.good), unchanged=1)
            self.assert_counts(self.report(self.good), unchanged=1)

    def test_default_engine(self):
        self.make(self.good)
        self.assertEqual(self.status()["engine"], "native")

    def test_without_the_module(self):
        """The default engine needs no module; without it an index of the other one cannot be read."""
        alone = self.folder / "alone" / "ksearch"
        alone.parent.mkdir()
        shutil.copy(KSEARCH, alone)
        xapian = self.folder / "xapian"
        self.assertEqual(ksearch("index", "--index", xapian, "--engine", "xapian", self.good).status, 0)

        def run(*arguments):
            return subprocess.run([alone, *arguments], capture_output=True, text=True, env=environment())
        done = run("index", "--index", self.index, self.good)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(run("search", "--index", self.index, "--format", "ids", "text").stdout, "good\n")
        done = run("search", "--json", "--index", xapian, "text")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(json.loads(done.stderr)["error"]["code"], "engine")

    def test_unknown_language(self):
        self.assert_fails(self.run_index("--language", "klingon", self.good), "klingon")
        self.assert_json_error(self.run_index("--json", "--language", "klingon", self.good), "argument")
        self.assert_json_error(self.run_search("--json", "x"), "no_index")
        self.assert_counts(self.report(self.good), new=1)

    def test_other_language(self):
        self.assertEqual(self.run_index("--language", "german", self.good).status, 0)
        self.assertEqual(self.status()["language"], "german")
        self.assert_index_fails("argument", 'for the language "german"', arguments=("--language", "french", self.good))
        self.assert_counts(self.report(self.good), unchanged=1)

    def test_language_is_used(self):
        source = self.write("de.jsonl", [record("1", summary="Häuser und Gärten")])
        self.assertEqual(self.run_index("--language", "german", source).status, 0)
        self.assertEqual(self.run_search("--format", "ids", "haus").out, "1\n")


class Locked(EngineTest):
    def slow_writer(self):
        """A run that has the lock and waits for more input."""
        writer = subprocess.Popen([KSEARCH, "index", "--index", self.index, "-"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        self.addCleanup(writer.communicate)
        writer.stdin.write(jsonl(many(3000, "slow")))  # more than a pipe holds: it is being read
        writer.stdin.flush()
        return writer

    def test_second_writer_and_readers(self):
        old = self.write("old.jsonl", [record("old")])
        self.make(old)
        before = self.state()
        writer = self.slow_writer()
        self.assert_index_fails("locked", "another process is writing", arguments=(old,))
        self.assertEqual(self.state(), before)
        self.assertEqual(self.run_search("--format", "ids", "slow OR text").out, "old\n")
        out, err = writer.communicate(b'{"id":"last","summary":"last"}\n')
        self.assertEqual((writer.returncode, err), (0, b""))
        self.assertEqual(out.decode(), summary_line(3001, new=3001))
        self.assertEqual(self.status()["records"], 3002)
        self.assert_counts(self.report(old), unchanged=1)

    def test_lock_ends_with_its_holder(self):
        old = self.write("old.jsonl", [record("old")])
        self.make(old)
        writer = self.slow_writer()
        writer.kill()
        writer.wait()
        self.assert_counts(self.report(old), unchanged=1)


class XapianLocked(Locked):
    engine = "xapian"


class Damage(EngineTest):
    CODES = ("corrupt", "no_index", "version", "io", "engine")

    def assert_no_crash(self, result):
        """The damage goes unnoticed because nothing that is asked for is hit, or it is an error."""
        self.assertIn(result.status, (0, 1, 2), result)
        if result.status == 2:
            self.assert_schema(json.loads(result.err), "error")
            self.assertIn(result.error["code"], self.CODES)

    def test_truncated_and_missing_files(self):
        source = self.write("in.jsonl", many(500, "text"))
        self.make(source)
        before = self.state()
        for path in sorted(self.index.iterdir()):
            whole = path.read_bytes()
            for size in (None, 0, len(whole) // 2):
                with self.subTest(file=path.name, size=size):
                    path.unlink() if size is None else path.write_bytes(whole[:size])
                    for query in ("text", "kind:unknown", "number7*"):
                        self.assert_no_crash(self.run_search("--json", query))
                    path.write_bytes(whole)
        self.assertEqual(self.state(), before)

    def test_flipped_bytes(self):
        self.make(self.write("in.jsonl", many(500, "text")))
        before, source = self.state(), random.Random(11)
        files = [path for path in sorted(self.index.iterdir()) if path.stat().st_size]
        for _ in range(60):
            path = source.choice(files)
            whole = path.read_bytes()
            at = source.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << source.randrange(8))]) + whole[at + 1:])
            with self.subTest(file=path.name, byte=at):
                self.assert_no_crash(self.run_search("--json", "-n", "100", "text"))
            path.write_bytes(whole)
        self.assertEqual(self.state(), before)


class XapianDamage(Damage):
    engine = "xapian"


class FullDisk(EngineTest):
    disk = "400k"  # room for the first 300 records, but not for 6000

    def setUp(self):
        super().setUp()
        self.source = self.write("in.jsonl", many(300, "old"))
        self.make(self.source)

    def assert_full(self, result):
        error = self.assert_json_error(result, "no_space")
        self.assertTrue(error["hint"])

    def test_file_size_limit(self):
        before = self.state()
        self.write("in.jsonl", many(6000, "new"))
        for size, threads in ((1, 1), (100000, 1), (300000, 2), (700000, 1)):
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # which would end the program without a word
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            with self.subTest(size=size, threads=threads):
                result = self.run_index("--json", "--threads", threads, self.source, preexec_fn=limit)
                self.assert_full(result)
                self.assertEqual(self.state(), before)
        self.assert_counts(self.report(self.source), new=5700, changed=300)

    def test_full_file_system(self):
        mount = tempfile.mkdtemp(prefix="ksearch-full-")
        self.addCleanup(os.rmdir, mount)
        command = ["mount", "-t", "tmpfs", "-o", "size=" + self.disk, "tmpfs", mount]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
            self.skipTest("no file system can be mounted")
        self.addCleanup(subprocess.run, ["umount", mount], check=True)
        self.index = pathlib.Path(mount) / "index"
        self.make(self.source)
        before = self.state()
        self.write("in.jsonl", many(6000, "new"))
        self.assert_full(self.run_index("--json", self.source))
        self.assertEqual(self.state(), before)
        subprocess.run(["mount", "-o", "remount,size=40m", mount], check=True)
        self.assert_counts(self.report(self.source), new=5700, changed=300)


class XapianFullDisk(FullDisk):
    engine = "xapian"
    disk = "1m"


if __name__ == "__main__":
    unittest.main()
