"""Records that very many sources share, against a model: each record knows all of its sources, stays as long as one of them
has it, and goes with the last. Sources gain, lose and give up records at random, in both engines."""
import os
import random
import unittest

from support import ProgramTest, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260314"))
FILES, SHARED, ROUNDS = 140, 25, 5


class ManySources(ProgramTest):
    def write_all(self, held):
        """One file for each source; those that hold nothing are empty, or gone."""
        for number, ids in held.items():
            path = self.folder / "in" / ("%d" % (number % 7)) / ("%03d.jsonl" % number)
            if ids is None:
                path.unlink(missing_ok=True)
            else:
                self.write(path.relative_to(self.folder), [{"id": one, "title": "title of " + one} for one in sorted(ids)])

    def change(self, rng, held):
        for number in held:
            ids = set(held[number] or ())
            kind = rng.random()
            if kind < 0.1:
                held[number] = None
            elif kind < 0.6:
                ids ^= {"shared%d" % rng.randrange(SHARED) for _ in range(rng.randrange(6))}
                ids ^= {"own%d" % number} if rng.random() < 0.3 else set()
                held[number] = ids

    def check(self, engine, before, after):
        """One run, and what it counts, finds and keeps."""
        result = self.run_index("--engine", engine, "--json", self.folder / "in")
        self.assertEqual(result.status, 0, result)
        report = result.json
        self.assertEqual((report["new"], report["removed"], report["changed"], report["unchanged"]),
                         (len(after - before), len(before - after), 0, len(after & before)))
        feed = ksearch("feed", "--format", "ids", "--limit", "100000", "--index", self.index)
        self.assertEqual(set(feed.out.split()), after)
        checked = ksearch("check", "--index", self.index)
        self.assertEqual(checked.status, 0, checked)

    def test_histories(self):
        print("KS_TEST_SEED=%d" % SEED)
        rng = random.Random(SEED)
        held, before = {number: set() for number in range(FILES)}, set()
        for number in held:
            held[number] = {"shared%d" % one for one in range(SHARED) if rng.random() < 0.7}
        for turn in range(ROUNDS):
            after = set().union(*(ids for ids in held.values() if ids))
            self.write_all(held)
            for engine in ("native", "xapian"):
                self.index = self.folder / engine
                with self.subTest(engine=engine, turn=turn):
                    self.check(engine, before, after)
                    self.check(engine, after, after)
            before = after
            self.change(rng, held)

    def test_the_last_of_many(self):
        """A record goes with the very last of its sources, whichever that is."""
        rng = random.Random(SEED + 1)
        held = {number: {"shared0"} for number in range(FILES)}
        held[0] = {"shared0", "own0"}
        order = rng.sample(range(FILES), FILES)
        steps = (order[:FILES // 2], order[FILES // 2:FILES - 1], order[FILES - 1:])
        before = set()
        for turn, emptied in enumerate(((),) + steps):
            for number in emptied:
                held[number] = rng.choice((set(), None))
            after = set().union(*(ids for ids in held.values() if ids))
            self.assertEqual("shared0" in after, turn < len(steps))
            self.write_all(held)
            for engine in ("native", "xapian"):
                self.index = self.folder / engine
                with self.subTest(engine=engine, turn=turn):
                    self.check(engine, before, after)
            before = after


if __name__ == "__main__":
    unittest.main()
