"""Capture feeds written from records at random, read back through the whole program: kinds, authors, dates with the
years that the order tells, statuses, summaries, claims, and tags that are parted by what the feed says elsewhere."""
import os
import random
import unittest

from support import ProgramTest, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260303"))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WORDS = ("garden", "water", "stone", "river", "cloud", "paper", "light", "music", "train", "forest", "silver", "window")
KINDS = ("blog", "paper", "tweet", "github_gist", "video")
AUTHORS = ("ann", "bob lee", "c.d.", "Zo\u00eb")
STATUSES = (None, None, None, "failed", "partial")


def sentence(rng, words):
    return " ".join(rng.choice(WORDS) for _ in range(words)).capitalize() + "."


def random_entry(rng):
    return {"kind": rng.choice(KINDS), "author": rng.choice(AUTHORS), "month": rng.randrange(1, 13),
            "day": rng.randrange(1, 29), "status": rng.choice(STATUSES),
            "summary": [sentence(rng, rng.randrange(4, 12)) for _ in range(rng.randrange(1, 3))],
            "claims": [sentence(rng, rng.randrange(3, 9)) for _ in range(rng.randrange(3))]}


def text_of(entries, rng):
    """The feed's text. Blank lines, and blanks around what is written, say nothing."""
    lines = ["What was captured", ""]
    for one in entries:
        header = [one["kind"], one["author"], "%s %d" % (MONTHS[one["month"] - 1], one["day"])]
        if one["status"]:
            header.append(one["status"])
        lines.append(rng.choice(("", "  ")) + " / ".join(header) + rng.choice(("", " ", "\t")))
        lines += one["summary"]
        lines += ["\u201c%s\u201d" % claim for claim in one["claims"]]
        lines += [""] * rng.randrange(3)
    return rng.choice(("\n", "\r\n")).join(lines) + rng.choice(("", "\n"))


def years_of(entries, year):
    """Each entry's year: one back whenever the month and day go up."""
    before = (13, 0)
    years = []
    for one in entries:
        now = (one["month"], one["day"])
        year -= now > before
        before = now
        years.append(year)
    return years


class Feeds(ProgramTest):
    def read(self, *options):
        """The records in the order of the feed."""
        result = ksearch("index", "--index", self.index, *options, self.folder / "a.feed")
        self.assertEqual((result.status, result.err), (0, ""), result)
        return sorted(self.records().values(), key=lambda one: -one["feed_order"])

    def check(self, record, entry, date):
        self.assertEqual(record["kind"], entry["kind"])
        self.assertEqual(record["author"], entry["author"])
        self.assertEqual(record["date"], date)
        self.assertEqual(record.get("status"), entry["status"])
        self.assertEqual(record["summary"], " ".join(entry["summary"]))
        self.assertEqual(record.get("claims", []), entry["claims"])

    def each_feed(self, count):
        rng = random.Random(SEED)
        for number in range(count):
            entries = [random_entry(rng) for _ in range(rng.randrange(1, 25))]
            self.index = self.folder / ("index%d" % number)
            self.write("a.feed", text_of(entries, rng))
            with self.subTest(seed=SEED, number=number):
                yield entries

    def test_without_a_year(self):
        for entries in self.each_feed(5):
            records = self.read()
            self.assertEqual(len(records), len(entries))
            for record, entry in zip(records, entries, strict=True):
                self.check(record, entry, "--%02d-%02d" % (entry["month"], entry["day"]))
                self.assertNotIn("date_precision", record)

    def test_with_the_newest_record_s_year(self):
        for entries in self.each_feed(5):
            records = self.read("--year", "2020")
            for record, entry, year in zip(records, entries, years_of(entries, 2020), strict=True):
                self.check(record, entry, "%04d-%02d-%02d" % (year, entry["month"], entry["day"]))
                self.assertEqual(record["date_precision"], "inferred-year")

    def test_a_feed_is_in_the_order_of_time(self):
        """Also without a year, as its records are."""
        for entries in self.each_feed(2):
            records = self.read("--year", "2020")
            feed = ksearch("feed", "--format", "ids", "--limit", "100", "--index", self.index)
            dates = {one["id"]: (one["date"], one["feed_order"]) for one in records}
            shown = [dates[one] for one in feed.out.split("\n")[:-1]]
            self.assertEqual(shown, sorted(shown, key=lambda pair: pair[0], reverse=True))
            self.assertEqual(len(shown), len(entries))

    def test_reading_again_changes_nothing(self):
        for entries in self.each_feed(2):
            self.read()
            report = self.report(self.folder / "a.feed")
            self.assert_counts(report, unchanged=len(entries))


class Tags(ProgramTest):
    """Lines of tags that lost what was between them."""

    def tags_of(self, tags, glue):
        """Each line in a record of its own, whose text has the words of all."""
        words = sorted({word for line in tags for tag in line for word in tag.split("-")})
        entries = ["What was captured"]
        for number, line in enumerate(tags):
            entries += ["blog / ann / Jun %d" % (28 - number), "On the " + ", the ".join(words) + ".", glue.join(line), ""]
        self.write("a.feed", "\n".join(entries))
        self.make(self.folder / "a.feed")
        found = sorted(self.records().values(), key=lambda one: -one["feed_order"])
        return [one.get("tags", []) for one in found]

    def random_tags(self):
        rng = random.Random(SEED + 1)
        every = ["%s-%s" % (a, b) for a, b in zip(WORDS, WORDS[3:] + WORDS[:3])] + list(WORDS[:4])
        return [rng.sample(every, rng.randrange(2, 6)) for _ in range(20)]

    def test_lines_that_are_parted(self):
        tags = self.random_tags()
        self.assertEqual(self.tags_of(tags, ", "), tags)

    def test_lines_that_are_glued(self):
        """What comes back is the line, cut between the words that the text has; most tags are those that were."""
        tags = self.random_tags()
        found = self.tags_of(tags, "")
        right = 0
        for line, wanted in zip(found, tags, strict=True):
            self.assertEqual("".join(line), "".join(wanted))
            right += line == wanted
            for tag in line:
                self.assertTrue(set(tag.split("-")) <= set(WORDS), line)
        self.assertGreater(right, len(tags) * 2 // 3)


if __name__ == "__main__":
    unittest.main()
