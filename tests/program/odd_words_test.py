"""Every word finds the records in which it stands, just as it stands there, and is shown where it stands: words of all
kinds and scripts, in fields short and long, and made-up words with the endings of each language that is stemmed."""
import os
import random
import re
import unittest

from odd_engines_test import WORDS
from support import ProgramTest, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260312"))
RECORDS = 60
FIELDS = ("title", "summary", "claims", "tags", "body")
MORE_WORDS = ("na\u00efve-Bayes", "e=mc\u00b2", "x\u2081", "1\u00bd", "Dvo\u0159\u00e1k", "[1]", "a,b", "1,234,567", "12,34", "3.",
              "\U0001D518\U0001D52B\U0001D526", "\u2177", "\u017ft", "Stra\u00dfe", "STRASSE", "rock\u2018n\u2019roll", "50\u20ac", "#tag",
              "C++17", "F#m", "a++b", "\u65e5\u672c2020\u5e74", "\u30c6\u30b9\u30c81", "A\u7d1a", "k-\u5e73\u5747\u6cd5", "\u4eba\u3005",
              "\ud55ca\uae00", "\U00020BB7\u91ce", "\uff76\uff9e", "\u304b\u3099", "\u304c", "\u200bzero\u200bwidth", "LSTMs", "GPUs",
              "\u0627\u0644\u0643\u062a\u0627\u0628", "\u05e9\u05dc\u05d5\u05dd", "\u10d0\u10d1", "\u0e01\u0e33", "\u1100\u1161\u11a8")
LONG_WORDS = ("PixelCNN++", "HTMLParsers", "GPT-3.5", "x-y-z-w", ".".join("abcdefghijklmnopqrstuvwxyz"), "A++", "++A", "F#", "##",
              "#1", "1#", "3D", "2nd", "\u00bdx", "C++/C#", "-".join(str(n) for n in range(40)), "camelCase" * 30, "\u5b66" * 90)
GAPS = (" ", " ", "  ", "\n", "\u3000", "\u00a0", " \u2014 ")

# Letters to make words of; other languages are written with the Latin ones.
LATIN = "abcdefghijklmnopqrstuvwxyz" * 2 + "\u00e1\u00e9\u00ed\u00f3\u00fa\u00e0\u00e8\u00e2\u00ea\u00f4\u00fb\u00e4\u00f6\u00fc\u00e5\u00f8\u00e6\u00f1\u00e7\u00df"
LETTERS = {"arabic": (0x0627, 0x064A), "armenian": (0x0561, 0x0586), "greek": (0x03B1, 0x03C9), "hindi": (0x0905, 0x0939),
           "nepali": (0x0905, 0x0939), "russian": (0x0430, 0x044F), "serbian": (0x0430, 0x045F), "tamil": (0x0B85, 0x0BB9),
           "yiddish": (0x05D0, 0x05EA)}
MARKS = {"hindi": "\u093e\u093f\u0940\u0941\u0947\u0902", "nepali": "\u093e\u093f\u0940\u0941\u0947\u0902", "tamil": "\u0bbe\u0bbf\u0bc1\u0bcd"}
TATWEEL = 0x0640  # which only stretches words
ENDINGS = ("s", "es", "ed", "ing", "ness", "ational", "en", "er", "ul", "amente", "\u044b", "\u0430\u043c\u0438", "\u03c9\u03bd",
           "\u0627\u062a", "\u093f\u092f\u093e\u0901", "lar\u0131n", "ssa", "ban")
BEGINNINGS = ("", "", "", "\u0627\u0644", "d'", "h", "b", "ge", "mh")


def texts_of(record):
    return [(field, text) for field in FIELDS
            for text in ([record[field]] if isinstance(record.get(field), str) else record.get(field, []))]


def is_word(text):
    """Whether a query of just this text asks for a word, and for nothing else."""
    return bool(re.search(r"[^\W_]", text)) and text[0] not in "-+" and not re.search(r'["()*:\s]', text) and \
        text not in ("OR", "AND", "NOT")


def made_words(rng, language):
    first, last = LETTERS.get(language, (0, 0))
    letters = [chr(code) for code in range(first, last + 1) if chr(code).isalpha() and code != TATWEEL] if first else LATIN
    words = []
    for _ in range(120):
        word = rng.choice(letters)
        for _ in range(rng.randrange(9)):
            word += rng.choice(letters) + (rng.choice(MARKS[language]) if language in MARKS and rng.random() < 0.3 else "")
        words += [word, rng.choice(BEGINNINGS) + word + rng.choice(ENDINGS)]
    return list(dict.fromkeys(words))


class OddWords(ProgramTest):
    def check(self, records, words):
        """Each word finds the records that have it, and whatever it finds is shown."""
        found = 0
        for word, answer in zip(words, self.ask_all(words, "--limit", str(len(records))), strict=True):
            with self.subTest(word=word):
                hits = {hit["id"]: hit for hit in answer["hits"]}
                found += len(hits)
                for record in records:
                    fields = {field for field, text in texts_of(record) if word in text.split()}
                    if fields:
                        self.assertIn(record["id"], hits)
                        self.assertLessEqual(fields, set(hits[record["id"]]["matched_fields"]))
                for hit in hits.values():
                    self.assertTrue(any(passage["spans"] for passage in hit["passages"]), hit)
                    for passage in hit["passages"]:
                        self.check_passage(records[int(hit["id"])], passage)
        self.assertGreater(found, len(words))

    def check_passage(self, record, passage):
        self.assertTrue(any(passage["field"] == field and passage["text"] in text for field, text in texts_of(record)))
        in_bytes, in_units, last = passage["text"].encode("utf-8"), passage["text"].encode("utf-16-le"), 0
        for span in passage["spans"]:
            self.assertLessEqual(last, span["start_byte"])
            self.assertLess(span["start_byte"], span["end_byte"])
            last = span["end_byte"]
            self.assertEqual(in_bytes[span["start_byte"]:span["end_byte"]].decode("utf-8"),
                             in_units[2 * span["start_utf16"]:2 * span["end_utf16"]].decode("utf-16-le"))
        self.assertLessEqual(last, len(in_bytes))

    def test_odd_words(self):
        print("KS_TEST_SEED=%d" % SEED)
        rng = random.Random(SEED)
        words = [word for word in WORDS + MORE_WORDS if "\n" not in word]

        def text(most):
            return "".join(rng.choice(words) + rng.choice(GAPS) for _ in range(rng.randrange(1, most + 1)))
        records = []
        for number in range(RECORDS):
            record = {"id": str(number), "summary": text(rng.choice((5, 60))), "claims": [text(rng.choice((4, 80)))],
                      "tags": [text(2).strip() for _ in range(rng.randrange(4))]}
            if rng.random() < 0.5:
                record.update(title=text(5), body=text(200))
            records.append(record)
        self.make(self.write("records.jsonl", records))
        self.check(records, [word for word in words if is_word(word)])

    def test_texts_quoted(self):
        """A text, or some of its words in a row, finds its record when it is quoted, in a row and near each other."""
        rng = random.Random(SEED + 2)
        words = [word for word in WORDS + MORE_WORDS + LONG_WORDS if '"' not in word]
        records, asked = [], []
        for number in range(400):
            text = "".join(rng.choice(words) + rng.choice(GAPS + ("/", "-", "", ".", "_", "'", ", "))
                           for _ in range(rng.randrange(1, 7)))
            records.append({"id": str(number), "title": "pad", "summary": text})
            pieces = text.split()
            first = rng.randrange(len(pieces))
            for quoted in (text, " ".join(pieces[first:rng.randrange(first, len(pieces)) + 1])):
                if re.search(r"[^\W_]", quoted):
                    asked += [(number, 'id:%d "%s"%s' % (number, quoted, slop)) for slop in ("", "~1", "~50")]
        self.make(self.write("records.jsonl", records))
        answers = self.ask_all([query for _, query in asked], "--match", "all", "--limit", "1", "--fields", "id")
        for (number, query), answer in zip(asked, answers, strict=True):
            with self.subTest(query=query):
                self.assertEqual([hit["id"] for hit in answer["hits"]], [str(number)])

    def test_every_language(self):
        rng = random.Random(SEED + 1)
        hint = ksearch("index", "--language", "nowhere", "--index", self.index, self.write("none.jsonl", [])).err
        languages = hint.split("hint: ")[1].split()
        self.assertGreater(len(languages), 15)
        for language in languages:
            self.index = self.folder / language
            words = made_words(rng, language)
            records = [{"id": str(number), "summary": " ".join(rng.choice(words) for _ in range(40))} for number in range(40)]
            result = self.run_index("--language", language, self.write("records.jsonl", records))
            self.assertEqual(result.status, 0, result)
            with self.subTest(language=language):
                self.check(records, words)


if __name__ == "__main__":
    unittest.main()
