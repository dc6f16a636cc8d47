"""The program on terminals of all kinds: narrow and wide ones, without colors, with pagers that fail, end early or are
whole pipelines, and with streams that are closed."""
import itertools
import os
import re
import signal
import subprocess
import unittest

from output_test import ESCAPE, UNSAFE, on_terminal, width_of
from support import KSEARCH, PATIENCE, SampleTest, environment, ksearch

COMMANDS = (["search", "policy gradients"], ["feed", "-n", "3"], ["show", "arxiv:1706.03762"], ["status"],
            ["explain", "deep learning", "arxiv:1706.03762"], ["check"], ["search", "xyzzyq"])
WIDTHS = (1, 2, 3, 5, 8, 13, 20, 27, 40, 79, 80, 81, 120, 200, 1000)

if os.environ.get("KS_BUILD_TYPE") != "Release":  # with sanitizers each run takes ten times as long
    WIDTHS = WIDTHS[::4]


class Widths(SampleTest):
    def run_on(self, command, **more):
        status, output = on_terminal(*command, "--index", self.index, **more)
        self.assertIn(status, (0, 1), output)
        self.assertIsNone(UNSAFE.search(ESCAPE.sub("", output).replace("\r", "")), "%r" % output)
        return output

    def test_every_width(self):
        """Nothing breaks on the narrowest, and no line is wider than a terminal that has room for a word."""
        for command, columns in itertools.product(COMMANDS, WIDTHS):
            with self.subTest(command=command, columns=columns):
                output = ESCAPE.sub("", self.run_on(command, columns=columns))
                self.assertTrue(output.endswith("\n"))
                if columns >= 40 and command[0] in ("feed", "show"):
                    self.assertLessEqual(max(map(width_of, output.splitlines())), columns)

    def test_a_width_changes_no_word(self):
        """Only where lines end; what is longer than a line goes on in the next."""
        def text_of(columns):
            return "".join(ESCAPE.sub("", self.run_on(["show", "arxiv:1706.03762"], columns=columns)).split())
        whole = text_of(120)
        for columns in (40, 60, 79):
            with self.subTest(columns=columns):
                self.assertEqual(text_of(columns), whole)

    def test_columns_that_are_none(self):
        """A terminal that does not know its width, and a variable that is no number, or an absurd one."""
        for columns in ("", "x", "-5", "0", "1e3", "99999999999999999999", "4294967296"):
            with self.subTest(columns=columns):
                output = self.run_on(["search", "policy gradients"], columns=0, COLUMNS=columns)
                self.assertIn("records", output)

    def test_colors_are_for_those_who_want_them(self):
        for env, option, expected in (({}, None, True), ({}, "auto", True), ({}, "never", False), ({}, "always", True),
                                      ({"NO_COLOR": "1"}, None, False), ({"NO_COLOR": "1"}, "auto", False),
                                      ({"NO_COLOR": "0"}, None, False), ({"NO_COLOR": ""}, None, True),
                                      ({"NO_COLOR": "1"}, "always", True), ({"TERM": "dumb"}, None, False),
                                      ({"TERM": "dumb"}, "always", True), ({"TERM": None}, None, False),
                                      ({"TERM": ""}, None, None), ({"TERM": "linux"}, None, True)):
            with self.subTest(env=env, option=option):
                output = self.run_on(["search", "pong", *(["--color", option] if option else [])], **env)
                if expected is not None:
                    self.assertEqual("\x1b[" in output, expected, output)

    def test_data_forms_are_never_colored_or_cut(self):
        for form in ("json", "jsonl", "ids", "trec"):
            with self.subTest(form=form):
                command = ["search", "--format", form, "--limit", "5", "pong"]
                output = self.run_on(command, columns=20)
                self.assertNotIn("\x1b", output)
                plain = ksearch(*command, "--index", self.index).out
                if form in ("ids", "trec"):
                    self.assertEqual(output, plain)
                else:
                    self.assertEqual(output.count('"id"'), plain.count('"id"'))

    def test_progress_is_for_terminals(self):
        place = self.folder / "new"
        for more, quiet in (({}, []), ({"TERM": "dumb"}, []), ({"TERM": None}, []), ({}, ["-q"])):
            with self.subTest(more=more, quiet=quiet):
                status, output = on_terminal("index", "--index", place, *quiet, KSEARCH, **more)
                self.assertEqual(status, 2, output)  # the program is no capture file
                self.assertIsNone(UNSAFE.search(ESCAPE.sub("", output).replace("\r", "")), "%r" % output)


class Pagers(SampleTest):
    def page(self, pager, *more, status=0):
        found, output = on_terminal("feed", "--index", self.index, "-n", "150", *more, PAGER=pager)
        self.assertEqual(found, status, output)
        return re.sub(r"records · [^·]* · more", "records · TIME · more", ESCAPE.sub("", output))

    def test_pagers_that_pass_all_on(self):
        plain = self.page("cat")
        self.assertGreater(len(plain.splitlines()), 150)
        for pager in ("", "cat ", " cat", "/bin/cat", "cat -u", "tee", "cat | cat", "sed -e s/x/x/", "cat 2>/dev/null",
                      "no-such-program-at-all", "/", "/etc/passwd", "  \t "):
            with self.subTest(pager=pager):
                self.assertEqual(self.page(pager), plain)

    def test_many_words(self):
        """More words than a command is cut into: the rest is left out, which is no reason to fail."""
        output = self.page("tail -n 3 " + "-q " * 40)
        self.assertEqual(len(output.splitlines()), 3)

    def test_pagers_that_end_early(self):
        """Whoever has seen enough has not met a failure."""
        for pager in ("head -n 2", "true", "false", "head -c 10", "exit 3;", "kill $$; x"):
            with self.subTest(pager=pager):
                self.assertLessEqual(len(self.page(pager).splitlines()), 4)

    def test_what_is_never_paged(self):
        for more in (["--json"], ["--jsonl"], ["--format", "ids"], ["--no-pager"]):
            with self.subTest(more=more):
                self.assertNotIn("paged", self.page("echo paged", *more))
        self.assertIn("paged", self.page("echo paged"))
        for command in (["status"], ["check"], ["search", "xyzzyq"]):
            _, output = on_terminal(*command, "--index", self.index, PAGER="echo paged")
            self.assertNotIn("paged", output)

    def test_records_are_paged_too(self):
        status, output = on_terminal("show", "--index", self.index, "arxiv:1706.03762", PAGER="sed s/^/paged:/")
        self.assertEqual(status, 0)
        self.assertTrue(all(line.startswith("paged:") for line in output.splitlines()), output)

    def test_options_of_less(self):
        """Set where they are not, so that colors are shown and a short text stays."""
        self.assertIn("<FRX>", self.page('sh -c "echo \\<$LESS\\>"'))
        _, output = on_terminal("feed", "--index", self.index, PAGER='sh -c "echo \\<$LESS\\>"', LESS="S")
        self.assertIn("<S>", output)


class Closed(SampleTest):
    """Streams that are not there when the program starts."""

    def run_without(self, *fds, command=("search", "pong"), **more):
        def close():
            for fd in fds:
                os.close(fd)
        return subprocess.run([KSEARCH, *command, "--index", str(self.index)], preexec_fn=close, env=environment(),
                              timeout=PATIENCE, **more)

    def test_no_input(self):
        plain = ksearch("search", "pong", "--index", self.index)
        done = self.run_without(0, capture_output=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, plain.raw, b""))

    def test_no_errors(self):
        plain = ksearch("search", "pong", "--index", self.index)
        done = self.run_without(2, stdout=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stdout), (0, plain.raw))
        done = self.run_without(2, command=("search", '"pong'), stdout=subprocess.PIPE)
        self.assertEqual(done.returncode, 0)  # a warning that nobody reads

    def test_no_output(self):
        for fds in ((1,), (0, 1)):
            done = self.run_without(*fds, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"standard output", done.stderr)
        self.assertEqual(self.run_without(0, 1, 2).returncode, 2)

    def test_files_are_never_written_for_streams(self):
        """What is opened first must not become standard output: the index would be written over."""
        before = {path: path.read_bytes() for path in self.index.iterdir() if path.is_file()}
        for command in (("search", "pong"), ("feed",), ("status",), ("check",)):
            self.run_without(0, 1, 2, command=command)
        self.assertEqual({path: path.read_bytes() for path in self.index.iterdir() if path.is_file()}, before)

    def test_a_reader_that_goes_away(self):
        """By SIGPIPE, or quietly where that is ignored; never with a message or a trace."""
        for ignored in (False, True):
            for command in (("feed", "-n", "190", "--jsonl"), ("feed", "-n", "190"), ("search", "--json", "the")):
                with self.subTest(command=command, ignored=ignored):
                    reading, writing = os.pipe()
                    os.close(reading)  # before anything is written, so that nothing depends on who is faster
                    done = subprocess.run([KSEARCH, *command, "--index", str(self.index)], stdout=writing,
                                          stderr=subprocess.PIPE, env=environment(), restore_signals=not ignored,
                                          timeout=PATIENCE)
                    os.close(writing)
                    self.assertEqual(done.stderr, b"")
                    self.assertIn(done.returncode, (2, -signal.SIGPIPE))


if __name__ == "__main__":
    unittest.main()
