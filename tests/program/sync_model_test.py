"""Histories of synchronising against a model: sources that gain, change and lose records and have lines that are none,
in random order and with every option, and after each run the index holds what the model says, and the report counts it."""
import json
import os
import random
import unittest

from support import ProgramTest, jsonl, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260305"))
FILES = ("a.jsonl", "b.jsonl", "folder/c.jsonl")
STEPS, HISTORIES = 7, 2
BAD_LINES = (b"no record", b"{}", b'{"title":5}', b'{"title":"x"', b"[1]", b'{"title":"x","date":"never"}')


class Model:
    """What the sources hold, and what the index ought to."""

    def __init__(self, rng):
        self.rng = rng
        self.files = {name: {} for name in FILES}  # id -> record
        self.bad = dict.fromkeys(FILES, 0)
        self.index = {}  # id -> (record, name of its source)
        self.made = 0

    def new_record(self, name):
        self.made += 1
        return "%s:%d" % (name[-7], self.made)

    def edit(self, name):
        """The file loses, changes and gains some records, and gets some lines that are none, or loses them."""
        rng, records = self.rng, self.files[name]
        for one in [one for one in records if rng.random() < 0.15]:
            del records[one]
        for one in records:
            if rng.random() < 0.2:
                records[one] = {**records[one], "title": "changed %d" % rng.randrange(1000)}
        for _ in range(rng.randrange(6)):
            one = self.new_record(name)
            records[one] = {"id": one, "title": "new %d" % rng.randrange(1000), "tags": ["t%d" % rng.randrange(5)]}
        self.bad[name] = rng.choice((0, 0, 0, 1, 3))

    def content(self, name):
        lines = jsonl(self.files[name].values()).splitlines(keepends=True)
        for _ in range(self.bad[name]):
            lines.insert(self.rng.randrange(len(lines) + 1), self.rng.choice(BAD_LINES) + b"\n")
        return b"".join(lines)

    def sync(self, names, keep, strict):
        """What a run with these sources counts; None where it must fail and change nothing."""
        counts = {"new": 0, "changed": 0, "removed": 0, "unchanged": 0, "kept": 0}
        rejected = sum(self.bad[name] for name in names)
        if strict and rejected:
            return None
        for name in names:
            for one, record in self.files[name].items():
                before = self.index.get(one)
                kind = "new" if not before else "unchanged" if before[0] == record else "changed"
                counts[kind] += 1
                self.index[one] = (record, name)
        for one in [one for one, (_, source) in self.index.items() if source in names]:
            source = self.index[one][1]
            if one in self.files[source]:
                continue
            if keep or self.bad[source]:  # what is missing beside a reject may be what was rejected
                counts["kept"] += not keep
            else:
                counts["removed"] += 1
                del self.index[one]
        return {**counts, "rejected": rejected}


class Histories(ProgramTest):
    def stored_records(self):
        feed = ksearch("feed", "--format", "ids", "--limit", "100000", "--index", self.index)
        self.assertIn(feed.status, (0, 1), feed)
        return {one["id"]: one for one in map(json.loads, self.stored(feed.out.split()))}

    def step(self, model):
        rng = model.rng
        for name in rng.sample(FILES, rng.randrange(1, len(FILES) + 1)):
            model.edit(name)
            self.write(name, model.content(name))
        names = rng.sample(FILES, rng.randrange(1, len(FILES) + 1))
        keep, strict = rng.random() < 0.25, rng.random() < 0.25
        options = ["--keep-missing"] * keep + ["--strict"] * strict + rng.choice(([], ["--threads", "3"]))
        sources = [self.folder / ("folder" if name.startswith("folder") else name) for name in names]
        expected = model.sync(names, keep, strict)
        result = self.run_index("--json", *options, *sources)
        if expected is None:
            self.assertEqual(result.status, 2, result)
        else:
            self.check_report(result, expected)
        self.assertEqual(self.stored_records(), {one: record for one, (record, _) in model.index.items()})

    def check_report(self, result, expected):
        self.assertEqual(result.status, 3 if expected["rejected"] else 0, result)
        report = result.json
        found = {name: report[name] for name in ("new", "changed", "removed", "unchanged")}
        self.assertEqual({**found, "rejected": len(report["rejected"])},
                         {name: count for name, count in expected.items() if name != "kept"})

    def test_histories(self):
        for engine in ("native", "xapian"):
            for number in range(HISTORIES):
                model = Model(random.Random(SEED + number))
                self.index = self.folder / ("%s%d" % (engine, number))
                for name in FILES:
                    self.write(name, b"")
                self.assertEqual(self.run_index("--engine", engine, self.folder / FILES[0]).status, 0)
                for step in range(STEPS):
                    with self.subTest(seed=SEED, engine=engine, history=number, step=step):
                        self.step(model)
                self.assertEqual(ksearch("check", "--index", self.index).status, 0)

    def test_the_order_of_sources_does_not_matter(self):
        """Where no two of them have the same record."""
        model = Model(random.Random(SEED + 100))
        for name in FILES:
            model.edit(name)
            self.write(name, jsonl(model.files[name].values()))
        states = []
        for number, names in enumerate((FILES, FILES[::-1])):
            self.index = self.folder / ("index%d" % number)
            self.make(*(self.folder / name for name in names))
            states.append(self.stored_records())
        self.assertEqual(*states)

    def test_one_run_or_many(self):
        """Several runs with a source each come to what one run with all of them does."""
        model = Model(random.Random(SEED + 200))
        for name in FILES:
            for _ in range(3):
                model.edit(name)
            self.write(name, jsonl(model.files[name].values()))
        self.make(*(self.folder / name for name in FILES))
        whole = self.stored_records()
        self.index = self.folder / "other"
        for name in FILES:
            self.make(self.folder / name)
        self.assertEqual(self.stored_records(), whole)
        optimized = ksearch("optimize", "--index", self.index)
        self.assertEqual(optimized.status, 0, optimized)
        self.assertEqual(self.stored_records(), whole)


if __name__ == "__main__":
    unittest.main()
