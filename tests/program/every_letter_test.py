"""Every letter and every digit of Unicode, alone and in six surroundings, makes a word that finds the text in which it
stands, just as it stands there, and is shown. Python's tables say what a letter is."""
import json
import os
import unicodedata
import unittest

from support import ProgramTest

# Large ranges of characters that are all alike are looked at in part; a build with sanitizers looks at less.
STEP = 1 if os.environ.get("KS_BUILD_TYPE") == "Release" else 23
ALIKE = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x17000, 0x18CFF), (0x20000, 0x323AF))
ALIKE_STEP = 97
BATCH = 4000  # characters, each with all its surroundings

SURROUNDINGS = ("%s", "x%s", "%s1", "a%sb", "%s\u0301", "\u5b66%s\u5b66", "a-%s")


def is_dependent(code):
    """Letters by their category which are nothing by themselves: they fill, stretch, or stand for a mark alone."""
    decomposed = unicodedata.normalize("NFKC", chr(code))
    return code in (0x037A, 0x0640, 0x115F, 0x1160, 0x3164, 0xFFA0, 0xFF9E, 0xFF9F, 0xFE73) or \
        any(unicodedata.category(c)[0] == "M" for c in decomposed[:2]) or "\u0640" in decomposed


def characters():
    for first in range(0x21, 0x32400, STEP):
        skipped = any(low <= first <= high and (first - low) % ALIKE_STEP for low, high in ALIKE)
        if not skipped and unicodedata.category(chr(first))[0] in "LN" and not is_dependent(first):
            yield first


class EveryLetter(ProgramTest):
    def check(self, codes):
        records, lines, at = [], [], 0
        for code in codes:
            for form in SURROUNDINGS:
                word = form.replace("%s", chr(code))
                records.append({"id": str(at), "summary": "the %s one" % word})
                lines.append(json.dumps({"id": "U+%04X" % code, "query": "id:%d %s" % (at, word)}) + "\n")
                at += 1
        self.make(self.write("records.jsonl", records))
        result = self.run_search("--batch", "-", "--limit", "1", "--match", "all", "--fields", "passages", input="".join(lines))
        self.assertEqual(result.status, 0, result.err)
        for record, answer in zip(records, result.lines, strict=True):
            with self.subTest(character=answer["id"], text=record["summary"]):
                self.assertEqual(len(answer["hits"]), 1)
                shown = answer["hits"][0]["passages"][0]
                self.assertEqual(shown["text"], record["summary"])
                self.assertTrue(shown["spans"])
                for span in shown["spans"]:  # nothing but the word itself
                    self.assertGreaterEqual(span["start_byte"], len("the "))
                    self.assertLessEqual(span["end_byte"], len(shown["text"].encode("utf-8")) - len(" one"))

    def test_all(self):
        codes = list(characters())
        self.assertGreater(len(codes), 15000 // STEP)
        for first in range(0, len(codes), BATCH):
            self.index = self.folder / str(first)
            self.check(codes[first:first + BATCH])


if __name__ == "__main__":
    unittest.main()
