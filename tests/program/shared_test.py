"""Checks on the shared corpora: known items, relevance, and the cost of indexing what did not change."""
import json
import os
import re
import subprocess
import sys
import unittest

from support import KSEARCH, PATIENCE, ProgramTest, SHARED_DIR, environment

LEAST_NDCG = {"cranfield": 0.515, "cisi": 0.355}
ARXIV = SHARED_DIR / "corpus" / "arxiv.jsonl"
ARXIV_RECORDS = 40000


def check(name, *arguments):
    """Runs one of the shared checks; its exit status and what it printed."""
    done = subprocess.run([sys.executable, SHARED_DIR / "checks" / name, KSEARCH, *arguments], text=True,
                          stdout=subprocess.PIPE, env=environment(), timeout=PATIENCE)
    print(done.stdout, flush=True)
    return done.returncode, done.stdout


@unittest.skipUnless((SHARED_DIR / "checks").is_dir(), "the shared checks are not there")
class Checks(unittest.TestCase):
    def test_known_items(self):
        corpus = SHARED_DIR / "corpus"
        status, output = check("known_items.py", corpus / "karpathy-feed.txt", corpus / "feed-queries.tsv", "--gold",
                               corpus / "karpathy-feed.gold.jsonl")
        self.assertEqual(status, 0, output)

    def test_relevance(self):
        status, output = check("relevance.py", *(SHARED_DIR / "relevance" / name for name in LEAST_NDCG))
        self.assertEqual(status, 0, output)
        found = dict(re.findall(r"^(\w+) .* nDCG@10 ([0-9.]+)", output, re.M))
        self.assertEqual(set(found), set(LEAST_NDCG))
        for name, least in LEAST_NDCG.items():
            self.assertGreaterEqual(float(found[name]), least, name)


@unittest.skipUnless(ARXIV.exists(), "the arXiv corpus is not there")
@unittest.skipUnless(os.environ.get("KS_BUILD_TYPE") == "Release", "only a release build is fast enough")
class Reindex(ProgramTest):
    """Unchanged records cost no indexing: nothing is written for them."""

    def files(self):
        return {path.name: path.read_bytes() for path in self.index.iterdir()}

    def test_arxiv(self):
        lines = ARXIV.read_bytes().splitlines(keepends=True)
        source = self.write("arxiv.jsonl", b"".join(lines))
        self.assert_counts(self.report(source), new=ARXIV_RECORDS)
        before, files = self.status(), self.files()
        report = self.report(source)
        self.assert_counts(report, unchanged=ARXIV_RECORDS)
        self.assertEqual(report["generation"], before["generation"])
        self.assertEqual(self.status(), before)
        self.assertTrue(self.files() == files, "the files of the index changed")
        self.change_a_hundred(lines)
        self.assert_counts(self.report(source), changed=100, unchanged=ARXIV_RECORDS - 100)
        self.assertEqual(self.run_search("--json", "--match", "all", "zweihundertelf").json["total"]["value"], 100)

    def change_a_hundred(self, lines):
        for at in range(0, ARXIV_RECORDS, ARXIV_RECORDS // 100):
            one = json.loads(lines[at])
            one["summary"] += " zweihundertelf"
            lines[at] = json.dumps(one).encode() + b"\n"
        self.write("arxiv.jsonl", b"".join(lines))


if __name__ == "__main__":
    unittest.main()
