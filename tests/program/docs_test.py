"""The documentation's examples: JSON blocks obey the schema, commands in blocks marked sh run, sessions print what they
show.

A command is run where a line of such a block begins with `ksearch ` or `$ ksearch `. One that needs a program that
is not installed is passed over, and so is one whose line ends with the comment `# your own files`.
"""
import json
import os
import re
import shutil
import subprocess
import unittest

from support import KSEARCH, ProgramTest, SAMPLE, SOURCE_DIR, environment, jsonschema, ksearch, needs_jsonschema

OWN_FILES = "# your own files"


def blocks(path, language):
    """The fenced blocks of that language in a document, each with the line it begins on."""
    text = path.read_text("utf-8") if path.exists() else ""
    for match in re.finditer(r"^```%s\n(.*?)^```$" % language, text, re.M | re.S):
        yield text.count("\n", 0, match.start()) + 2, match.group(1)


def documents():
    named = [SOURCE_DIR / "README.md", SOURCE_DIR / "corpus/sample/README.md"]
    return named + sorted((SOURCE_DIR / "docs").glob("*.md"))


def commands(block):
    """The command lines of a block, those that end with a backslash joined with the next."""
    for line in block.replace("\\\n", " ").splitlines():
        line = line.strip().removeprefix("$ ")
        if line.startswith("ksearch ") and not line.endswith(OWN_FILES):
            yield line


def session(block):
    """The commands of a block marked console, and what each is shown to print."""
    steps = [step.partition("\n") for step in re.split(r"^\$ ", block, flags=re.M)[1:]]
    return [(command, output) for command, _, output in steps]


class JsonBlocks(unittest.TestCase):
    @needs_jsonschema
    def test_every_block_obeys_the_schema(self):
        validator = jsonschema.Draft202012Validator(ksearch("schema").json)
        count = 0
        for document in documents():
            for line, block in blocks(document, "json"):
                with self.subTest(document=document.name, line=line):
                    problems = [one.message for one in validator.iter_errors(json.loads(block))]
                    self.assertEqual(problems, [])
                count += 1
        self.assertGreaterEqual(count, 12)

    def test_every_error_code_is_described(self):
        text = (SOURCE_DIR / "docs/json.md").read_text("utf-8").split("## Errors")[1]
        described = re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (`.*?) \|", text, re.M)))
        codes = ksearch("schema").json["$defs"]["error_object"]["properties"]["code"]["enum"]
        self.assertEqual(sorted(described), sorted(codes))


class Commands(ProgramTest):
    def setUp(self):
        super().setUp()
        self.make(SAMPLE)
        (self.folder / "bin").mkdir()
        os.symlink(KSEARCH, self.folder / "bin" / "ksearch")
        shutil.copytree(SOURCE_DIR / "corpus", self.folder / "corpus")
        path = "%s:%s" % (self.folder / "bin", os.environ["PATH"])
        self.env = environment(PATH=path, HOME=str(self.folder), KSEARCH_INDEX=str(self.index))

    def test_every_command_runs(self):
        for document in documents():
            for line, block in blocks(document, "sh"):
                for command in commands(block):
                    with self.subTest(document=document.name, line=line, command=command):
                        self.run_command(command)

    def run_command(self, command):
        for program in re.findall(r"\|\s*([\w.-]+)", re.sub(r"'[^']*'|\"[^\"]*\"", "", command)):
            if not shutil.which(program, path=self.env["PATH"]):
                return
        done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.env, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        self.assertIn(done.returncode, (0, 1), done)

    def test_index_format(self):
        """The example in docs/index-format.md is what the program writes, byte for byte."""
        text = "".join(block for _, block in blocks(SOURCE_DIR / "docs/index-format.md", "console"))
        steps = session(text)
        self.assertEqual([command.split()[0] for command, _ in steps], ["cat", "ksearch", "ls", "od", "od"])
        self.play(steps)

    def play(self, steps):
        """Runs a session's commands; what `cat` shows is written first."""
        for command, expected in steps:
            with self.subTest(command=command):
                if command.startswith("cat "):
                    (self.folder / command.removeprefix("cat ")).write_text(expected)
                done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.env, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                self.assertEqual(done.stdout, expected)
                self.assertIn(done.returncode, (0, 3))  # 3: records were rejected, as the example wants it

    def test_sessions_of_the_readme(self):
        """Those that need no build print what they show: a script, a batch, rejected records."""
        sessions = [session(block) for _, block in blocks(SOURCE_DIR / "README.md", "console")]
        played = [steps for steps in sessions
                  if all(command.split()[0] in ("cat", "ksearch", "python3") for command, _ in steps)]
        self.assertEqual(len(played), 3)
        for steps in played:
            self.play(steps)

    def test_explanation_in_the_readme(self):
        text = (SOURCE_DIR / "README.md").read_text("utf-8")
        shown = re.findall(r"^```sh\n(ksearch explain .*)\n```\n\n```text\n(.*?)^```$", text, re.M | re.S)
        self.assertEqual(len(shown), 1)
        self.play(shown)

    def test_examples_of_the_help(self):
        """Those that search run as they stand; the index is the sample."""
        for name in ("search", "feed", "show", "explain", "status", "check", "optimize"):
            examples = ksearch("help", name).out.split("Examples:\n")[1]
            for command in commands(examples):
                with self.subTest(command=command):
                    self.run_command(command)


if __name__ == "__main__":
    unittest.main()
