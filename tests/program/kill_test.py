"""kill -9 at random moments of indexing, replacing, removing, merging and optimizing: what is left is the last committed
state, and nothing is wrong with it. ./run soak (KS_SOAK) kills 500 runs of the native engine, ./run test some of them."""
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from support import KSEARCH, ProgramTest, environment, ksearch, record

SEED = 20240229
SOAK = os.environ.get("KS_SOAK", "0") not in ("", "0")
RECORDS = 1000 if os.environ.get("KS_BUILD_TYPE") == "Release" else 300  # a run takes some tenths of a second
PARTS, PART_RECORDS = 30, 20  # commits that follow each other, and what each adds


def commands():
    """The commands that this ksearch has."""
    lines = ksearch("help").out.split("\n\n")[1].split("\n")[1:]
    return {line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "}


def text_of(number, version):
    source = random.Random("%d %s" % (number, version))
    return " ".join("word%d" % source.randrange(3000) for _ in range(40))


def make_record(number, version):
    return record(str(number), summary=text_of(number, version), claims=["claim %d" % number])


def state_records(version):
    """States a and b, of which each replaces, removes and adds a good part of the other's records; c is every third of
    a's."""
    first = RECORDS // 5 if version == "b" else 0
    step = 3 if version == "c" else 1
    return [make_record(n, "both" if n % 3 else version.replace("c", "a")) for n in range(first, first + RECORDS, step)]


class Kill(ProgramTest):
    engine = "xapian"
    soak = 125  # kills of a soak

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        print("seed %d" % SEED, flush=True)

    def share(self, percent, otherwise):
        """Kills of one test: so many in a hundred of a soak."""
        return self.soak * percent // 100 if SOAK else otherwise

    def content(self):
        return self.state()[1]

    def index_arguments(self, *sources):
        return ["index", "--index", self.index, "--engine", self.engine, *sources]

    def turn_to(self, version):
        self.write("in.jsonl", state_records(version))

    def make_state(self):
        """An undisturbed run; seconds that it takes."""
        start = time.monotonic()
        self.make("--engine", self.engine, self.folder / "in.jsonl")
        return time.monotonic() - start

    def kill(self, moment, *command):
        """Runs a command, and kills it with all that it runs after `moment` seconds; tells whether it had not ended by
        itself."""
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(),
                               start_new_session=True)
        time.sleep(moment)
        try:
            os.killpg(run.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended just now
        error = run.communicate()[1]
        self.assertEqual(error, b"")
        return run.returncode != 0

    def kill_often(self, kills, window, command, look):
        """Kills until so many runs were hit. Half of the moments are late, where the commit is; a window too long for
        the machine shrinks. `command` and `look` are called before and after each run."""
        killed, tries = 0, 0
        while killed < kills and tries < 12 * kills:
            tries += 1
            alive = self.kill(window * self.random.uniform(0.7 if tries % 2 else 0, 1.05), *command())
            killed, window = (killed + 1, window * 1.02) if alive else (killed, window * 0.9)
            look()
            self.assert_clean()
        print("%s: killed %d of %d runs" % (self.id(), killed, tries), flush=True)
        self.assertEqual(killed, kills)

    def assert_clean(self):
        """The index passes a check, where this ksearch has one and there is an index."""
        if "check" not in self.commands or self.run_search("--json", "word1").status == 2:
            return
        result = ksearch("check", "--index", self.index)
        self.assertEqual((result.status, result.err), (0, ""), result)

    @classmethod
    def setUpClass(cls):
        cls.commands = commands()

    # ---- From one state to another

    def kill_between(self, first, second, kills):
        states, now = {}, first
        for version in (second, first, second, first):  # the last two as those to come: replacing, not adding
            self.turn_to(version)
            seconds = self.make_state()
            states[version] = self.content()
        self.assertNotEqual(states[first], states[second])
        generation = self.status()["generation"]

        def other():
            return second if now == first else first

        def command():
            self.turn_to(other())
            return [KSEARCH, *self.index_arguments(self.folder / "in.jsonl")]

        def look():
            nonlocal now, generation
            status, content = self.state()
            if status["generation"] != generation:
                self.assertEqual(status["generation"], generation + 1)
                now, generation = other(), generation + 1
            self.assertEqual(content, states[now])

        self.kill_often(kills, seconds, command, look)
        goal = other()
        self.turn_to(goal)
        self.make_state()
        self.assertEqual(self.content(), states[goal])

    def test_replacing(self):
        self.kill_between("a", "b", self.share(25, 16))

    def test_removing(self):
        self.kill_between("a", "c", self.share(20, 8))

    # ---- A new index

    def test_first_run(self):
        self.turn_to("a")
        seconds = self.make_state()
        whole, number = self.content(), 0

        def command():
            nonlocal number
            shutil.rmtree(self.index, ignore_errors=True)
            number += 1
            self.index = self.folder / ("index%d" % number)
            return [KSEARCH, *self.index_arguments(self.folder / "in.jsonl")]

        def look():
            result = self.run_search("--json", "word1")
            if result.status == 2:
                self.assertEqual(result.error["code"], "no_index", result)
            else:
                self.assertEqual(self.content(), whole)
            if number % 4 == 0:
                self.make_state()
                self.assertEqual(self.content(), whole)

        self.kill_often(self.share(15, 8), seconds, command, look)

    # ---- Many small commits, which make the engine merge

    def write_parts(self):
        return [self.write("part%d.jsonl" % part, [make_record(part * PART_RECORDS + n, "part")
                                                   for n in range(PART_RECORDS)]) for part in range(PARTS)]

    def make_parts(self, parts):
        """All parts in one run each; every record as it is stored, by id, and the seconds for one part."""
        start = time.monotonic()
        for part in parts:
            self.make("--engine", self.engine, part)
        seconds = (time.monotonic() - start) / len(parts)
        return {json.loads(line)["id"]: line for line in self.content()}, seconds

    def test_small_commits(self):
        parts = self.write_parts()
        stored, seconds = self.make_parts(parts)
        generation, killed_in = PARTS, set()

        def command():
            nonlocal generation
            if generation > PARTS - 5:
                shutil.rmtree(self.index)
                generation = 0
            program = 'for part; do "$KSEARCH" index --index "$INDEX" --engine %s "$part" || exit; done' % self.engine
            return ["env", "KSEARCH=%s" % KSEARCH, "INDEX=%s" % self.index, "sh", "-c", program, "sh",
                    *parts[generation:]]

        def look():
            nonlocal generation
            if self.run_search("--json", "word1").status == 2:
                self.assertEqual(generation, 0)
                return
            status, content = self.state()
            self.assertGreaterEqual(status["generation"], generation)
            generation = status["generation"]
            killed_in.add(generation)
            wanted = [stored[str(n)] for n in range(generation * PART_RECORDS)]
            self.assertEqual(sorted(content), sorted(wanted))

        self.kill_often(self.share(25, 8), 6 * seconds, command, look)
        self.assertGreater(len(killed_in), 2)

    # ---- Optimizing

    def test_optimizing(self):
        if "optimize" not in self.commands:
            self.skipTest("this ksearch has no command optimize")
        self.make_parts(self.write_parts())
        self.write("part0.jsonl", [])
        self.make("--engine", self.engine, self.folder / "part0.jsonl")  # so that something is deleted
        status, content = self.state()
        template = self.folder / "template"
        shutil.copytree(self.index, template)
        start = time.monotonic()
        self.assertEqual(ksearch("optimize", "--index", self.index).status, 0)
        seconds = time.monotonic() - start

        def command():
            shutil.rmtree(self.index)
            shutil.copytree(template, self.index)
            return [KSEARCH, "optimize", "--index", self.index]

        def look():
            now, records = self.state()
            self.assertIn(now["generation"], (status["generation"], status["generation"] + 1))
            self.assertEqual(records, content)

        self.kill_often(self.share(15, 8), seconds, command, look)
        self.assertEqual(ksearch("optimize", "--index", self.index).status, 0)
        look()


class KillNative(Kill):
    engine = "native"
    soak = 500


if __name__ == "__main__":
    unittest.main()
