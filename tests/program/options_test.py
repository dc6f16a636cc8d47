"""Every option of every command: where it belongs and where not, the values it takes at their edges, and what it
changes. The lists of options are read from the program's own help."""
import os
import re
import unittest

from support import ProgramTest, SampleTest, environment, jsonl, ksearch, record, summary_line

COMMANDS = ("search", "index", "feed", "show", "explain", "status", "check", "optimize", "schema", "help")

# A good value for each option that takes one.
VALUES = {"--format": "json", "--fields": "id", "--limit": "3", "--offset": "0", "--sort": "new", "--match": "any",
          "--tag-boost": "0.5", "--count": "exact", "--batch": "-", "--index": "/nonexistent/index",
          "--color": "never", "--engine": "native", "--language": "english", "--year": "2020", "--memory": "64M",
          "--threads": "1"}

# With sanitizers each run takes ten times as long: every third then.
STEP = 1 if os.environ.get("KS_BUILD_TYPE") == "Release" else 3


def options_of(command):
    """The options that the help of a command lists: long names, each with its letter or None, and its argument."""
    listed = ksearch("help", command).out.split("\nOptions:\n")[1]
    found = re.findall(r"^  (?:-(\w),|   ) (--[\w-]+)(?: (\S+))?", listed, re.M)
    return {name: (letter or None, argument or None) for letter, name, argument in found}


def usage_of(result):
    """Message and hint of an error of the command line, told as text, or in JSON where that was asked for."""
    if result.err.startswith("{"):
        return result.error["message"], result.error["hint"] or ""
    message, _, hint = result.err.removeprefix("ksearch: ").partition("\n")
    return message, hint.removeprefix("ksearch: hint: ").rstrip("\n")


class Belonging(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.options = {command: options_of(command) for command in COMMANDS if command != "help"}
        cls.all = {name: both for options in cls.options.values() for name, both in options.items()}

    def arguments(self, command):
        return {"search": ["x"], "index": [os.devnull], "feed": [], "show": ["x"], "explain": ["x"]}.get(command, [])

    def run_with(self, command, *option):
        rest = [] if option[0].startswith("--batch") else self.arguments(command)
        return ksearch(command, *option, *rest)

    def refusal(self, result):
        return re.search(r"unknown option|does not belong|is not|needs a value|takes no value|missing", result.err)

    def test_the_help_lists_options(self):
        for command, options in self.options.items():
            with self.subTest(command=command):
                self.assertIn("--help", options)
                self.assertIn("--version", options)
        for name, (_, argument) in self.all.items():
            self.assertEqual(argument is not None, name in VALUES, name)

    def test_options_of_a_command_are_taken(self):
        """In each spelling. There is no index, so that most end in that error and none in another."""
        for command, options in self.options.items():
            for name, (letter, argument) in options.items():
                value = VALUES.get(name)
                spellings = [[name, value], [name + "=" + value]] if argument else [[name]]
                if letter:
                    spellings += [["-" + letter, value], ["-" + letter + value]] if argument else [["-" + letter]]
                for spelling in spellings[::STEP]:
                    more = ["--json"] if name == "--fields" else []
                    with self.subTest(command=command, spelling=spelling):
                        result = self.run_with(command, *spelling, *more)
                        self.assertIsNone(self.refusal(result), result)

    def test_options_of_others_are_refused(self):
        for command, options in self.options.items():
            for name, (_, argument) in list(self.all.items())[::STEP]:
                if name in options:
                    continue
                with self.subTest(command=command, option=name):
                    result = self.run_with(command, *([name, VALUES[name]] if argument else [name]))
                    self.assertEqual((result.status, result.out), (2, ""))
                    self.assertEqual(usage_of(result), ("%s does not belong to ksearch %s" % (name, command),
                                                        "see ksearch %s --help" % command))

    def test_values_are_needed_and_only_where_they_belong(self):
        for command, options in self.options.items():
            for name, (_, argument) in list(options.items())[::STEP]:
                with self.subTest(command=command, option=name):
                    result = ksearch(command, name if argument else name + "=1")
                    self.assertEqual((result.status, result.out), (2, ""))
                    self.assertEqual(usage_of(result)[0], "%s needs a value: %s" % (name, argument) if argument
                                     else name + " takes no value")

    def test_help_wins_over_the_rest(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                result = ksearch(command, "--help")
                self.assertEqual((result.status, result.err), (0, ""))
                self.assertEqual(result.out, ksearch(command, "-h").out)
                self.assertEqual(ksearch(command, "--version").out, ksearch("--version").out)
                if command != "help":
                    self.assertEqual(result.out, ksearch("help", command).out)


class Edges(ProgramTest):
    """The least and the greatest values; one beyond them is an error that says what would be right."""

    def setUp(self):
        super().setUp()
        self.source = self.write("a.jsonl", [record("1", title="pong"), record("2", title="pong two")])
        self.make(self.source)

    CASES = {"search": [("--limit", ["0", "1", "1000000"], ["1000001", "-1", "", "1x", "0x1", "1.0", " 1", "1e3",
                                                          "99999999999999999999"], "a whole number from 0 to 1000000"),
                        ("--offset", ["0", "1000000000"], ["1000000001", "-0", "two"],
                         "a whole number from 0 to 1000000000"),
                        ("--tag-boost", ["0", "0.0", "1e-300", "1e6", "3.5"],
                         ["-1", "nan", "inf", "1e999", "1e300", "1000000.1", "x", ""],
                         "a number from 0 to 1000000"),
                        ("--sort", ["score", "new", "old"], ["", "News", "scor", "score|new"], "score|new|old"),
                        ("--match", ["auto", "all", "any"], ["", "both"], "auto|all|any"),
                        ("--count", ["bounded", "exact"], ["", "some"], "bounded|exact"),
                        ("--color", ["auto", "always", "never"], ["", "yes"], "auto|always|never"),
                        ("--format", ["text", "json", "jsonl", "ids", "trec"], ["", "xml", "JSON"],
                         "text|json|jsonl|ids|trec")],
             "index": [("--year", ["0", "1", "2020", "9999"], ["10000", "-1", "x"], "a whole number from 0 to 9999"),
                       ("--threads", ["0", "1", "256"], ["257", "-1", "all"], "a whole number from 0 to 256"),
                       ("--memory", ["16M", "16777216", "1G", "16384K", "20m"],
                        ["16777215", "15M", "1", "0", "", "M", "16MB", "16 M", "1T", "99999999999999999999G"],
                        "a size such as 512M or 1G, at least 16M")]}

    def test_values(self):
        for command, options in self.CASES.items():
            arguments = ["pong"] if command == "search" else [self.source]
            for name, good, bad, wanted in options:
                for value in good[::STEP]:
                    with self.subTest(option=name, value=value):
                        result = ksearch(command, "--index", self.index, name + "=" + value, *arguments)
                        self.assertIn(result.status, (0, 1), result)
                for value in bad[::STEP]:
                    with self.subTest(option=name, value=value):
                        result = ksearch(command, "--index", self.index, name + "=" + value, *arguments)
                        self.assert_fails(result, "%s: %s is not %s\n" % (name, value or "''", wanted))

    def test_texts_that_are_empty(self):
        for command, name in (("search", "--index"), ("search", "--batch"), ("index", "--language"),
                              ("index", "--engine")):
            with self.subTest(option=name):
                result = ksearch(command, name, "", "x")
                self.assertEqual((result.status, result.out), (2, ""))
                self.assertEqual(usage_of(result)[0], name + ": a value is missing")

    def test_members(self):
        for value, text in (("", "'' is not a member"), ("id,", "'' is not a member"), (",id", "'' is not a member"),
                            ("ID", "ID is not a member"), ("id title", "id title is not a member"),
                            ("x" * 100, "x is not a member")):
            with self.subTest(value=value):
                result = ksearch("search", "--jsonl", "--fields", value, "x")
                self.assertEqual(result.status, 2, result)
                self.assertIn(text, result.error["message"])


class Effects(SampleTest):
    """What each option of search and feed changes in the answer."""

    def test_limit_and_offset_cut_a_page_out(self):
        for command in ("search", "feed"):
            query = ["learning"]
            whole = ksearch(command, "--index", self.index, "--format", "ids", "-n", "1000", *query).out.splitlines()
            self.assertGreater(len(whole), 20)
            for offset, limit in ((0, 0), (0, 1), (0, 60), (1, 1), (5, 7), (len(whole) - 1, 9), (len(whole), 3)):
                with self.subTest(command=command, offset=offset, limit=limit):
                    page = ksearch(command, "--index", self.index, "--format", "ids", "-n", str(limit), "--offset",
                                   str(offset), *query)
                    self.assertEqual(page.out.splitlines(), whole[offset:offset + limit])
                    self.assertEqual(page.status, 0 if whole[offset:offset + limit] else 1)

    def test_count(self):
        bounded = self.search("--count", "bounded", "learning")["total"]
        exact = self.search("--count", "exact", "learning")["total"]
        self.assertEqual(bounded, exact)  # below the limit they are the same
        self.assertEqual(exact["value"], len(self.ids("-n", "1000", "learning")))

    def test_the_last_of_several_values_counts(self):
        self.assertEqual(len(self.ids("-n", "1", "-n", "4", "learning")), 4)
        self.assertEqual(self.ids("--sort", "old", "--sort", "score", "learning"), self.ids("learning"))
        self.assertEqual(ksearch("search", "--json", "--format", "ids", "--index", self.index, "pong").out,
                         ksearch("search", "--format", "ids", "--index", self.index, "pong").out)

    def test_options_stand_anywhere_before_two_dashes(self):
        wanted = self.ids("deep", "learning")
        self.assertEqual(self.ids("deep", "--sort", "score", "learning"), wanted)
        self.assertEqual(self.ids("deep", "learning", "--sort=score"), wanted)
        self.assertEqual(self.ids("--", "deep", "learning"), wanted)
        parsed = self.search("--", "deep", "-n", "5", status=0)["query"]["raw"]
        self.assertEqual(parsed, "deep -n 5")

    def test_every_member_alone(self):
        whole = self.search("-n", "1", "policy", "gradients")["hits"][0]
        always = {"id", "rank", "score", "tier"}
        for name in whole:
            with self.subTest(member=name):
                hit = self.search("-n", "1", "--fields", name, "policy", "gradients")["hits"][0]
                self.assertEqual(set(hit), always | {name})
                self.assertEqual(hit[name], whole[name])

    def test_members_in_any_order_and_twice(self):
        hit = self.search("-n", "1", "--fields", "url,title,url", "pong")["hits"][0]
        self.assertEqual(set(hit), {"id", "rank", "score", "tier", "title", "url"})

    def test_place_of_the_index(self):
        """--index before $KSEARCH_INDEX before $XDG_DATA_HOME before $HOME."""
        nowhere = "/nonexistent/index"
        data = self.folder / "data"
        (data / "ksearch").mkdir(parents=True)
        os.symlink(self.index, data / "ksearch" / "index")
        home = self.folder / "home"
        (home / ".local/share/ksearch").mkdir(parents=True)
        os.symlink(self.index, home / ".local/share/ksearch/index")
        places = [(["--index", str(self.index)], {"KSEARCH_INDEX": nowhere}), ([], {"KSEARCH_INDEX": str(self.index)}),
                  ([], {"XDG_DATA_HOME": str(data)}), ([], {"HOME": str(home)}),
                  ([], {"KSEARCH_INDEX": "", "XDG_DATA_HOME": "", "HOME": str(home)}),
                  ([], {"XDG_DATA_HOME": "relative/data", "HOME": str(home)})]
        for arguments, changes in places:
            with self.subTest(arguments=arguments, changes=changes):
                result = ksearch("search", *arguments, "--format", "ids", "pong", env=environment(**changes))
                self.assertEqual(result.status, 0, result)
        result = ksearch("search", "pong", env=environment(KSEARCH_INDEX=nowhere, HOME=str(home)))
        self.assert_fails(result, "there is no index at " + nowhere)


class IndexOptions(ProgramTest):
    def state_but_place(self):
        status, stored = self.state()
        return {name: value for name, value in status.items() if name != "path"}, stored

    def test_threads_and_memory_change_nothing(self):
        source = self.write("a.jsonl", [record(str(n), title="word%d common" % (n % 7)) for n in range(300)])
        self.make(source)
        wanted = self.state_but_place()
        for arguments in (("--threads", "1"), ("--threads", "5"), ("--memory", "16M")):
            with self.subTest(arguments=arguments):
                self.index = self.folder / ("index" + "".join(arguments))
                self.make(*arguments, source)
                self.assertEqual(self.state_but_place(), wanted)

    def test_year(self):
        feed = "blog / ann / Feb 1\nOne text here.\n\nblog / ann / Dec 3\nAnother text.\n"
        for year, dates in (("0", {"--02-01", "--12-03"}), ("2020", {"2020-02-01", "2019-12-03"}),
                            ("1", {"0001-02-01", "--12-03"})):
            with self.subTest(year=year):
                self.index = self.folder / ("index" + year)
                self.make("--year", year, self.write("a.feed", feed))
                self.assertEqual({one["date"] for one in self.records().values()}, dates)

    def test_strict_and_keep_missing_together(self):
        path = self.write("a.jsonl", [record("1"), record("2")])
        self.make(path)
        path.write_bytes(jsonl([record("1")]) + b"{}\n")
        result = self.run_index("--strict", "--keep-missing", path)
        self.assertEqual(result.status, 2, result)
        self.assertEqual(set(self.records()), {"1", "2"})
        result = self.run_index("--keep-missing", path)
        self.assertEqual(result.status, 3, result)
        self.assertEqual(set(self.records()), {"1", "2"})

    def test_quiet_is_quiet(self):
        path = self.write("a.jsonl", [record("1"), record("1")])
        result = self.run_index("-q", path)
        self.assertEqual((result.status, result.out), (0, ""))
        self.assertEqual(ksearch("check", "-q", "--index", self.index).out, "")
        self.assertEqual(ksearch("optimize", "-q", "--index", self.index).out, "")
        self.assertEqual(self.run_index(path).out, summary_line(1, unchanged=1))


if __name__ == "__main__":
    unittest.main()
