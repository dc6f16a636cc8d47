"""Which objects are records, judged by a second reading of the record's description: random objects with members of
every type, and every date there may be; and sources as Python compresses them, whole and cut off at every place."""
import calendar
import gzip
import io
import json
import os
import random
import unittest
import zlib

from support import ProgramTest, jsonl, record

SEED = int(os.environ.get("KS_TEST_SEED", "20260308"))
TEXTS, LISTS = ("title", "summary", "body"), ("claims", "tags")
STRINGS = TEXTS + ("kind", "status", "url", "lang")
VALUES = (None, True, 0, 7, 1.5, "", "word", "two words", [], ["a"], ["a", "b"], [1], ["a", None], [[]], {}, {"a": 1})


def is_date(text):
    """YYYY, YYYY-MM, YYYY-MM-DD from year 1 on, or --MM-DD."""
    if not isinstance(text, str) or not text.isascii():
        return False
    if text.startswith("--"):
        year, parts = 2000, text[2:].split("-")  # a leap year: which one it was is not known
        if len(parts) != 2:
            return False
    else:
        parts = text.split("-")
        year, parts = parts[0], parts[1:]
        if len(year) != 4 or not year.isdigit() or int(year) == 0:
            return False
    if len(parts) > 2 or any(len(part) != 2 or not part.isdigit() for part in parts):
        return False
    month, day = (int(part) for part in parts + ["01"] * (2 - len(parts)))
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000 if calendar.isleap(int(year)) else 2001, month)[1]


def is_list_of_strings(value):
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_good(name, value):
    """Whether the member may have the value; null is none, and so is a text without characters."""
    if value is None or value == "" and name not in LISTS + ("feed_order",):
        return True
    if name in STRINGS:
        return isinstance(value, str)
    if name in LISTS:
        return is_list_of_strings(value)
    if name == "author":
        return isinstance(value, str) or is_list_of_strings(value)
    return name not in ("date", "feed_order") or (is_date(value) if name == "date" else is_order(value))


def is_order(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32


def has_text(value):
    texts = [value.get(name) for name in TEXTS]
    for name in LISTS:
        texts += value.get(name) or []
    return any(text for text in texts)


def is_record(value):
    return all(is_good(name, one) for name, one in value.items()) and has_text(value)


class Members(ProgramTest):
    def check(self, objects):
        for number, one in enumerate(objects):
            one["id"] = "r%d" % number
        report = self.report(self.write("a.jsonl", jsonl(objects)), status=3)
        rejected = {one["line"] for one in report["rejected"]}
        for number, one in enumerate(objects, 1):
            with self.subTest(seed=SEED, object=one):
                self.assertEqual(number not in rejected, is_record(one))
        self.assertGreater(len(objects) - len(rejected), len(objects) // 10)
        return report

    def test_every_value_in_every_member(self):
        names = STRINGS + LISTS + ("author", "date", "feed_order", "other")
        self.check([{"summary": "text", name: value} for name in names for value in VALUES])

    def test_members_at_random(self):
        rng = random.Random(SEED)
        names = STRINGS + LISTS + ("author", "feed_order", "other")
        good = ("word", "", None, ["a", "b"], 7)
        objects = []
        for _ in range(1500):
            one = {}
            for name in rng.sample(names, rng.randrange(1, 6)):
                fitting = [value for value in good if is_good(name, value)]
                one[name] = rng.choice(VALUES) if rng.random() < 0.1 else rng.choice(fitting)
            objects.append(one)
        self.check(objects)

    def test_dates(self):
        dates = ["%04d-%02d-%02d" % (year, month, day) for year in (0, 1, 1900, 2000, 2015, 2016, 9999)
                 for month in (0, 1, 2, 4, 12, 13) for day in (0, 1, 28, 29, 30, 31, 32)]
        dates += ["--%02d-%02d" % (month, day) for month in range(14) for day in (0, 1, 28, 29, 30, 31)]
        dates += ["%04d-%02d" % (year, month) for year in (0, 1, 2015, 9999) for month in range(14)]
        dates += ["%04d" % year for year in (0, 1, 999, 1000, 2015, 9999)]
        dates += ["", "-", "--", "---", "2015-", "2015-1", "2015-1-1", "201", "20155", "15-01-01", "2015-01-01T00:00", " 2015", "2015 ",
                  "2015/01/01", "--1-1", "--01", "-01-01", "2015-0a", "\u0662\u0660\u0661\u0665", "2015-01-01-01", "+2015", "next year"]
        dates = [date for date in dates if date]  # an empty text is none
        self.check([{"summary": "text", "date": date} for date in dates])

    def test_orders_of_a_feed(self):
        orders = [0, 1, 7, (1 << 32) - 1, 1 << 32, -1, 1.5, 1e400, "7", True, [], {}, None, 12345678901234567890]
        self.check([{"summary": "text", "feed_order": order} for order in orders if order != 1e400])


class Compressed(ProgramTest):
    """A source is what Python's gzip unpacks, however it was packed."""

    content = jsonl([record("r%d" % n, title="word %d" % (n * n % 97)) for n in range(60)])

    def packed_in_many_ways(self):
        half = len(self.content) // 2
        yield "fast", gzip.compress(self.content, 1)
        yield "best", gzip.compress(self.content, 9)
        yield "stored", gzip.compress(self.content, 0)
        yield "two members", gzip.compress(self.content[:half]) + gzip.compress(self.content[half:])
        yield "many members", b"".join(gzip.compress(self.content[at:at + 100]) for at in range(0, len(self.content), 100))
        yield "empty members", gzip.compress(b"") + gzip.compress(self.content) + gzip.compress(b"") * 3
        for strategy in (zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_FIXED):
            packer = zlib.compressobj(6, zlib.DEFLATED, 31, 9, strategy)
            yield "strategy %d" % strategy, packer.compress(self.content) + packer.flush()
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        pieces = [packer.compress(self.content[:half]) + packer.flush(zlib.Z_FULL_FLUSH), packer.compress(self.content[half:])]
        yield "flushed", b"".join(pieces) + packer.flush()
        named = io.BytesIO()
        with gzip.GzipFile("a name in the head", "wb", fileobj=named, mtime=12345) as file:
            file.write(self.content)
        yield "named", named.getvalue()
        plain = gzip.compress(self.content)
        yield "with extra bytes in the head", plain[:3] + b"\x04" + plain[4:10] + b"\x05\x00extra" + plain[10:]
        yield "with a comment", plain[:3] + b"\x10" + plain[4:10] + b"a comment\x00" + plain[10:]
        head = plain[:3] + b"\x02" + plain[4:10]
        yield "with a checked head", head + (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little") + plain[10:]

    def test_ways_of_packing(self):
        self.make(self.write("a.jsonl", self.content))
        wanted = self.state()[1]
        for number, (way, packed) in enumerate(self.packed_in_many_ways()):
            with self.subTest(way=way):
                self.assertEqual(gzip.decompress(packed), self.content)
                self.index = self.folder / ("index%d" % number)
                self.make(self.write("b.jsonl.gz", packed))
                self.assertEqual(self.state()[1], wanted)

    def test_cut_off(self):
        """At any place: what is there of it is not taken for the whole, and nothing changes."""
        packed = gzip.compress(self.content)
        self.make(self.write("a.jsonl", [record("before")]))
        rng = random.Random(SEED + 1)
        for size in sorted({2, 9, 10, 11, len(packed) - 1, len(packed) - 8, len(packed) - 9,
                            *(rng.randrange(12, len(packed)) for _ in range(8))}):
            with self.subTest(size=size):
                error = self.assert_json_error(self.run_index("--json", self.write("b.jsonl.gz", packed[:size])), "format")
                self.assertIn("b.jsonl.gz", error["message"])
        self.assertEqual(list(self.records()), ["before"])

    def test_damage(self):
        """A bit that is wrong anywhere behind the head is found, by the data, the checksum or the length."""
        packed = gzip.compress(self.content)
        self.make(self.write("a.jsonl", [record("before")]))
        rng = random.Random(SEED + 2)
        for at in sorted({len(packed) - 1, len(packed) - 5, *(rng.randrange(10, len(packed)) for _ in range(10))}):
            damaged = bytearray(packed)
            damaged[at] ^= 1 << rng.randrange(8)
            with self.subTest(seed=SEED, at=at):
                self.assertIn(self.run_index("--json", self.write("b.jsonl.gz", bytes(damaged))).status, (2,))
        self.assertEqual(list(self.records()), ["before"])


if __name__ == "__main__":
    unittest.main()
