"""ksearch search --batch: many queries on one open index, an answer a line, in order."""
import json
import subprocess
import unittest

from support import KSEARCH, ProgramTest, SOURCE_DIR, SampleTest, environment, record


def without_time(answer):
    return {name: value for name, value in answer.items() if name not in ("took_us", "id")}


class Batch(SampleTest):
    def batch(self, text, *arguments, status=0):
        result = self.run_search("--batch", "-", *arguments, input=text)
        self.assertEqual((result.status, result.err), (status, ""), result)
        for line in result.lines:
            self.assert_schema(line, "error" if "error" in line else "search")
        return result.lines

    def queries(self):
        lines = (SOURCE_DIR / "tests/data/sample/queries.tsv").read_text("utf-8").splitlines()
        return [line.split("\t")[0] for line in lines if not line.startswith("#")]

    def test_equals_single_searches(self):
        queries = self.queries()
        for options in ([], ["--match", "any", "-n", "3"], ["--fields", "id"], ["--sort", "new", "--offset", "1"]):
            answers = self.batch("\n".join(queries) + "\n", *options)
            self.assertEqual([answer["id"] for answer in answers], list(range(1, len(queries) + 1)))
            for query, answer in zip(queries, answers, strict=True):
                single = self.run_search("--json", *options, "--", query).json
                self.assertEqual(without_time(answer), without_time(single))

    def test_ids_and_limits(self):
        lines = [{"id": "first", "query": "learning", "limit": 2}, {"id": 7, "query": "pong"}, {"query": "learning"},
                 {"id": None, "query": "atari", "limit": None}, {"id": "zero", "query": "learning", "limit": 0},
                 {"id": 1.5, "query": "xyzzyqwerty"}, {"id": "", "query": "", "extra": [1, {}]}]
        answers = self.batch("".join(json.dumps(line) + "\n" for line in lines), "-n", "4", "--fields", "id")
        self.assertEqual([answer["id"] for answer in answers], ["first", 7, 3, 4, "zero", 1.5, ""])
        self.assertEqual([len(answer["hits"]) for answer in answers][:3], [2, 2, 4])
        self.assertEqual([len(answer["hits"]) for answer in answers][4:], [0, 0, 0])
        self.assertEqual(answers[4]["total"], answers[0]["total"])

    def test_plain_and_json_lines_and_blank_ones(self):
        answers = self.batch('pong\n\n{"query":"pong","id":"x"}\r\n   \npong\r\n"policy gradients"', "--fields", "id")
        self.assertEqual([answer["id"] for answer in answers], [1, "x", 5, 6])
        self.assertEqual(answers[0]["hits"], answers[1]["hits"])
        self.assertEqual(answers[0]["hits"], answers[2]["hits"])
        self.assertEqual(answers[2]["query"]["raw"], "pong")
        self.assertEqual(answers[3]["query"]["parsed"], '"policy gradients"')

    def test_bad_lines_in_the_middle(self):
        bad = ['{"query": "cut off', '{"id": "no query"}', '{"id": "type", "query": 5}', '{"query": "x", "limit": -1}',
               '{"query": "x", "limit": 1.5}', '{"query": "x", "limit": "3"}', '{"query": "x", "id": []}', "{}",
               '{"query": "x"} more', '{"query": "x", "limit": 1e300}']
        text = "".join("pong\n%s\n" % line for line in bad) + "pong\n"
        answers = self.batch(text, "--fields", "id", status=3)
        self.assertEqual(len(answers), 2 * len(bad) + 1)
        for number, answer in enumerate(answers):
            self.assertEqual("error" in answer, number % 2 == 1, answer)
        self.assertEqual({answer["error"]["code"] for answer in answers[1::2]}, {"format"})
        self.assertEqual([answer["id"] for answer in answers[1:6:2]], [2, "no query", "type"])
        self.assertEqual({len(answer["hits"]) for answer in answers[::2]}, {2})

    def test_trec(self):
        result = self.run_search("--batch", "-", "--format", "trec", "-n2",
                                 input='{"id":"q one","query":"pong"}\natari\n{bad\n')
        self.assertEqual(result.status, 3)
        rows = [line.split(" ") for line in result.out.splitlines()]
        self.assertEqual({len(row) for row in rows}, {6})
        self.assertEqual([row[0] for row in rows], ["q_one", "q_one", "2", "2"])
        self.assertEqual([row[3] for row in rows], ["1", "2", "1", "2"])
        self.assertTrue(result.err.startswith("ksearch: query 3: "), result)

    def test_file(self):
        path = self.write("queries.txt", "pong\natari\n")
        result = self.run_search("--batch", path)
        self.assertEqual((result.status, len(result.lines)), (0, 2))
        self.assert_json_error(self.run_search("--batch", self.folder / "none"), "not_found")
        self.assert_json_error(self.run_search("--batch", self.folder), "io")

    def test_empty(self):
        self.assertEqual(self.batch(""), [])
        self.assertEqual(self.batch("\n\n"), [])

    def test_no_hits_is_no_failure(self):
        answer, = self.batch("xyzzyqwerty\n")
        self.assertEqual(answer["hits"], [])

    def test_nul_and_invalid_utf8_in_a_line(self):
        result = self.run_search("--batch", "-", "--fields", "id", input=b"po\x00ng\npong \xff\npong\n")
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assertEqual(len(result.lines), 3)
        self.assertEqual(len(result.lines[2]["hits"]), 2)

    def test_co_process(self):
        """Each answer arrives before the next query is sent."""
        run = subprocess.Popen([KSEARCH, "search", "--index", self.index, "--batch", "-", "--fields", "id"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.kill)
        for number, query in enumerate(("pong", "atari", "learning", "{bad", "pong"), 1):
            run.stdin.write(query.encode() + b"\n")
            run.stdin.flush()
            answer = json.loads(run.stdout.readline())
            self.assertEqual(answer["id"], number)
            self.assertEqual("hits" in answer, query != "{bad")
        run.stdin.close()
        self.assertEqual(run.stdout.read(), b"")
        self.assertEqual(run.wait(), 3)

    def test_many_queries(self):
        answers = self.batch("pong\n" * 500, "--fields", "id")
        self.assertEqual(len(answers), 500)
        self.assertEqual({json.dumps(answer["hits"]) for answer in answers}, {json.dumps(answers[0]["hits"])})


class MovingIndex(ProgramTest):
    """A batch that stays open while the index is written again and again: each answer is of one state."""

    WORDS = ("apple", "banana", "cherry", "damson", "elder")

    def index_state(self, number):
        """In state N every record has the Nth word, and the first N * 10 records are gone."""
        text = "common %s" % self.WORDS[number]
        self.make(self.write("in.jsonl", [record(str(n), summary=text) for n in range(10 * number, 2000)]))

    def ask(self, run, query):
        run.stdin.write(query.encode() + b"\n")
        run.stdin.flush()
        return json.loads(run.stdout.readline())

    def test_answers_are_of_one_state(self):
        self.index_state(0)
        command = [KSEARCH, "search", "--index", self.index, "--batch", "-", "--count", "exact", "-n", "3"]
        run = subprocess.Popen(command + ["--fields", "summary"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env=environment())
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.kill)
        last = 0
        for number in range(len(self.WORDS)):
            if number:
                self.index_state(number)
            for query in ("common", *self.WORDS):
                state = self.check(self.ask(run, query), query)
                self.assertGreaterEqual(state, last)
                last = state
        run.stdin.close()
        self.assertEqual(run.wait(), 0)

    def check(self, answer, query):
        """Tells which state the answer is of."""
        self.assertNotIn("error", answer)
        state = answer["index"]["generation"] - 1
        records = 2000 - 10 * state
        found = records if query in ("common", self.WORDS[state]) else 0
        self.assertEqual((answer["index"]["records"], answer["total"]["value"]), (records, found), answer)
        self.assertEqual({hit["summary"] for hit in answer["hits"]},
                         {"common %s" % self.WORDS[state]} if found else set())
        return state


if __name__ == "__main__":
    unittest.main()
