"""Words of all scripts through the whole program, with Python's knowledge of Unicode as a second judge: however a word
is written - composed or not, in capitals or not, in wide or styled letters, with accents or without - it finds the
records of the others, and what they show is the text as it was."""
import json
import os
import random
import unicodedata
import unittest

from support import ProgramTest, ksearch

SEED = int(os.environ.get("KS_TEST_SEED", "20260304"))

# Letters that are words by themselves and compose, decompose and change case in ways of their own.
LETTERS = {
    "latin": "abcdefghiklmnoprstuvz\u00e0\u00e4\u00e5\u00e7\u00e9\u00ea\u00ed\u00f1\u00f3\u00f6\u00fc\u010d\u0119\u0159\u0161\u017e\u1ea5\u1edb",
    "greek": "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b7\u03ba\u03bb\u03bc\u03bd\u03c0\u03c1\u03c4\u03c6\u03ac\u03ad\u03cc\u03ce",
    "cyrillic": "\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443\u0439\u0451",
    "armenian": "\u0561\u0562\u0563\u0564\u0565\u0566\u0567\u0568\u0569\u056a",
    "georgian": "\u10d0\u10d1\u10d2\u10d3\u10d4\u10d5\u10d6\u10d7",
    "hebrew": "\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7",
    "arabic": "\u0627\u0628\u062a\u062b\u062c\u062d\u062e\u062f",
}
WORDS_OF_EACH = 40


def strip_marks(text):
    return "".join(one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn")


def wide(text):
    """ASCII letters in their wide forms."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def bold(text):
    """Small ASCII letters as the mathematical ones."""
    return "".join(chr(ord(one) - ord("a") + 0x1D41A) if "a" <= one <= "z" else one for one in text)


WRITINGS = {
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "compatible": lambda text: unicodedata.normalize("NFKD", text),
    "capitals": str.upper,
    "title": str.capitalize,
    "folded": str.casefold,
    "unaccented": strip_marks,
    "wide": wide,
    "bold": bold,
    "capitals, decomposed": lambda text: unicodedata.normalize("NFD", text.upper()),
    "a soft hyphen inside": lambda text: text[:3] + "\u00ad" + text[3:],
    "a joiner inside": lambda text: text[:3] + "\u200d" + text[3:],
}


class Writings(ProgramTest):
    @classmethod
    def setUpClass(cls):
        rng = random.Random(SEED)
        cls.words = {}
        for script, letters in LETTERS.items():
            while sum(one.startswith(script) for one in cls.words) < WORDS_OF_EACH:
                word = "".join(rng.choice(letters) for _ in range(rng.randrange(6, 12)))
                key = strip_marks(word).casefold()
                if key not in (strip_marks(other).casefold() for other in cls.words.values()):
                    cls.words["%s%d" % (script, len(cls.words))] = word

    def make_index(self, write=lambda text: text, language="none"):
        """Without stemming: what is tested is how words are written."""
        records = [{"id": name, "title": write(word)} for name, word in self.words.items()]
        self.make("--language", language, self.write("a.jsonl", records))

    def found(self, queries):
        """The first id that each query finds, and how many it finds."""
        text = "".join(json.dumps({"id": name, "query": query}) + "\n" for name, query in queries.items())
        result = ksearch("search", "--index", self.index, "--batch", "-", "--fields", "id", input=text)
        self.assertEqual((result.status, result.err), (0, ""), result)
        return {one["id"]: [hit["id"] for hit in one["hits"]] for one in result.lines}

    def check(self, queries):
        for name, hits in self.found(queries).items():
            with self.subTest(seed=SEED, record=name, query=queries[name]):
                self.assertEqual(hits, [name])

    def test_every_writing_finds_the_word(self):
        self.make_index()
        for writing, write in WRITINGS.items():
            with self.subTest(writing=writing):
                self.check({name: write(word) for name, word in self.words.items()})

    def test_every_writing_is_found_by_the_word(self):
        for number, (writing, write) in enumerate(WRITINGS.items()):
            with self.subTest(writing=writing):
                self.index = self.folder / ("index%d" % number)
                self.make_index(write)
                self.check(self.words)

    def test_phrases_and_prefixes(self):
        self.make_index()
        self.check({name: '"%s"' % word.upper() for name, word in self.words.items()})
        self.check({name: unicodedata.normalize("NFD", word) + "*" for name, word in self.words.items()})

    def test_what_is_shown_is_the_text_as_it_was(self):
        for number, writing in enumerate(("decomposed", "capitals", "wide", "bold")):
            write = WRITINGS[writing]
            self.index = self.folder / ("index%d" % number)
            self.make_index(write)
            text = "".join(json.dumps({"id": name, "query": word}) + "\n" for name, word in self.words.items())
            result = ksearch("search", "--index", self.index, "--batch", "-", input=text)
            for one in result.lines:
                with self.subTest(seed=SEED, writing=writing, record=one["id"]):
                    (hit,) = one["hits"]
                    written = write(self.words[one["id"]])
                    self.assertEqual(hit["title"], written)
                    (passage,) = hit["passages"]
                    (span,) = passage["spans"]
                    self.assertEqual((span["start_byte"], span["end_byte"]), (0, len(written.encode())))
                    self.assertEqual((span["start_utf16"], span["end_utf16"]), (0, len(written.encode("utf-16-le")) // 2))


class Separators(ProgramTest):
    """What stands between words, by its category: every separator, control, symbol and mark of punctuation that is not
    among those that join the parts of a compound, or that signs of words are made of."""
    JOINING = set("-_./'+#,:;\u2019\u2010\u2011\u00b7\u2027\u2044\u2215\u02bc\uff07\ufe63\uff0d\uff0e\uff0f\uff3f\ufe52\uff0b\uff03\uff0c")

    def test_each_parts_words(self):
        singles = []
        for point in range(0x21, 0x3000):
            one = chr(point)
            if unicodedata.category(one) not in ("Po", "Ps", "Pe", "Pi", "Pf", "Zs", "Zl", "Zp", "Sm", "Sc", "Sk", "So"):
                continue
            folded = unicodedata.normalize("NFKC", one)
            if one in self.JOINING or any(unicodedata.category(part)[0] in "LNM" or part in self.JOINING for part in folded):
                continue
            singles.append(one)
        self.assertGreater(len(singles), 1000)
        self.make(self.write("a.jsonl", [{"id": "u%04x" % ord(one), "title": "zorb%squix" % one} for one in singles]))
        result = ksearch("search", "--index", self.index, "--match", "all", "--limit", "10000", "--format", "ids",
                         '"zorb quix" -zorbquix')
        found = set(result.out.split())
        self.assertEqual({"u%04x" % ord(one) for one in singles} - found, set())


if __name__ == "__main__":
    unittest.main()
