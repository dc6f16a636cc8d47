"""Where output goes: streams, pipes that close, full devices, terminals, colors, widths, control characters."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import unicodedata
import unittest

from support import KSEARCH, PATIENCE, ProgramTest, SampleTest, environment, ksearch, record

ESCAPE = re.compile(r"\x1b\[[0-9;]*[mK]")
END = b"\x03end of output\x03"
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def width_of(line):
    """Columns of a line without escapes."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in line)
    return len(line) + wide - sum(unicodedata.category(one) in ("Mn", "Me", "Cf") for one in line)


def read_until(fd, end):
    """What was written to a terminal before `end`."""
    output = b""
    while not output.endswith(end):
        output += os.read(fd, 65536)
    return output.removesuffix(end)


def end_after(run, side, end):
    try:
        run.wait(PATIENCE)
    finally:
        os.write(side, end)


def on_terminal(*arguments, columns=80, **changes):
    """Runs the program with stdout and stderr on a terminal; the exit status and what was shown.

    This side of the terminal stays open, and a mark of ours follows what the program wrote: what remains to be
    read when nobody has a terminal open any more is lost on some systems.
    """
    env = {"TERM": "xterm", "PAGER": "cat", **changes}
    try:
        main, side = pty.openpty()
    except OSError as error:
        raise unittest.SkipTest(str(error))
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    run = subprocess.Popen([KSEARCH, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=side, stderr=side,
                           env=environment(**env))
    waiter = threading.Thread(target=end_after, args=(run, side, END))
    waiter.start()
    output = read_until(main, END)
    waiter.join()
    os.close(main)
    os.close(side)
    return run.returncode, output.decode("utf-8").replace("\r\n", "\n")


class Terminal(SampleTest):
    def show(self, *arguments, **more):
        status, output = on_terminal("search", "--index", self.index, *arguments, **more)
        self.assertEqual(status, 0, output)
        return output

    def test_colors(self):
        output = self.show("policy gradients pong")
        self.assertIn("\x1b[", output)
        self.assertRegex(output, "\x1b\\[0;[0-9;]*33m[Pp]ong")
        self.assertRegex(ESCAPE.sub("", output), r"\n10 of 22 records · .* · more: --offset 10\n$")
        self.assertNotRegex(ESCAPE.sub("", output), UNSAFE)

    def test_no_colors(self):
        for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}):
            self.assertNotIn("\x1b", self.show("pong", **more))
        self.assertNotIn("\x1b", self.show("--color", "never", "pong"))
        self.assertIn("\x1b[", self.show("--color", "always", "pong", NO_COLOR="1"))
        self.assertIn("\x1b[", self.show("pong", NO_COLOR=""))

    def test_width(self):
        for query in ("policy gradients pong", "learning", "--offset=10 learning"):
            for columns in (40, 80, 120):
                text = ESCAPE.sub("", self.show(*query.split(" ", 1), columns=columns))
                widest = max(width_of(line) for line in text.splitlines())
                self.assertLessEqual(widest, columns)
                self.assertGreater(widest, min(columns, 100) - 12)

    def test_width_from_the_environment(self):
        for columns in (40, 60):
            text = ESCAPE.sub("", self.show("policy gradients pong", columns=0, COLUMNS=str(columns)))
            self.assertLessEqual(max(map(width_of, text.splitlines())), columns)

    def test_wide_characters(self):
        self.index = self.folder / "index"
        self.make(self.write("a.jsonl", [record("宽", summary="深度学习 " * 60, title="强化学习" * 30, tags=["学习"])]))
        for columns in (40, 80):
            text = ESCAPE.sub("", self.show("学习", columns=columns))
            self.assertLessEqual(max(map(width_of, text.splitlines())), columns)

    def test_every_word_survives_wrapping(self):
        for columns in (60, 120):
            text = ESCAPE.sub("", self.show("--limit=3", "policy gradients pong", columns=columns))
            for word in ("REINFORCE", "credit-assignment"):
                self.assertTrue(any(word in one for one in text.split()), (columns, word, text))

    def test_other_commands(self):
        for command in (["feed", "--limit", "5"], ["show", "arxiv:1706.03762"]):
            status, output = on_terminal(*command, "--index", self.index, columns=60)
            self.assertEqual(status, 0, output)
            self.assertIn("\x1b[", output)
            self.assertLessEqual(max(map(width_of, ESCAPE.sub("", output).splitlines())), 60)

    def test_json_is_spread_over_lines(self):
        output = self.show("--json", "pong")
        self.assertGreater(len(output.splitlines()), 20)
        self.assertNotIn("\x1b", output)

    def test_pager(self):
        output = self.show("pong", PAGER="sed s/^/paged:/")
        self.assertTrue(all(line.startswith("paged:") for line in output.splitlines()), output)
        self.assertNotIn("paged:", self.show("--no-pager", "pong", PAGER="sed s/^/paged:/"))
        self.assertIn("records", self.show("pong", PAGER="no-such-program-at-all"))

    def test_progress(self):
        status, output = on_terminal("index", "--index", self.folder / "new", self.write("a.jsonl", [
            record(str(n), summary="word%d " % n * 50) for n in range(2000)]))
        self.assertEqual(status, 0, output)
        self.assertIn("records", output.split("\r")[1] if "\r" in output else output)
        self.assertTrue(output.endswith("indexed 2000 records: 2000 new, 0 changed, 0 removed, 0 rejected, "
                                        "0 unchanged\n"), output[-200:])


class Streams(SampleTest):
    COMMANDS = (["search", "learning", "-n", "190"], ["search", "--json", "learning"], ["feed", "-n", "190"],
                ["feed", "--jsonl"], ["status"], ["status", "--json"], ["check"], ["check", "--json"], ["optimize"], ["optimize", "--json"],
                ["show", "arxiv:1706.03762"],
                ["show", "--json", "arxiv:1706.03762"], ["explain", "learning"], ["explain", "--json", "learning"])

    def test_colors_in_a_pipe(self):
        self.assertNotIn("\x1b", self.run_search("pong").out)
        self.assertIn("\x1b[", self.run_search("--color", "always", "pong").out)
        self.assertEqual(ESCAPE.sub("", self.run_search("--color", "always", "pong").out), self.run_search("pong").out)

    def test_full_device(self):
        for command in (*self.COMMANDS, ["--help"], ["--version"]):
            with self.subTest(command=command), open("/dev/full", "w") as full:
                place = ["--index", self.index] if command[0][0] != "-" else []
                result = ksearch(*command, *place, stdout=full)
                self.assertEqual(result.status, 2)
                self.assertIn("No space left", result.err)
                if "--json" in command or "--jsonl" in command:
                    self.assertEqual(result.error["code"], "io")

    def test_the_reason_of_an_early_failure(self):
        """More than a buffer: when all is printed the error is long past."""
        with open("/dev/full", "w") as full:
            results = (ksearch("schema", stdout=full), self.run_search("--batch", "-", input="pong\n" * 1000, stdout=full))
        for result in results:
            self.assertEqual(result.status, 2)
            self.assertIn("cannot write to standard output: No space left", result.err)

    def test_full_device_for_index_and_batch(self):
        with open("/dev/full", "w") as full:
            self.assertEqual(self.run_index(self.write("a.jsonl", [record("1")]), "--index", self.folder / "new",
                                            stdout=full).status, 2)
            self.assertEqual(self.run_search("--batch", "-", input="pong\n", stdout=full).status, 2)

    def test_closed_stdout(self):
        done = subprocess.run([KSEARCH, "search", "--index", self.index, "pong"], stderr=subprocess.PIPE,
                              preexec_fn=lambda: os.close(1), env=environment())
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"cannot write to standard output", done.stderr)

    def test_closed_pipe(self):
        for command in (*self.COMMANDS, ["schema"]):
            place = ["--index", self.index] if command[0] != "schema" else []
            with self.subTest(command=command):
                reading, writing = os.pipe()
                os.close(reading)
                result = ksearch(*command, *place, stdout=writing)
                os.close(writing)
                self.assertEqual(result.err, "")
                self.assertNotIn(result.status, (0, 1))

    def test_head(self):
        done = subprocess.run('"$KSEARCH" feed --jsonl --limit 190 --index "$INDEX" | head -1', shell=True,
                              capture_output=True, env=environment(KSEARCH=KSEARCH, INDEX=str(self.index)))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertTrue(done.stdout.startswith(b'{"type":"begin"'))

    def test_data_on_stdout_only(self):
        result = self.run_search('"pong')
        self.assertNotIn("warning", result.out)
        self.assertIn("warning", result.err)


class ControlCharacters(ProgramTest):
    EVIL = "A\x1b[31mred\x07\x9b31m\x85\x7f\x08\u202eoverride\u2066isolate\u2028line\x01end"

    def setUp(self):
        super().setUp()
        evil = self.EVIL
        self.make(self.write("a.jsonl", [
            {"id": "evil\u202e", "kind": evil, "author": [evil, "x" + evil], "status": evil, "url": evil,
             "title": "pong " + evil, "summary": "pong " + evil * 3, "claims": ["pong " + evil],
             "tags": ["pong" + evil], "body": "pong " + evil, "lang": "en" + evil, "date": "2014",
             "more" + evil: evil}]))

    def assert_safe(self, *arguments):
        result = ksearch(*arguments, "--index", self.index)
        for text in (result.out, result.err):
            self.assertIsNone(UNSAFE.search(text), "%r" % text)
        return result

    def test_text(self):
        for command in (["search", "pong"], ["feed"], ["show", "evil\u202e"], ["explain", "pong", "evil\u202e"],
                        ["explain", self.EVIL], ["search", "--format", "ids", "pong"],
                        ["search", "--format", "trec", "pong"]):
            with self.subTest(command=command):
                result = self.assert_safe(*command)
                self.assertEqual(result.status, 0, result)

    def test_json(self):
        """JSON escapes them, and they come back."""
        for command in (["search", "--json", "pong"], ["feed", "--jsonl"], ["show", "--json", "evil\u202e"],
                        ["explain", "--json", self.EVIL, "evil\u202e"]):
            result = self.assert_safe(*command)
            self.assertEqual(result.status, 0, result)
        hit = self.assert_safe("search", "--json", "pong").json["hits"][0]
        self.assertEqual(hit["claims"], ["pong " + self.EVIL])
        self.assertEqual(self.assert_safe("show", "--json", "evil\u202e").json["more" + self.EVIL], self.EVIL)

    def test_messages(self):
        for command in (["search", '"' + self.EVIL], ["search", "--" + self.EVIL], ["show", self.EVIL],
                        ["index", self.EVIL], ["index", "--engine", self.EVIL, self.folder],
                        ["search", "--sort", self.EVIL, "x"], ["search", "--batch", self.EVIL]):
            self.assert_safe(*command)
            self.assert_safe(*command, "--json")
        self.assertIsNone(UNSAFE.search(ksearch("help", self.EVIL).err))
        self.assertIsNone(UNSAFE.search(ksearch("status", "--index", self.folder / self.EVIL).err))

    def test_rejects(self):
        source = self.write("bad" + self.EVIL + ".jsonl", b'{"summary":"x","\x1b[31m":}\n')
        result = self.assert_safe("index", source)
        self.assertEqual(result.status, 3)
        self.assert_safe("index", "--json", source)

    def test_terminal(self):
        status, output = on_terminal("search", "--index", self.index, "pong")
        self.assertEqual(status, 0)
        self.assertIsNone(UNSAFE.search(ESCAPE.sub("", output)), "%r" % output)
        self.assertNotIn("\x1b[31m" + "red", output)


if __name__ == "__main__":
    unittest.main()
