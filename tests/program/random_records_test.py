"""Random records through the whole program: what went in comes back as it was, to the digit of every number; and
their order and the date filters are those of the calendar, worked out here."""
import json
import os
import random
import unittest

from support import ProgramTest, jsonl, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260101"))

TEXTS = ("", "plain", "caf\u00e9", "\u6df1\u5ea6", "\U0001F600", "a\"b\\c/d", "\t\n\r", "\u2028\u2029", "\u202e", "\x7f", "</script>",
         "{\"a\":1}", "null", "\ufeffx", "\x01\x1f", "\u00a0")
NUMBERS = ("0", "-0", "1", "-1", "10", "1.0", "1.50", "1e5", "1E+5", "1e-300", "123456789012345678901234567890",
           "0.1", "3.141592653589793238462643383279", "-0.0e-0", "9007199254740993", "1e400")


def random_value(rng, depth=0):
    """JSON text of a random value."""
    kind = rng.randrange(8 if depth < 4 else 5)
    if kind == 0:
        return rng.choice(("null", "true", "false"))
    if kind in (1, 2):
        return rng.choice(NUMBERS)
    if kind in (3, 4):
        return json.dumps(rng.choice(TEXTS) + rng.choice(TEXTS), ensure_ascii=rng.random() < 0.5)
    if kind == 5:
        return "[%s]" % ",".join(random_value(rng, depth + 1) for _ in range(rng.randrange(4)))
    names = rng.sample(("a", "b c", "", "\u00e9", "id", "title", "x" * 50), rng.randrange(4))
    return "{%s}" % ",".join("%s:%s" % (json.dumps(name), random_value(rng, depth + 1)) for name in names)


def exactly(text):
    """The value of JSON text, its numbers as they are written and its members in their order."""
    return json.loads(text, parse_int=lambda digits: "#" + digits, parse_float=lambda digits: "#" + digits,
                      object_pairs_hook=lambda pairs: pairs)


class Unlisted(ProgramTest):
    def test_members_come_back_as_they_were(self):
        rng = random.Random(SEED)
        lines = {}
        for number in range(250):
            members = ['"id":"r%d"' % number, '"title":"word"']
            members += ['"more%d":%s' % (n, random_value(rng)) for n in range(rng.randrange(6))]
            rng.shuffle(members)
            lines["r%d" % number] = "{%s}" % ",".join(members)
        for engine in ("native", "xapian"):
            with self.subTest(engine=engine, seed=SEED):
                self.index = self.folder / engine
                self.make("--engine", engine, self.write("a.jsonl", "".join(line + "\n" for line in lines.values())))
                shown = self.stored(list(lines))
                self.assertEqual(len(shown), len(lines))
                for line, (name, given) in zip(shown, lines.items()):
                    self.assertEqual(exactly(line), exactly(given), name)
                again = self.run_index("--json", self.folder / "a.jsonl")
                self.assert_counts(again.json, unchanged=len(lines))

    def test_what_is_shown_can_be_indexed_again(self):
        rng = random.Random(SEED + 1)
        records = "".join('{"title":"word %d","x":%s}\n' % (n, random_value(rng)) for n in range(100))
        self.make(self.write("a.jsonl", records))
        before = self.state()[1]
        second = self.folder / "second"
        path = self.write("shown.jsonl", "".join(line + "\n" for line in before))
        self.assertEqual(ksearch("index", "--index", second, path).status, 0)
        self.index = second
        self.assertEqual(self.state()[1], before)


def day_of(date):
    """The first day of a date, as a number; None where the year is not known."""
    if date is None or date.startswith("--"):
        return None
    parts = [int(part) for part in date.split("-")] + [1, 1]
    return parts[0] * 10000 + parts[1] * 100 + parts[2]


class Dates(ProgramTest):
    """Dates of every form, some of them the same."""

    def setUp(self):
        super().setUp()
        rng = random.Random(SEED + 2)
        forms = ("%04d", "%04d-%02d", "%04d-%02d-%02d", "--%02d-%02d")
        self.dates = {}
        for number in range(160):
            year, month, day = rng.randrange(2012, 2016), rng.randrange(1, 13), rng.randrange(1, 29)
            form = rng.choice(forms + (None,))
            if form is None:
                date = None
            elif form.startswith("--"):
                date = form % (month, day)
            else:
                date = form % (year, month, day)[:form.count("%")]
            self.dates["r%03d" % number] = date
        records = [{"id": name, "title": "word", **({"date": date} if date else {})} for name, date in self.dates.items()]
        rng.shuffle(records)
        self.source = self.write("a.jsonl", jsonl(records))

    def order_of(self, name):
        """Newest first: with a year by its first day; without one by month and day, below all others; then by id."""
        date = self.dates[name]
        if date is None:
            return (2, 0, name)
        if date.startswith("--"):
            return (1, -(int(date[2:4]) * 100 + int(date[5:7])), name)
        return (0, -day_of(date), name)

    def ids(self, *arguments):
        result = ksearch("feed", "--index", self.index, "--format", "ids", "--limit", "1000", "--", *arguments)
        self.assertIn(result.status, (0, 1), result)
        return result.out.split()

    def each_engine(self):
        for engine in ("native", "xapian"):
            self.index = self.folder / engine
            self.make("--engine", engine, self.source)
            yield engine

    def test_order(self):
        wanted = sorted(self.dates, key=self.order_of)
        for engine in self.each_engine():
            self.assertEqual(self.ids(), wanted, engine)
            old = self.run_search("--sort", "old", "--format", "ids", "--limit", "1000", "word").out.split()
            self.assertEqual(old, wanted[::-1], engine)
            new = self.run_search("--sort", "new", "--format", "ids", "--limit", "1000", "word").out.split()
            self.assertEqual(new, wanted, engine)

    def test_filters(self):
        filters = (("date:2013", 20130101, 20131231), ("date:2013-02", 20130201, 20130228),
                   ("date:2013..2014-06", 20130101, 20140630), ("after:2014", 20140101, 99991231),
                   ("after:2014-03-15", 20140315, 99991231), ("before:2012", 0, 20121231),
                   ("before:2012-07-09", 0, 20120709), ("date:..2013-05", 0, 20130531),
                   ("date:2015-12-31..", 20151231, 99991231), ("date:2011", 20110101, 20111231),
                   ("date:2012-02-29", 20120229, 20120229))
        for engine in self.each_engine():
            for text, first, last in filters:
                with self.subTest(engine=engine, filter=text):
                    inside = {name for name, date in self.dates.items() if day_of(date) and first <= day_of(date) <= last}
                    self.assertEqual(set(self.ids(text)), inside)
                    self.assertEqual(set(self.ids("-" + text)), set(self.dates) - inside)
            with_date = {name for name, date in self.dates.items() if date}
            self.assertEqual(set(self.ids("has:date")), with_date)


if __name__ == "__main__":
    unittest.main()
