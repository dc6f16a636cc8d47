"""kill -9 at random moments of an indexing run: what is left is the old state or the new one, never a third."""
import os
import random
import subprocess
import time
import unittest

from support import KSEARCH, ProgramTest, environment, record

SEED = 20240229
KILLS = 40
RECORDS = 1000 if os.environ.get("KS_BUILD_TYPE") == "Release" else 300  # a run takes some tenths of a second


def text_of(number, version):
    source = random.Random("%d %s" % (number, version))
    return " ".join("word%d" % source.randrange(3000) for _ in range(40))


def state_records(version):
    """Two states, of which each replaces, removes and adds a good part of the other's records."""
    first = 0 if version == "a" else RECORDS // 5
    return [record(str(n), summary=text_of(n, version if n % 3 == 0 else "both"), claims=["claim %d" % n])
            for n in range(first, first + RECORDS)]


class Kill(ProgramTest):
    engine = "xapian"

    def setUp(self):
        super().setUp()
        self.sources = {}
        for version in ("a", "b"):
            self.sources[version] = state_records(version)
        self.random = random.Random(SEED)
        print("seed %d" % SEED, flush=True)

    def content(self):
        return self.state()[1]

    def turn_to(self, version):
        self.write("in.jsonl", self.sources[version])

    def run_and_kill(self, moment):
        """Starts a run and kills it after `moment` seconds; tells whether it had not ended by itself."""
        run = subprocess.Popen([KSEARCH, "index", "--index", self.index, "--engine", self.engine,
                                self.folder / "in.jsonl"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
        time.sleep(moment)
        run.kill()
        error = run.communicate()[1]
        self.assertEqual(error, b"")
        return run.returncode != 0

    def measure(self):
        """Seconds that a run takes from each state to the other; leaves the index in state a."""
        states, seconds = {}, 0
        for version in ("a", "b", "a"):
            self.turn_to(version)
            start = time.monotonic()
            self.make("--engine", self.engine, self.folder / "in.jsonl")
            seconds = time.monotonic() - start
            states[version] = self.content()
        return states, seconds

    def test_kill_between_two_states(self):
        """Half of the kills come late, where the commit is; a window too long for the machine shrinks."""
        states, window = self.measure()
        self.assertNotEqual(states["a"], states["b"])
        now, killed, turned, tries = "a", 0, 0, 0
        generation = self.status()["generation"]
        while killed < KILLS and tries < 5 * KILLS:
            tries += 1
            goal = "b" if now == "a" else "a"
            self.turn_to(goal)
            alive = self.run_and_kill(window * self.random.uniform(0.7 if tries % 2 else 0, 1.05))
            killed, window = (killed + 1, window * 1.02) if alive else (killed, window * 0.95)
            status, content = self.state()
            if status["generation"] != generation:
                self.assertEqual(status["generation"], generation + 1)
                now, generation, turned = goal, generation + 1, turned + 1
            self.assertEqual(content, states[now])
        print("killed %d of %d runs, %d had committed" % (killed, tries, turned), flush=True)
        self.assertEqual(killed, KILLS)
        goal = "b" if now == "a" else "a"
        self.turn_to(goal)
        self.report("--engine", self.engine, self.folder / "in.jsonl")
        self.assertEqual(self.content(), states[goal])

    def test_kill_in_the_first_run(self):
        self.turn_to("a")
        start = time.monotonic()
        self.make("--engine", self.engine, self.folder / "in.jsonl")
        seconds = time.monotonic() - start
        whole = self.content()
        for number in range(8):
            self.index = self.folder / ("index%d" % number)
            self.run_and_kill(self.random.uniform(0, seconds))
            result = self.run_search("--json", "word1")
            if result.status == 2:
                self.assertEqual(result.error["code"], "no_index", result)
            else:
                self.assertEqual(self.content(), whole)
            self.report("--engine", self.engine, self.folder / "in.jsonl")
            self.assertEqual(self.content(), whole)


class KillNative(Kill):
    engine = "native"


if __name__ == "__main__":
    unittest.main()
