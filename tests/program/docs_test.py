"""The documentation's examples: JSON blocks obey the schema, commands in blocks marked sh run.

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
        steps = [step.partition("\n") for step in re.split(r"^\$ ", text, flags=re.M)[1:]]
        self.assertEqual([step[0].split()[0] for step in steps], ["cat", "ksearch", "ls", "od", "od"])
        (self.folder / "sea.jsonl").write_text(steps[0][2])
        for command, _, expected in steps:
            with self.subTest(command=command):
                done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.env, capture_output=True,
                                      text=True)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, expected, ""))

    def test_examples_of_the_help(self):
        """Those that search run as they stand; the index is the sample."""
        for name in ("search", "feed", "show", "explain", "status", "check", "optimize"):
            examples = ksearch("help", name).out.split("Examples:\n")[1]
            for command in commands(examples):
                with self.subTest(command=command):
                    self.run_command(command)


if __name__ == "__main__":
    unittest.main()
