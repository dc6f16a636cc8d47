"""What a batch may be asked: ids and limits of every form, objects with odd members, input that cannot be read."""
import json
import os
import resource
import subprocess
import unittest

from output_test import on_terminal
from support import KSEARCH, PATIENCE, SampleTest, environment, ksearch


class Lines(SampleTest):
    def answers(self, text, *arguments, status=0):
        result = self.run_search("--batch", "-", "--fields", "id", *arguments, input=text)
        self.assertEqual(result.status, status, result)
        return result

    def ask(self, one):
        """The answer to one object, given as JSON text."""
        result = self.run_search("--batch", "-", input=one + "\n")
        self.assertEqual(len(result.lines), 1, result)
        return result.lines[0]

    def test_ids_come_back_as_they_were(self):
        for text in ('"q1"', '""', '"a b\\n\\u0007"', '"\\u00e9\\ud83d\\ude00"', "0", "-1", "7", "1.5", "-0.25", "1e3",
                     "123456789012345", "1234567890123456", "9007199254740991", "-9007199254740991", "0.1",
                     "3.141592653589793", "1e-300", "1.7976931348623157e308"):
            with self.subTest(id=text):
                self.assertEqual(self.ask('{"id":%s,"query":"pong"}' % text)["id"], json.loads(text))

    def test_integers_come_back_with_all_their_digits(self):
        before = r'"x":{"id":1,"y":[",",{"a":"}\\\",","id":2}]},"z":[],"t":",","u":-1.5e3,'
        for number in ("12345678901234567890", "-12345678901234567891", "9007199254740993", "10", "-7", "0", "-0", "123e-1",
                       "1" + "0" * 60):
            for text in ('{"id":%s,"query":"pong"}', '{"query":"pong", "id" : %s }', "{%s\"id\"\t:\t%%s,\"query\":\"pong\"}" % before):
                with self.subTest(id=number, line=text):
                    self.assertEqual(self.ask(text % number)["id"], json.loads(number))

    def test_lines_without_an_id_are_numbered(self):
        text = 'pong\n\n{"query":"lstm"}\n   \n{"id":null,"query":"a"}\n{\n'
        self.assertEqual([one["id"] for one in self.answers(text, status=3).lines], [1, 3, 5, 6])

    def test_ids_that_are_none(self):
        for text in ("true", "[]", "{}", "1e400", "[1]"):
            with self.subTest(id=text):
                answer = self.ask('{"id":%s,"query":"pong"}' % text)
                self.assertEqual(answer["id"], 1)
                self.assertEqual(answer["error"]["code"], "format")
                self.assertIn("id is neither text nor a number", answer["error"]["message"])

    def test_limits(self):
        total = self.search("--count", "exact", "learning")["total"]["value"]
        for text, hits in (("0", 0), ("1", 1), ("7", 7), ("null", 10), ("3.0", 3), ("1e1", 10), ("1000000", total)):
            with self.subTest(limit=text):
                self.assertEqual(len(self.ask('{"query":"learning","limit":%s}' % text)["hits"]), hits)
        for text in ("-1", "1.5", "1000001", '"3"', "true", "[]", "1e400", "-1e-5"):
            with self.subTest(limit=text):
                error = self.ask('{"query":"a","limit":%s}' % text)["error"]
                self.assertIn("limit is not a whole number", error["message"])

    def test_a_limit_holds_for_its_line_alone(self):
        text = '{"query":"learning","limit":2}\nlearning\n{"query":"learning","limit":0}\nlearning\n'
        counts = [len(one["hits"]) for one in self.answers(text, "--limit", "5").lines]
        self.assertEqual(counts, [2, 5, 0, 5])

    def test_objects_that_are_none(self):
        for text in ("{", '{"query":"a"', '{"query":"a"} x', '{"query":}', "{]", '{"query":"a"}{"query":"b"}'):
            with self.subTest(line=text):
                error = self.ask(text)["error"]
                self.assertEqual(error["code"], "format")
                self.assertIn("not valid JSON", error["message"])
        for text in ("{}", '{"id":1}', '{"query":null}', '{"query":5}', '{"query":["a"]}', '{"QUERY":"a"}'):
            with self.subTest(line=text):
                self.assertIn("query is missing, or is no text", self.ask(text)["error"]["message"])

    def test_members_that_are_not_known_are_passed_over(self):
        answer = self.ask('{"x":[{"query":"lstm"}],"query":"pong","limits":1,"offset":3}')
        self.assertEqual([hit["id"] for hit in answer["hits"]], self.ids("pong"))

    def test_nuls_are_blanks(self):
        for text, raw in ((r"po\u0000ng", "po ng"), (r"po\\u0000ng", r"po\u0000ng"), (r"\u0000\u0000a\u0000", "  a "),
                          ("po\0ng", "po ng"), (r"a\\\u0000", "a\\ "), (r"\u0001a", "\x01a")):
            with self.subTest(query=text):
                self.assertEqual(self.ask('{"query":"%s"}' % text)["query"]["raw"], raw)
        self.assertEqual(self.ask(r'{"id":"a\u0000b","query":"a"}')["id"], "a b")

    def test_what_begins_otherwise_is_a_query(self):
        for text in ("[1]", '"pong"', " {}", "pong {", "5", "null", "-pong", "--", "\t pong"):
            with self.subTest(line=text):
                self.assertIn("hits", self.ask(text))

    def test_line_ends(self):
        for text in ("pong\nlstm", "pong\nlstm\n", "pong\r\nlstm\r\n", "pong\n\n\nlstm\n\n", "\n\r\npong\r\r\nlstm"):
            with self.subTest(text=text):
                raws = [one["query"]["raw"] for one in self.answers(text).lines]
                self.assertEqual(raws, ["pong", "lstm"])

    def test_a_byte_order_mark(self):
        for line, raw, id in (('{"id":"x","query":"pong"}', "pong", "x"), ("pong", "pong", 1)):
            answers = self.answers("\ufeff" + line + "\n\ufeffpong\n").lines
            self.assertEqual([(one["query"]["raw"], one["id"]) for one in answers], [(raw, id), ("\ufeffpong", 2)])
        self.assertEqual(self.answers("\ufeff\n").lines, [])

    def test_a_line_of_a_megabyte(self):
        long = "pong " * 200000
        answers = self.answers(long + "\nlstm\n").lines
        self.assertEqual(len(answers), 2)
        self.assertTrue(answers[0]["query"]["warnings"])
        self.assertEqual(answers[1]["query"]["raw"], "lstm")


class Input(SampleTest):
    def test_a_file_and_standard_input_are_the_same(self):
        text = 'pong\n{"id":"x","query":"lstm","limit":3}\n{\n'
        path = self.write("queries", text)
        by_file = self.run_search("--batch", path)
        by_input = self.run_search("--batch", "-", input=text)
        without_time = [[{**one, "took_us": 0} for one in result.lines] for result in (by_file, by_input)]
        self.assertEqual(*without_time)
        self.assertEqual((by_file.status, by_input.status), (3, 3))

    def test_what_cannot_be_read(self):
        error = self.assert_json_error(self.run_search("--batch", self.folder), "io")
        self.assertEqual(error["message"], "cannot read %s: Is a directory" % self.folder)
        error = self.assert_json_error(self.run_search("--batch", self.folder / "nowhere"), "not_found")
        self.assertIn("nowhere: No such file or directory", error["message"])

    def test_on_a_terminal_too_an_answer_is_a_line(self):
        path = self.write("queries", 'pong\n{"id":5}\nlstm\n')
        status, output = on_terminal("search", "--index", self.index, "--batch", path, "--fields", "id", "--limit", "2")
        self.assertEqual(status, 3)
        self.assertEqual([json.loads(line)["id"] for line in output.splitlines()], [1, 5, 3])

    def test_input_that_is_closed(self):
        done = subprocess.run([KSEARCH, "search", "--index", str(self.index), "--batch", "-"], env=environment(),
                              stdin=None, capture_output=True, timeout=PATIENCE, preexec_fn=lambda: os.close(0))
        self.assertEqual((done.returncode, done.stdout), (0, b""), done)

    @unittest.skipIf(os.environ.get("KS_BUILD_TYPE") != "Release", "sanitizers need all the address space")
    def test_a_line_that_memory_does_not_hold(self):
        """The queries before it are answered, and its end is not taken for that of the input."""
        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (96 << 20, 96 << 20))
        path = self.folder / "queries"
        with open(path, "wb") as file:
            file.write(b"pong\nx")
            file.seek(130 << 20)
            file.write(b"y\nlstm\n")
        done = subprocess.run([KSEARCH, "search", "--index", str(self.index), "--batch", str(path)], env=environment(),
                              capture_output=True, timeout=PATIENCE, preexec_fn=little_memory)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertEqual(json.loads(done.stderr)["error"]["code"], "no_memory")


class Trec(SampleTest):
    def test_failures_go_to_standard_error(self):
        result = ksearch("search", "--index", self.index, "--batch", "-", "--format", "trec", "--limit", "2",
                         input='pong\n{"id":"q 2","query":5}\n{"id":"q 3","query":"lstm"}\n')
        self.assertEqual(result.status, 3)
        lines = [line.split(" ") for line in result.out.splitlines()]
        self.assertEqual([line[0] for line in lines], ["1", "1", "q_3", "q_3"])
        for line in lines:
            self.assertEqual(len(line), 6)
            self.assertEqual((line[1], line[5]), ("Q0", "ksearch"))
        self.assertEqual([line[3] for line in lines], ["1", "2", "1", "2"])
        self.assertEqual(result.err, "ksearch: query q 2: query is missing, or is no text\n")

    def test_ids_are_one_word(self):
        path = self.write("a.jsonl", [{"id": "two words", "title": "zebra"}, {"id": "tab\u2003x", "title": "zebra"}])
        index = self.folder / "index"
        self.assertEqual(ksearch("index", "--index", index, path).status, 0)
        result = ksearch("search", "--index", index, "--format", "trec", "zebra")
        self.assertEqual({line.split(" ")[2] for line in result.out.splitlines()}, {"two_words", "tab_x"})


if __name__ == "__main__":
    unittest.main()
