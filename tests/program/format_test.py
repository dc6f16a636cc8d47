"""A second reader of the native index, made after docs/index-format.md and nothing else: it must find every record, word
and place that was indexed. What the document says and what the program writes are thus the same."""
import json
import math
import random
import struct
import unittest
import zlib

from support import ProgramTest

SEED = 20240301
WEIGHTS = (4, 1, 2, 3, 1)  # of title, summary, claims, tags, body

met = set()  # parts of the format that were read


class Bytes:
    """A place among bytes."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def take(self, size):
        self.at += size
        assert self.at <= len(self.data)
        return self.data[self.at - size:self.at]

    def numbers(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def number(self, form):
        return self.numbers(form)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.number("B")
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def string(self):
        return self.take(self.number("I"))

    def column(self, count):
        base, width, shift, _ = self.numbers("IBBH")
        values = [base + (int.from_bytes(self.take(width), "little") << shift) for _ in range(count)]
        assert self.take(4) == bytes(4)
        return values

    def bits(self, count):
        whole = int.from_bytes(self.take((count + 7) // 8), "little")
        return [whole >> i & 1 for i in range(count)]

    def rice(self, count, low):
        """Numbers in Rice's code; moves behind the last one's byte."""
        at = self.at * 8

        def bit():
            nonlocal at
            at += 1
            return self.data[(at - 1) // 8] >> (at - 1) % 8 & 1
        lows = [sum(bit() << i for i in range(low)) for _ in range(count)]
        values = []
        for value in lows:
            rest = 0
            while not bit():
                rest += 1
            values.append(rest << low | value)
        self.at = (at + 7) // 8
        return values

    def packed(self, bits):
        words = self.numbers("%dI" % (4 * bits))
        values = []
        for i in range(128):
            lane = sum(words[4 * w + i % 4] << 32 * w for w in range(bits))
            values.append(lane >> i // 4 * bits & (1 << bits) - 1)
        return values

    def shape(self, code=None):
        """The counts by field, and the frequency."""
        code = self.varint() if code is None else code
        if code == 0:
            met.add("several fields")
            mask = self.number("B")
            counts = {field: self.varint() for field in range(5) if mask >> field & 1}
        elif (code - 1) % 6 == 5:
            return {}, (code - 1) // 6 + 1
        else:
            counts = {(code - 1) % 6: (code - 1) // 6 + 1}
        return counts, sum(WEIGHTS[field] * count for field, count in counts.items())


def sections_of(data):
    count, chunks, checksums, _ = struct.unpack("<IIQQ", data[-32:-8])
    assert data[:8] == data[-8:] == b"KSFILE2\n"
    table = Bytes(data, checksums + 8 * (chunks + (chunks + 127) // 128))
    rows = [table.numbers("IIQQ") for _ in range(count)]
    assert table.at == len(data) - 32 and all(row[2] % 64 == 0 for row in rows)
    return {number: data[offset:offset + size] for number, _, offset, size in rows}


class Segment:
    def __init__(self, data):
        self.sections = sections_of(data)
        self.documents, _, self.total_length = self.open(0).numbers("IIQ")
        self.lengths = self.open(1).column(self.documents)
        orders = self.open(2)
        upper, lower = orders.column(self.documents), orders.column(self.documents)
        self.orders = [high << 32 | low for high, low in zip(upper, lower)]
        self.days = self.open(3).column(self.documents) if self.sections[3] else upper
        self.ids = self.read_ids()
        self.records = self.read_records()
        self.sources = self.read_sources()
        self.terms = dict(self.read_terms())

    def open(self, section, at=0):
        return Bytes(self.sections[section], at)

    def read_ids(self):
        section = self.open(5)
        least, _ = section.numbers("II")
        ends = [value + i * least for i, value in enumerate(section.column(self.documents + 1))]
        rest = section.take(len(section.data) - section.at)
        return [rest[ends[i]:ends[i + 1]].decode() for i in range(self.documents)]

    def read_sources(self):
        section = self.open(6)
        lists, count = section.numbers("II")
        starts = section.numbers("%dI" % (lists + 1))
        numbers = section.numbers("%dI" % count)
        return [list(numbers[starts[i]:starts[i + 1]]) for i in section.column(self.documents)]

    def read_records(self):
        index = self.open(9)
        count, blocks = index.numbers("II")
        rows = [index.numbers("QII") for _ in range(blocks + 1)]
        records = []
        for (begin, first, size), (end, following, _) in zip(rows, rows[1:]):
            block = Bytes(zlib.decompress(self.sections[8][begin:end], wbits=-15))
            assert len(block.data) == size and first == len(records)
            sizes = block.numbers("%dI" % (following - first))
            records += [json.loads(block.take(one)) for one in sizes]
        assert count == len(records) == self.documents
        return records

    def read_terms(self):
        index = self.open(12)
        count = index.number("Q")
        blocks = (count + 15) // 16
        prefixes, starts = index.numbers("%dQ" % blocks), index.numbers("%dQ" % blocks)
        for number, start in enumerate(starts):
            section, before = self.open(11, start), [0, 0]
            for i in range(min(16, count - 16 * number)):
                if i == 0:
                    term = section.take(section.number("B"))
                    assert int.from_bytes(term[:8].ljust(8, b"\0"), "big") == prefixes[number]
                else:
                    halves = section.number("B")
                    shared, suffix = halves & 15, halves >> 4
                    shared += section.number("B") if shared == 15 else 0
                    suffix += section.number("B") if suffix == 15 else 0
                    term = term[:shared] + section.take(suffix)
                yield term.decode(), self.read_entry(section, before)

    def read_entry(self, section, before):
        """The term's postings: document, frequency, positions by field."""
        first = section.varint()
        if not first & 1:
            before[0] += section.varint()
            before[1] += section.varint()
            return self.read_list(first // 2, *before)
        counts, frequency = section.shape(first // 2)
        document, places = section.varint(), sum(counts.values())
        met.add("few places" if places <= 4 else "many places")
        if places <= 4:
            gaps = [section.varint() for _ in range(places)]
        else:
            before[1] += section.varint()
            positions = self.open(13, before[1])
            gaps = positions.rice(places, positions.number("B"))
        return [(document, frequency, self.places(counts, iter(gaps)))]

    @staticmethod
    def places(counts, gaps):
        found = {}
        for field, count in counts.items():
            position = -1
            found[field] = [position := position + 1 + next(gaps) for _ in range(count)]
        return found

    def read_list(self, count, postings, positions):
        section, table, blocks = self.open(10, postings), [], (count + 127) // 128
        if count >= 128:
            size = section.varint()
            end = section.at + size
            table = [section.shape() for _ in range(section.number("B"))]
        pairs = [self.read_pairs(section, 16 if count > 128 else 8)] if count >= 16 else []
        skips = [section.numbers("4I") for _ in range(blocks)] if count > 128 else []
        of_block = [self.read_pairs(section, 8) for _ in skips]
        of_group = self.read_groups(section, blocks)
        met.add("skips" if skips else "no skips")
        before, found, data = -1, [], section.at
        for block in range(blocks):
            if count - 128 * block >= 128:
                shapes, gaps = self.read_full(section, table)
            else:
                shapes, gaps = self.read_tail(section, count % 128, before)
            documents = [before := before + 1 + gap for gap in gaps]
            if skips:
                assert skips[block][0] == before and data + skips[block][1] == section.at
            found += zip(documents, shapes)
            bounds = pairs + of_block[block:block + 1] + of_group[block // 16:block // 16 + 1]
            self.check_pairs(bounds, zip(documents, shapes))
        assert count < 128 or section.at == end
        return self.with_places(found, positions, skips)

    def read_groups(self, section, blocks):
        if blocks <= 16:
            return []
        met.add("groups")
        ends = [section.number("I") for _ in range((blocks + 15) // 16)]
        begin, found = section.at, []
        for end in ends:
            found.append(self.read_pairs(section, 16))
            assert section.at == begin + end
        return found

    def read_pairs(self, section, most):
        count = section.number("B")
        assert 1 <= count <= most
        frequencies, lengths = section.numbers("%dB" % count), section.numbers("%dH" % count)
        assert list(frequencies) == sorted(frequencies) and list(lengths) == sorted(lengths)
        return [(math.inf if tf == 255 else tf, length) for tf, length in zip(frequencies, lengths)]

    def check_pairs(self, bounds, postings):
        for document, (_, frequency) in postings:
            for pairs in bounds:
                assert any(tf >= frequency and length <= self.lengths[document] for tf, length in pairs)

    def read_full(self, section, table):
        of_gaps, of_shapes, exceptions = section.numbers("3B")
        gaps, numbers = section.packed(of_gaps), section.packed(of_shapes)
        shapes = [table[number] if number < len(table) else None for number in numbers]
        met.update(["exceptions"] if exceptions else ["full blocks"])
        for _ in range(exceptions):
            place, number = section.number("B"), section.varint()
            shapes[place] = section.shape() if number == len(table) else table[number]
        return shapes, gaps

    def read_tail(self, section, count, before):
        first = section.varint()
        common = section.shape(first // 2)
        mean = (self.documents - before - 1) // count
        gaps = section.rice(count, int(math.log2(mean)) if mean else 0)
        met.add("other shapes" if first & 1 else "one shape")
        others = section.bits(count) if first & 1 else [0] * count
        return [section.shape() if other else common for other in others], gaps

    def with_places(self, found, positions, skips):
        postings = []
        section = self.open(13, positions)
        for at in range(0, len(found), 128):
            block = found[at:at + 128]
            count = sum(sum(shape[0].values()) for _, shape in block)
            gaps = iter(section.rice(count, section.number("B")) if count else ())
            postings += [(document, shape[1], self.places(shape[0], gaps)) for document, shape in block]
            if skips:
                assert section.at - positions == skips[at // 128][3]
        return postings


class Index:
    """All live documents of an index, and which of its words and values they hold."""

    def __init__(self, folder):
        manifest = Bytes((folder / "manifest").read_bytes())
        assert manifest.take(8) == b"KSINDEX1"
        self.generation = manifest.number("Q")
        self.reading = [manifest.string() for _ in range(manifest.number("I"))]
        self.writing = [manifest.string() for _ in range(manifest.number("I"))]
        next_number = manifest.number("Q")
        rows = [manifest.numbers("QQII") for _ in range(manifest.number("I"))]
        self.metadata = {manifest.string(): manifest.string() for _ in range(manifest.number("I"))}
        assert manifest.at == len(manifest.data) - 8
        self.records, self.terms, self.segments, self.deleted = {}, {}, len(rows), 0
        for number, deletions, documents, deleted in rows:
            assert max(number, deletions) < next_number
            segment = Segment((folder / ("seg-%016x.ks" % number)).read_bytes())
            gone = [0] * documents
            if deletions:
                gone = Bytes(sections_of((folder / ("del-%016x.ks" % deletions)).read_bytes())[0]).bits(documents)
            assert segment.documents == documents and sum(gone) == deleted
            self.deleted += deleted
            self.add(segment, gone)

    def add(self, segment, gone):
        keys = [(-order, id.encode()) for order, id in zip(segment.orders, segment.ids)]
        assert keys == sorted(keys) and sum(segment.lengths) == segment.total_length
        for i, id in enumerate(segment.ids):
            if gone[i]:
                continue
            assert id not in self.records
            self.records[id] = (segment.records[i], segment.days[i], segment.lengths[i], segment.sources[i])
        for term, postings in segment.terms.items():
            for document, frequency, places in postings:
                if not gone[document]:
                    self.terms.setdefault(term, {})[segment.ids[document]] = (frequency, places)


def make_record(source, number):
    """Words that the analysis leaves alone; some are everywhere, some in one place."""
    def words(most):
        return " ".join("w" + "abcdefghij"[min(9, int(source.expovariate(0.4)))] + "xyz"[source.randrange(3)]
                        for _ in range(source.randrange(1, most)))
    record = {"id": "id%d" % number, "summary": words(30) + " only" + "".join(chr(97 + int(d)) for d in str(number)),
              "date": "20%02d-%02d-%02d" % (source.randrange(5, 25), source.randrange(1, 13), source.randrange(1, 29))}
    if source.random() < 0.3:
        record["title"] = words(5)
    if source.random() < 0.02:
        record["body"] = words(400)
    if number == 7:
        record["body"] = "lonely of lonely lonely lonely lonely lonely"
    if source.random() < 0.3:
        record["tags"] = ["tagone"]
    if number % 10 == 0:
        del record["date"]
    return record


def expected_terms(records):
    terms = {}
    for id, record in records.items():
        for field, name in enumerate(("title", "summary", "claims", "tags", "body")):
            value = record.get(name, "")
            for position, word in enumerate((" ".join(value) if isinstance(value, list) else value).split()):
                _, places = terms.setdefault(word, {}).setdefault(id, (0, {}))
                places.setdefault(field, []).append(position)
                terms[word][id] = (terms[word][id][0] + WEIGHTS[field], places)
        values = ["XKunknown", "XSok", "XO0"] + ["K" + tag for tag in record.get("tags", ())]
        values += ["XH" + name for name in ("title", "summary", "claims", "tags", "body", "date") if name in record]
        for value in values:
            terms.setdefault(value, {})[id] = (3 if value[0] == "K" else 1, {})
    return terms


class Format(ProgramTest):
    def setUp(self):
        super().setUp()
        print("seed %d" % SEED, flush=True)
        self.random = random.Random(SEED)

    def check(self, records):
        index = Index(self.index)
        status = self.status()
        self.assertEqual(index.generation, status["generation"])
        self.assertEqual((index.segments, index.deleted), (status["segments"], status["deleted"]))
        self.assertEqual(index.metadata[b"language"], b"none")
        self.assertEqual({id: found[0] for id, found in index.records.items()}, records)
        expected = expected_terms(records)
        self.assertEqual(sorted(index.terms), sorted(expected))
        for term, postings in index.terms.items():
            self.assertEqual(postings, expected[term], term)
        for id, (record, day, length, sources) in index.records.items():
            self.assertEqual(day, int(record.get("date", "0").replace("-", "")))
            self.assertEqual(length, sum(term[id][0] for name, term in expected.items()
                                         if id in term and (name[0] == "K" or name[0].islower())))
            self.assertEqual(sources, [0])
        return index

    def index_records(self, records, *options):
        self.make("--language", "none", *options, self.write("in.jsonl", list(records.values())))

    def test_small(self):
        for count in (1, 2, 15, 16, 17, 127, 128, 129):
            with self.subTest(count=count):
                self.index = self.folder / str(count)
                records = {"id%d" % n: make_record(self.random, n) for n in range(count)}
                self.index_records(records)
                self.check(records)

    def test_large_with_deletions(self):
        records = {"id%d" % n: make_record(self.random, n) for n in range(2500)}
        met.clear()
        self.index_records(records)
        self.assertEqual(self.check(records).deleted, 0)
        self.assertEqual(met, {"several fields", "few places", "many places", "exceptions", "full blocks", "other shapes",
                               "one shape", "skips", "groups", "no skips"})
        for n in range(0, 2500, 11):
            del records["id%d" % n]
        for n in range(1, 2500, 11):
            records["id%d" % n] = make_record(self.random, n)
        self.index_records(records)
        index = self.check(records)
        self.assertGreater(index.segments, 1)
        self.assertGreater(index.deleted, 300)


if __name__ == "__main__":
    unittest.main()
