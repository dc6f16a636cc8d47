"""ksearch index: input that is wrong, damaged or odd. The rest goes in, and what is wrong is named."""
import gzip
import json
import unittest

from support import ProgramTest, jsonl, record, summary_line

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Rejects(ProgramTest):
    def index_with_bad_line(self, line, *arguments):
        """A good record, the line, a good record; returns the result, and the line's byte offset."""
        start = jsonl([record("before")])
        source = self.write("in.jsonl", start + line + b"\n" + jsonl([record("after")]))
        return self.run_index(*arguments, source), len(start)

    def assert_rejected(self, line, *texts, at=0):
        """The line is rejected for what stands at byte `at` of it, and the two good ones go in."""
        result, byte = self.index_with_bad_line(line)
        self.assertEqual((result.status, result.out), (3, summary_line(3, new=2, rejected=1)), result)
        self.assertIn("in.jsonl:2: byte %d: " % (byte + at), result.err)
        for text in texts:
            self.assertIn(text, result.err)
        self.assertEqual(sorted(self.records()), ["after", "before"])

    def test_not_json(self):
        self.assert_rejected(b"some words", "not valid JSON")

    def test_cut_off(self):
        self.assert_rejected(b'{"id": "x", "summary": "te', "not valid JSON", at=26)

    def test_two_values_on_a_line(self):
        self.assert_rejected(b'{"summary":"a"} {"summary":"b"}', "not valid JSON", at=16)

    def test_array(self):
        self.assert_rejected(b'["text"]')

    def test_no_text(self):
        self.assert_rejected(b'{"id": "x", "kind": "blog"}')

    def test_date_that_is_none(self):
        self.assert_rejected(b'{"summary": "x", "date": "2014-02-30"}', '"date" must be', at=25)

    def test_too_large(self):
        line = b'{"id":"big","summary":"' + b"x" * (17 << 20) + b'"}'
        self.assert_rejected(line, "16777216")

    def test_just_not_too_large(self):
        line = b'{"id":"big","summary":"' + b"x " * (8 << 20)
        source = self.write("in.jsonl", line[:(16 << 20) - 2] + b'"}\n')
        self.assert_counts(self.report(source), new=1)
        self.assertEqual(list(self.records()), ["big"])

    def test_wrong_types(self):
        wrong = {"id": 5, "kind": [], "author": {}, "date": 2014, "status": True, "url": 1, "title": ["a"],
                 "summary": {}, "claims": "text", "tags": [1], "body": False, "lang": 0}
        good = [record("good%d" % n) for n in range(len(wrong))]
        lines = []
        for (name, value), one in zip(wrong.items(), good):
            lines += [{"id": "bad", "summary": "text", "claims": [], name: value}, one]
        report = self.report(self.write("in.jsonl", lines), status=3)
        self.assert_counts(report, new=len(good), rejected=len(wrong))
        for name, reject in zip(wrong, report["rejected"]):
            self.assertIn('"%s" must be' % name, reject["reason"])
        self.assertEqual([one["line"] for one in report["rejected"]], list(range(1, 2 * len(wrong), 2)))
        self.assertEqual(sorted(self.records()), sorted(one["id"] for one in good))

    def test_report_names_the_place(self):
        start = jsonl([record("1"), record("2")])
        source = self.write("in.jsonl", start + b"\n{}\n")
        report = self.report(source, status=3)
        reject, = report["rejected"]
        self.assertEqual((reject["source"], reject["line"], reject["byte"]), (str(source), 4, len(start) + 1))

    def test_place_in_a_compressed_array(self):
        text = json.dumps([record("1"), {"id": "x"}, record("2")])
        report = self.report(self.write("in.json.gz", gzip.compress(text.encode())), status=3)
        self.assert_counts(report, new=2, rejected=1)
        self.assertEqual(report["rejected"][0]["byte"], text.index('{"id": "x"'))

    def test_what_is_missing_beside_a_reject_stays(self):
        source = self.write("in.jsonl", [record("1"), record("2"), record("3")])
        self.make(source)
        source.write_bytes(jsonl([record("1")]) + b'{"id":"2","summary":\n')
        report = self.report(source, status=3)
        self.assert_counts(report, unchanged=1, rejected=1, kept=2)
        self.assertEqual(sorted(self.records()), ["1", "2", "3"])

    def test_reject_in_one_source_does_not_keep_another(self):
        bad = self.write("bad.jsonl", [record("1"), record("2")])
        good = self.write("good.jsonl", [record("3"), record("4")])
        self.make(bad, good)
        bad.write_bytes(jsonl([record("1")]) + b"no\n")
        self.write("good.jsonl", [record("3")])
        self.assert_counts(self.report(bad, good, status=3), unchanged=2, rejected=1, kept=1, removed=1)
        self.assertEqual(sorted(self.records()), ["1", "2", "3"])

    def test_strict(self):
        self.make(self.write("old.jsonl", [record("old")]))
        before = self.state()
        result, _ = self.index_with_bad_line(b"no", "--strict")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn("in.jsonl:2: byte ", result.err)
        self.assertIn("nothing was committed", result.err)
        self.assertEqual(self.state(), before)

    def test_strict_report(self):
        self.make(self.write("old.jsonl", [record("old")]))
        before = self.state()
        result, _ = self.index_with_bad_line(b"no", "--strict", "--json")
        self.assertEqual(result.status, 2)
        self.assert_schema(result.json, "index_report")
        self.assertEqual(len(result.json["rejected"]), 1)
        self.assert_schema(json.loads(result.err), "error")
        self.assertEqual(result.error["code"], "rejected")
        self.assertEqual(self.state(), before)

    def test_strict_without_rejects(self):
        self.assert_counts(self.report("--strict", self.write("in.jsonl", [record("1")])), new=1)


class Repairs(ProgramTest):
    def stored_summary(self, line, repaired, status=0):
        source = self.write("in.jsonl", line + b"\n")
        report = self.report(source)
        self.assert_counts(report, new=1, repaired=repaired)
        again = self.run_index(source)
        self.assertEqual((again.status, again.out), (0, summary_line(1, unchanged=1)))
        if repaired:
            self.assertIn("replaced by U+FFFD", again.err)
        return self.records()["1"]["summary"]

    def test_invalid_utf8(self):
        text = self.stored_summary(b'{"id":"1","summary":"one \xff two \xc3( three \xed\xa0\x80"}', 5)
        self.assertEqual(text, "one %s two %s( three %s" % (REPLACEMENT, REPLACEMENT, 3 * REPLACEMENT))

    def test_raw_nul(self):
        self.assertEqual(self.stored_summary(b'{"id":"1","summary":"a\x00b"}', 1), "a" + REPLACEMENT + "b")

    def test_escaped_nul(self):
        self.assertEqual(self.stored_summary(b'{"id":"1","summary":"a\\u0000b"}', 1), "a" + REPLACEMENT + "b")

    def test_lone_surrogate(self):
        self.assertEqual(self.stored_summary(b'{"id":"1","summary":"a\\ud800b"}', 1), "a" + REPLACEMENT + "b")

    def test_pair_of_surrogates(self):
        self.assertEqual(self.stored_summary(b'{"id":"1","summary":"a\\ud83d\\ude00b"}', 0), "a\U0001F600b")

    def test_answers_stay_utf8(self):
        self.make_quietly(b'{"id":"1","title":"\xe4\xb8 title","summary":"word \xff","tags":["t\xfeg"]}\n')
        for form in ("text", "json", "jsonl"):
            result = self.run_search("--format", form, "word")  # Result decodes strictly
            self.assertEqual(result.status, 0)
            self.assertIn(REPLACEMENT, result.out)

    def make_quietly(self, content):
        self.assertEqual(self.run_index(self.write("in.jsonl", content)).status, 0)


class Forms(ProgramTest):
    def test_empty_file(self):
        self.assert_counts(self.report(self.write("in.jsonl", b"")))
        self.assertEqual(self.records(), {})

    def test_blank_lines(self):
        self.assert_counts(self.report(self.write("in.jsonl", b"\n  \n\t\n\r\n")))

    def test_empty_array(self):
        self.assert_counts(self.report(self.write("in.json", b" [ ] ")))

    def test_carriage_returns(self):
        content = jsonl([record("1"), record("2")])
        source = self.write("in.jsonl", content)
        self.make(source)
        source.write_bytes(content.replace(b"\n", b"\r\n"))
        self.assert_counts(self.report(source), unchanged=2)

    def test_byte_order_mark_and_no_last_newline(self):
        self.assert_counts(self.report(self.write("in.jsonl", b"\xef\xbb\xbf" + jsonl([record("1")])[:-1])), new=1)

    def test_compressed_and_plain_are_the_same(self):
        content = jsonl([record(str(n)) for n in range(100)])
        self.make(self.write("in.jsonl", content))
        self.assert_counts(self.report(self.write("in.jsonl.gz", gzip.compress(content))), unchanged=100)

    def test_truncated_gzip(self):
        self.make(self.write("old.jsonl", [record("old")]))
        packed = gzip.compress(jsonl([record(str(n), summary=str(n ** 9)) for n in range(500)]))
        source = self.write("in.jsonl.gz", packed[:len(packed) // 2])
        self.assert_index_fails("format", "in.jsonl.gz", arguments=(source,))

    def test_damaged_gzip(self):
        self.make(self.write("old.jsonl", [record("old")]))
        packed = bytearray(gzip.compress(jsonl([record(str(n), summary=str(n ** 9)) for n in range(500)])))
        packed[len(packed) // 2] ^= 0x55
        self.assert_index_fails("format", "in.jsonl.gz", arguments=(self.write("in.jsonl.gz", bytes(packed)),))

    def test_cut_off_array(self):
        source = self.write("in.json", json.dumps([record("1"), record("2")])[:-20])
        before = self.run_index(self.write("old.jsonl", [record("old")]))
        self.assertEqual(before.status, 0)
        result = self.run_index(source)
        self.assertIn(result.status, (2, 3), result)
        self.assertIn("in.json", result.err)
        self.assertIn("old", self.records())

    def test_not_a_capture_file(self):
        self.make(self.write("old.jsonl", [record("old")]))
        self.assert_index_fails("format", "picture", arguments=(self.write("picture", b"\x89PNG\r\n\x1a\n" * 9),))


if __name__ == "__main__":
    unittest.main()
