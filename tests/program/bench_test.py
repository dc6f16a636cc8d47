"""What measures: bench/latency on the sample, and the tables and charts of ./run bench on made-up numbers. No time is
looked at, but that percentiles ascend."""
import json
import os
import pathlib
import random
import subprocess
import sys
import types
import unittest
import xml.etree.ElementTree as ElementTree

from support import KSEARCH, PATIENCE, ProgramTest, SAMPLE, SOURCE_DIR, environment, ksearch, record

sys.path.insert(0, str(SOURCE_DIR / "bench"))
import charts  # noqa: E402
import collect  # noqa: E402
import run  # noqa: E402
import tables  # noqa: E402

LATENCY = pathlib.Path(KSEARCH).parent / "bench" / "latency"
SVG = "{http://www.w3.org/2000/svg}"
QUERIES = [("word", "learning", "any"), ("word", "gradient", "any"), ("words", "neural network", "all"),
           ("words", "policy gradients pong", "auto"), ("phrase", '"neural network"', "auto"),
           ("tag", "tag:reinforcement-learning", "auto"), ("prefix", "learn*", "auto"),
           ("filtered", "learning after:2015", "auto"), ("nothing", "xyzzyqwerty", "any")]
ASCENDING = ("p50", "p95", "p99", "p99_9", "max")


def query_lines(queries=QUERIES):
    return "".join(json.dumps({"id": "q%d" % place, "class": name, "query": text, "match": match}) + "\n"
                   for place, (name, text, match) in enumerate(queries))


def sample_records():
    return [json.loads(line) for name in ("papers.jsonl", "posts.jsonl")
            for line in (SAMPLE / name).read_text("utf-8").splitlines()]


@unittest.skipUnless(os.access(LATENCY, os.X_OK), "bench/latency is not built")
class Latency(ProgramTest):
    def setUp(self):
        super().setUp()
        self.queries = self.write("queries.jsonl", query_lines())

    def make_index(self, name, engine, records):
        source, index = self.write(name + ".jsonl", records), self.folder / name
        done = ksearch("index", "--engine", engine, "--index", index, source)
        self.assertEqual((done.status, done.err), (0, ""), done)
        return index

    def latency(self, *arguments):
        done = subprocess.run([LATENCY, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=PATIENCE, env=environment())
        return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    def report(self, *arguments):
        status, out, err = self.latency("--json", *arguments)
        self.assertEqual((status, err), (0, ""))
        return json.loads(out)

    def test_report_of_both_engines(self):
        indexes = [self.make_index(engine, engine, sample_records()) for engine in ("native", "xapian")]
        report = self.report("--rounds", 3, "--cold", 1, self.queries, *indexes)
        self.assertEqual(sorted(report), ["cold_note", "compared", "figures", "indexes", "queries", "rounds", "version"])
        self.assertEqual((report["rounds"], report["queries"], report["compared"]), (3, len(QUERIES), 1))
        self.assertEqual([one["engine"] for one in report["indexes"]], ["native", "xapian"])
        for one in report["indexes"]:
            self.assertEqual(one["records"], len(sample_records()))
            self.assertGreater(one["bytes"], 0)
        self.check_figures(report)

    def check_figures(self, report):
        """Every class, warm for each top and number of threads, and cold unless it says why not."""
        counts = {name: sum(query[0] == name for query in QUERIES) for name, _, _ in QUERIES}
        counts["(all)"] = len(QUERIES)
        wanted = {(engine, "warm", name, top, threads): 3 * threads * count
                  for engine in ("native", "xapian") for name, count in counts.items()
                  for top in (10, 100) for threads in (1, 2)}
        if report["cold_note"] is None:
            classes = len(counts) - 1
            wanted.update({(engine, "cold", name, 10, 1): classes if name == "(all)" else 1
                           for engine in ("native", "xapian") for name in counts})
        found = {(row["engine"], row["state"], row["class"], row["top"], row["threads"]): row["samples"]
                 for row in report["figures"]}
        self.assertEqual(found, wanted)
        self.assertEqual(len(report["figures"]), len(wanted))
        for row in report["figures"]:
            values = [row[name] for name in ASCENDING]
            self.assertEqual(values, sorted(values))
            self.assertGreater(row["p50"], 0)
            self.assertGreater(row["qps"], 0)
            self.assertLessEqual(row["mean"], row["max"])

    def test_one_record_less_is_noticed(self):
        records = sample_records()
        whole = self.make_index("whole", "native", records)
        less = self.make_index("less", "xapian", records[1:])
        status, out, err = self.latency(self.queries, whole, less)
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"^latency: q\d+ differs between ")

    def test_another_order_is_noticed(self):
        """The scores of both are the same at each place, the ids are not."""
        texts = ["apple pear", "apple plum plum plum plum"]
        first = self.make_index("first", "native", [record("a", summary=texts[0]), record("b", summary=texts[1])])
        second = self.make_index("second", "native", [record("b", summary=texts[0]), record("a", summary=texts[1])])
        queries = self.write("apple.jsonl", query_lines([("word", "apple", "any")]))
        status, _, err = self.latency(queries, first, second)
        self.assertEqual(status, 1)
        self.assertIn("q0 differs", err)
        self.assertIn("apple", err)

    def test_the_order_of_indexing_is_no_difference(self):
        ids = ["a", "b", "c"]
        first = self.make_index("first", "native", [record(one, summary="the apple") for one in ids])
        second = self.make_index("second", "native", [record(one, summary="the apple") for one in reversed(ids)])
        queries = self.write("apple.jsonl", query_lines([("word", "apple", "any")]))
        report = self.report("--top", "10,2", "--rounds", 1, "--cold", 0, queries, first, second)
        self.assertEqual(report["compared"], 1)

    def test_one_index_and_a_table(self):
        index = self.make_index("index", "native", sample_records())
        status, out, err = self.latency("--top", "5", "--threads", "1", "--rounds", "1", "--cold", "0", self.queries,
                                        index)
        self.assertEqual((status, err), (0, ""))
        head, *rows = out.splitlines()
        self.assertEqual(head.split()[:5], ["engine", "state", "class", "top", "threads"])
        self.assertEqual([row.split()[2] for row in rows], list(dict.fromkeys(one[0] for one in QUERIES)) + ["(all)"])
        self.assertEqual({len(row) for row in rows}, {len(head)})

    def test_one_class_has_no_sum(self):
        index = self.make_index("index", "native", sample_records())
        queries = self.write("one.jsonl", query_lines(QUERIES[:2]))
        report = self.report("--top", 10, "--threads", 1, "--cold", 0, queries, index)
        self.assertEqual([(row["class"], row["samples"]) for row in report["figures"]], [("word", 10)])

    def test_arguments(self):
        index = self.make_index("index", "native", sample_records()[:3])
        for arguments in ((), (self.queries,), ("--rounds", "0", self.queries, index), ("--top", "10,", self.queries, index),
                          ("--top", "0", self.queries, index), ("--threads", "65", self.queries, index),
                          ("--threads", "1x", self.queries, index), ("--rounds", self.queries, index),
                          ("--top", "1,1,1,1,1,1,1,1,1", self.queries, index), ("--fast", self.queries, index)):
            status, out, err = self.latency(*arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("usage: latency", err)

    def test_failures(self):
        index = self.make_index("index", "native", sample_records()[:3])
        cases = [(self.folder / "nowhere", index, "nowhere"), (self.write("empty", ""), index, "no queries"),
                 (self.queries, self.folder / "nowhere", "nowhere")]
        good = query_lines(QUERIES[:1])
        for place, line in enumerate(('{"id":"x"}', "[]", "{", '{"id":"x","class":"c","query":"q","match":"most"}',
                                      '{"id":1,"class":"c","query":"q","match":"any"}')):
            cases.append((self.write("bad%d" % place, good + line + "\n"), index, "line 2 is no query"))
        for queries, path, text in cases:
            status, out, err = self.latency(queries, path)
            self.assertEqual((status, out), (2, ""))
            self.assertIn(text, err)


def made_up_result(engines=tuple(run.ENGINES), sizes=(1000, 100000), seed=5):
    """A result as measuring makes it: times grow with the engine's place and the size."""
    draw = random.Random(seed)
    classes = ["one", "<&>\"", tables.ALL]
    found = []
    for size in sizes:
        search, indexing, ratio, overlap = [], [], {}, {}
        for place, engine in enumerate(engines):
            indexing.append({"engine": engine, "case": tables.WHOLE, "threads": 1, "changed": 0, "records": size,
                             "seconds": size * (place + 1) / 1e4, "processor_seconds": 1.0, "peak_bytes": 1000 * size,
                             "bytes": 300 * size * (place + 1)})
            for name in classes:
                times = [(place + 1) * size / 100 * draw.uniform(.5, 2) for _ in range(50)]
                search.append({"engine": engine, "class": name, "queries": 50 if name != tables.ALL else 100,
                               **tables.figures(times)})
            if place:
                ratio[engine] = {name: place + .5 for name in classes}
                overlap[engine] = {name: .7 for name in classes}
        found.append({"name": "%d generated" % size, "generated": True, "records": size, "bytes": 700 * size,
                      "queries": 100, "indexing": indexing, "search": search, "ratios": ratio, "overlap": overlap,
                      "serving": [{"engine": engine, "peak_bytes": 5e6, "own_bytes": 2e6} for engine in engines],
                      "latency": None, "different": [], "process": []})
    return {"schema": "ksearch.bench/1", "date": "2020-01-02", "host": "here", "mode": "quick", "version": "0.1.0",
            "machine": {"processor": "P", "processors": 2, "memory": 8e9, "system": "S", "kernel": "K"},
            "engines": {}, "skipped": ["lucene"], "collections": found, "seconds": 1.0}


class Numbers(unittest.TestCase):
    def test_percentiles_are_by_nearest_rank(self):
        times = list(range(1, 1001))
        random.Random(1).shuffle(times)
        self.assertEqual([tables.percentile(times, share) for share in (.5, .95, .99, .999, 1)],
                         [500, 950, 990, 999, 1000])
        self.assertEqual([tables.percentile([7], share) for share in (0, .5, .999)], [7, 7, 7])
        self.assertEqual([tables.percentile([3, 1, 2], share) for share in (.5, .67)], [2, 3])

    def test_figures(self):
        self.assertEqual(tables.figures([100, 300]),
                         {"samples": 2, "mean": 200, "p50": 100, "p95": 300, "p99": 300, "p99_9": 300, "max": 300,
                          "qps": 5000})

    def test_ratio_is_of_the_queries_in_common(self):
        ours = {"a": [1, 2, 90], "b": [4], "c": [1000]}  # medians 2, 4, 1000
        self.assertEqual(tables.ratio({"a": [10, 10, 1], "b": [20, 20]}, ours), 5)
        self.assertEqual(tables.ratio(ours, ours), 1)
        self.assertIsNone(tables.ratio({"d": [1]}, ours))
        self.assertIsNone(tables.ratio({}, ours))

    def test_ratios_by_class(self):
        queries = [{"id": "a", "class": "x"}, {"id": "b", "class": "y"}]
        took = {"ksearch-native": {"a": [10], "b": [30]}, "fts5": {"a": [20], "b": [300]}, "lucene": {"a": [5]}}
        self.assertEqual(collect.ratios(took, queries),
                         {"fts5": {"x": 2, "y": 10, tables.ALL: 8}, "lucene": {"x": .5, "y": None, tables.ALL: .5}})
        self.assertEqual(collect.ratios({"fts5": took["fts5"]}, queries), {})

    def test_search_rows(self):
        queries = [{"id": "a", "class": "x"}, {"id": "b", "class": "y"}]
        rows = collect.search_rows({"fts5": {"a": [1, 3]}}, queries)
        self.assertEqual([(row["class"], row["queries"], row["samples"], row["mean"]) for row in rows],
                         [("x", 1, 2, 2), (tables.ALL, 1, 2, 2)])

    def test_overlaps(self):
        def hits(ids):
            return {"hits": [[one, 1.0] for one in ids]}
        queries = [{"id": "a", "class": "x"}, {"id": "b", "class": "x"}, {"id": "c", "class": "x"}]
        answers = {"ksearch-native": {"a": hits("pqrs"), "b": hits("p"), "c": hits("p")},
                   "fts5": {"a": hits("pqtu"), "b": hits("p")}}
        self.assertEqual(collect.overlaps(answers, queries), {"fts5": {"x": .75}})

    def test_classes_take_turns(self):
        queries = [{"id": "%s%d" % (name, place), "class": name} for name in "ab" for place in range(3)][:5]
        self.assertEqual([query["id"] for query in collect.in_turn(queries)], ["a0", "b0", "a1", "b1", "a2"])

    def test_units(self):
        cases = [(charts.microseconds, 0.5, "0.5 µs"), (charts.microseconds, 12.34, "12.3 µs"),
                 (charts.microseconds, 1500, "1.5 ms"), (charts.microseconds, 2e6, "2 s"),
                 (charts.seconds, 0.25, "250 ms"), (charts.seconds, 90, "1.5 min"), (charts.seconds, 7200, "2 h"),
                 (charts.size_of, 999, "999 B"), (charts.size_of, 1.5e9, "1.5 GB"), (charts.count_of, 100000, "100 k"),
                 (charts.count_of, 10, "10"), (charts.times, 2.345, "2.35×"), (charts.number, 12345.6, "12,346"),
                 (charts.number, 0, "0")]
        for unit, value, text in cases:
            self.assertEqual(unit(value), text)

    def test_every_hundredth_record_is_changed(self):
        test = ProgramTest()
        test.setUp()
        self.addCleanup(test.doCleanups)
        records = [record("r%d" % place) for place in range(250)]
        changed = collect.change_some(test.write("records.jsonl", records), test.folder / "changed.jsonl")
        after = [json.loads(line) for line in changed.read_text("utf-8").splitlines()]
        self.assertEqual([one["id"] for one in after], [one["id"] for one in records])
        different = [place for place in range(250) if after[place] != records[place]]
        self.assertEqual(different, [0, 100, 200])
        self.assertTrue(all(after[place]["summary"].endswith(" revised") for place in different))


class Tables(unittest.TestCase):
    def test_markdown(self):
        self.assertEqual(tables.markdown(("a", "bb"), [("long", 1), ("x", 100)]),
                         "| a    |  bb |\n|------|----:|\n| long |   1 |\n| x    | 100 |\n")

    def test_search_table(self):
        result = made_up_result(engines=("ksearch-native", "fts5"), sizes=(1000,))
        collection = result["collections"][0]
        lines = tables.search_table(collection).splitlines()
        self.assertEqual([cell.strip() for cell in lines[0].strip("|").split("|")], ["class", "ksearch", "SQLite FTS5"])
        self.assertEqual(len(lines), 2 + 3)
        for line in lines[2:]:
            cells = line.strip("| ").rsplit("|", 2)
            self.assertNotIn("×", cells[1])
            self.assertIn("(1.5×)", cells[2])
        mean = tables.rows_of(collection, "search", engine="fts5", **{"class": "one"})[0]["mean"]
        self.assertIn(charts.microseconds(mean), lines[2])

    def test_a_class_that_an_engine_lacks(self):
        result = made_up_result(engines=("ksearch-native", "fts5"), sizes=(1000,))
        collection = result["collections"][0]
        collection["search"] = [row for row in collection["search"] if (row["engine"], row["class"]) != ("fts5", "one")]
        collection["ratios"]["fts5"]["one"] = None
        self.assertIn("–", tables.search_table(collection).splitlines()[2])
        self.assertEqual(len(tables.draw(result)), 6)

    def test_engines_that_were_asked_fewer(self):
        result = made_up_result(engines=("ksearch-native", "fts5"), sizes=(1000,))
        collection = result["collections"][0]
        self.assertEqual(tables.fewer_asked(collection), "")
        tables.rows_of(collection, "search", engine="fts5", **{"class": "one"})[0]["queries"] = 7
        self.assertEqual(tables.fewer_asked(collection), "of 100 queries SQLite FTS5 57.")
        self.assertIn("57.", tables.search_part(collection))
        self.assertIn("57.", tables.draw(result)["latency.svg"])

    def test_parts_that_may_be_missing(self):
        figures = {name: 100.0 for name in ("mean", "p50", "p95", "p99", "p99_9", "max", "qps")}
        latency = {"figures": [{"engine": "native", "state": state, "class": name, "top": 10, "threads": 2, **figures}
                               for state in ("warm", "cold") for name in ("one", tables.ALL)]}
        lines = tables.latency_table(latency).splitlines()
        self.assertEqual([line.split("|")[1].strip() for line in lines[2:]],
                         ["native, warm, 2 threads", "native, cold, 2 threads"])
        rows = [{"class": "one", "native_us": 2000, "xapian_us": 3000, "ratio": 1.5}]
        self.assertIn("|   2 ms |   3 ms |  1.5× |", tables.process_table(rows))
        result = made_up_result(sizes=(1000,))
        result["collections"][0].update(latency=latency, process=rows)
        result["collections"][0]["different"] = ["any-1, top 10: some words"]
        text = tables.whole_text(result)
        self.assertIn("ksearch's engines differ:\n\n- `any-1, top 10: some words`", text)
        self.assertIn("native, cold, 2 threads", text)
        self.assertIn("whole process", text)
        self.assertIn("memory while searching", text)

    def test_whole_text(self):
        text = tables.whole_text(made_up_result())
        for part in ("### 1000 generated: 1,000 records, 700 kB", "Not there: Lucene.", "Tantivy, whole", "0.70",
                     "quick run of 2020-01-02"):
            self.assertIn(part, text)
        self.assertIn("100000 generated: 100,000 records", tables.short_text(made_up_result()))

    def test_the_largest_shared_collection_is_shown(self):
        result = made_up_result()
        alone = made_up_result(engines=("ksearch-native",), sizes=(10000000,))["collections"]
        result["collections"] += alone
        self.assertEqual(tables.best_collection(result)["records"], 100000)
        lines = dict(tables.over_sizes(result, tables.mean_times))
        self.assertEqual([size for size, _ in lines["ksearch-native"]], [1000, 100000, 10000000])
        self.assertEqual([size for size, _ in lines["fts5"]], [1000, 100000])


class Charts(unittest.TestCase):
    def parse(self, text):
        """A well-formed picture with a name, all of it inside its frame, in both colour schemes."""
        root = ElementTree.fromstring(text)
        self.assertEqual(root.tag, SVG + "svg")
        width, height = float(root.get("width")), float(root.get("height"))
        self.assertEqual(root.get("viewBox"), "0 0 %d %d" % (width, height))
        self.assertTrue(root.findtext(SVG + "title"))
        self.assertIn("prefers-color-scheme:dark", root.findtext(SVG + "style"))
        for element in root.iter():
            for name, most in (("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height),
                               ("y1", height), ("y2", height), ("cy", height)):
                if element.get(name):
                    self.assertTrue(0 <= float(element.get(name)) <= most, ElementTree.tostring(element))
        return root

    def texts(self, root):
        return [element.text for element in root.iter(SVG + "text")]

    def test_all_charts(self):
        drawn = tables.draw(made_up_result())
        self.assertEqual(sorted(drawn), ["bytes-by-size.svg", "indexing-by-size.svg", "latency-by-size.svg", "latency.svg",
                                         "memory-by-size.svg", "ratios.svg"])
        for text in drawn.values():
            root = self.parse(text)
            for engine in run.ENGINES[1:]:
                self.assertIn(charts.label_of(engine), self.texts(root))

    def test_one_engine_has_no_ratios(self):
        drawn = tables.draw(made_up_result(engines=("ksearch-native",), sizes=(500,)))
        self.assertNotIn("ratios.svg", drawn)
        for text in drawn.values():
            self.parse(text)

    def test_names_are_escaped(self):
        root = self.parse(charts.latency_chart('A "<title>" & more', "s", [("<&>\"", [("an & engine", 1, 2, 3)])]))
        self.assertIn("<&>\"", self.texts(root))
        self.assertIn("an & engine", self.texts(root))
        self.assertEqual(root.get("aria-label"), 'A "<title>" & more')

    def test_latency_marks(self):
        """On a logarithmic axis, ten times as long is always as far to the right."""
        root = self.parse(charts.latency_chart("t", "s", [("c", [("ksearch-native", 10, 100, 1000)])]))
        full = [float(one.get("cx")) for one in root.iter(SVG + "circle") if "full" in one.get("class")][1:]
        hollow = [float(one.get("cx")) for one in root.iter(SVG + "circle") if "hollow" in one.get("class")]
        bar = [float(one.get("x1")) for one in root.iter(SVG + "line")
               if "range" in one.get("class") and one.get("x1") == one.get("x2")]
        self.assertEqual([len(full), len(bar), len(hollow)], [1, 1, 1])
        self.assertAlmostEqual(bar[0] - full[0], hollow[0] - bar[0], delta=.3)
        self.assertGreater(bar[0], full[0])

    def test_ratio_bars_begin_at_one(self):
        root = self.parse(charts.ratio_chart("t", "s", [("c", [("fts5", 4), ("lucene", .25)])]))
        slower, faster = [one for one in root.iter(SVG + "rect") if "bar" in (one.get("class") or "")]
        one = float(slower.get("x"))
        self.assertAlmostEqual(float(faster.get("x")) + float(faster.get("width")), one, delta=.2)
        self.assertAlmostEqual(float(faster.get("width")), float(slower.get("width")), delta=.2)
        self.assertTrue({"4×", "0.25×"} <= set(self.texts(root)))

    def test_labels_keep_their_distance(self):
        self.assertEqual(charts.spread([10, 11, 12, 100], 18), [10, 28, 46, 100])
        self.assertEqual(charts.spread([], 18), [])

    def test_scale(self):
        draw = random.Random(3)
        for _ in range(200):
            values = [10 ** draw.uniform(-1, 8) for _ in range(draw.randint(1, 5))]
            scale = charts.Scale(values, 100, 300)
            places = [scale.place(value) for value in sorted(values)]
            self.assertEqual(places, sorted(places))
            self.assertTrue(all(100 <= place <= 300 for place in places), values)
            self.assertTrue(all(100 <= scale.place(tick) <= 300 for tick in scale.ticks()))
        self.assertGreaterEqual(len(charts.Scale([20, 30], 0, 1).ticks()), 3)


class FakePeer:
    """An engine whose index takes a second, or fails."""

    def __init__(self, name, fails=False):
        self.name, self.fails = name, fails

    def build(self, _build, _records):
        if self.fails:
            raise collect.Failed(self.name + " broke")
        return {"records": 1, "seconds": 1.0}


class Collecting(ProgramTest):
    def fake_latency(self, script):
        program = self.write("bench/latency", "#!/bin/sh\n" + script)
        program.chmod(0o755)
        peers = [types.SimpleNamespace(name=name, folder=self.folder / name) for name in run.ENGINES[:3]]
        plan = {"latency_rounds": 1, "cold": 1}
        return lambda strict: collect.measure_latency(self.folder, peers, "queries", {**plan, "strict": strict})

    def test_differences_are_kept(self):
        measure = self.fake_latency('echo "latency: q1 differs between $7 and $8, top 10: some words" >&2; exit 1')
        self.assertEqual(measure(False), (None, ["q1 differs, top 10: some words"]))
        with self.assertRaisesRegex(collect.Failed, "the engines differ"):
            measure(True)

    def test_latency_that_agrees_or_fails(self):
        self.assertEqual(self.fake_latency('echo "[$#]"')(True), ([8], []))  # FTS5 is none of its indexes
        with self.assertRaisesRegex(collect.Failed, "status 2\nno such file"):
            self.fake_latency("echo no such file >&2; exit 2")(False)

    def test_a_failing_peer_is_passed_over(self):
        peers = [FakePeer("ksearch-native"), FakePeer("fts5", fails=True), FakePeer("lucene")]
        rows, good = collect.index_whole(None, peers, None, strict=False)
        self.assertEqual([row["engine"] for row in rows], ["ksearch-native", "lucene"])
        self.assertEqual(good, [peers[0], peers[2]])
        with self.assertRaisesRegex(collect.Failed, "fts5 broke"):
            collect.index_whole(None, peers, None, strict=True)
        with self.assertRaisesRegex(collect.Failed, "ksearch-native broke"):
            collect.index_whole(None, [FakePeer("ksearch-native", fails=True)], None, strict=False)

    def test_failing_programs(self):
        self.assertEqual(collect.run("echo", 3), "3\n")
        with self.assertRaisesRegex(collect.Failed, "false: status 1"):
            collect.run("false")

    def test_queries_from_titles(self):
        path = collect.make_title_queries(SAMPLE / "papers.jsonl", 3, self.folder / "queries.jsonl")
        queries = collect.read_queries(path)
        self.assertEqual({tuple(sorted(query)) for query in queries}, {("class", "id", "match", "query")})
        self.assertEqual(len({query["id"] for query in queries}), len(queries))
        self.assertLessEqual({"any", "all", "phrase", "prefix"}, {query["class"] for query in queries})
        for query in queries:
            self.assertIn(query["match"], ("any", "all", "auto"))
            self.assertTrue(query["query"])

    def test_an_answer_is_wanted_from_every_engine(self):
        some, none = {"hits": [["a", 1.0]]}, {"hits": []}
        run.check_answers({"fts5": {"q": none, "r": some}})
        with self.assertRaisesRegex(collect.Failed, "lucene answers nothing"):
            run.check_answers({"fts5": {"q": some}, "lucene": {"q": none, "r": none}})


class Results(ProgramTest):
    def test_writing_and_publishing(self):
        result = made_up_result()
        charts_folder = run.write_results(result, self.folder / "results")
        self.assertEqual(charts_folder.name, "2020-01-02-here")
        self.assertEqual(json.loads((self.folder / "results/2020-01-02-here.json").read_text("utf-8")), result)
        stale = self.write("root/docs/bench/old.svg", "old")
        run.publish(result, charts_folder, self.folder / "root")
        self.assertFalse(stale.exists())
        published = sorted(path.name for path in (self.folder / "root/docs/bench").iterdir())
        self.assertEqual(published, sorted([*tables.draw(result), "table.md"]))
        self.assertTrue((self.folder / "root/bench/results/published/2020-01-02-here.json").exists())

    def test_which_engines(self):
        self.assertEqual(run.wanted_engines("usual"), ["ksearch-native", "ksearch-xapian", "fts5"])
        self.assertEqual(run.wanted_engines("all"), run.ENGINES)
        self.assertEqual(run.wanted_engines("fts5,lucene"), ["fts5", "lucene"])
        with self.assertRaisesRegex(SystemExit, "no such peer: grep"):
            run.wanted_engines("fts5,grep")
        self.write("bench/peers/fts5", "#!/bin/sh\n")
        there, skipped = run.find_engines(self.folder, ["fts5", "lucene"])
        self.assertEqual((list(there), skipped), ([], ["fts5", "lucene"]))
        os.chmod(self.folder / "bench/peers/fts5", 0o755)
        there, skipped = run.find_engines(self.folder, ["fts5", "lucene"])
        self.assertEqual((list(there), skipped), (["fts5"], ["lucene"]))


if __name__ == "__main__":
    unittest.main()
