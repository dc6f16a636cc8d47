#!/usr/bin/env python3
"""Measures ksearch and its peers, prints tables, draws charts: ./run bench [smoke|quick|full]; see bench/README.md."""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import sys
import tempfile
import time

import collect
import tables
from collect import ROOT, Failed, say

ENGINES = ["ksearch-native", "ksearch-xapian", "fts5", "tantivy", "lucene"]
USUAL = ENGINES[:3]

# again: index again with nothing and with 1 % changed. budget: seconds an engine may take for all queries.
# strict: every engine must answer. alone: records for the native engine by itself.
PLANS = {
    "smoke": {"sizes": [1000], "per_class": 10, "rounds": 1, "latency_rounds": 1, "cold": 1, "process_runs": 2,
              "budget": 5, "again": True, "arxiv": False, "alone": None, "strict": True},
    "quick": {"sizes": [10000, 100000], "per_class": 100, "rounds": 3, "latency_rounds": 3, "cold": 3,
              "process_runs": 10, "budget": 5, "again": True, "arxiv": False, "alone": None, "strict": False},
    # The largest first: it takes most of the time, so if it fails, it should fail early.
    "full": {"sizes": [1000000, 100000, 10000], "per_class": 100, "rounds": 5, "latency_rounds": 3, "cold": 5,
             "process_runs": 20, "budget": 20, "again": True, "arxiv": True, "alone": 10000000,
             "strict": False},
}
ALONE_SPACE = 40e9  # bytes that must be free for the largest collection
ALONE_SECONDS = 44 * 60  # a run that has taken longer leaves it out


def arguments(given=None):
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("mode", nargs="?", choices=list(PLANS), default="quick")
    parser.add_argument("--peers", default="usual", help="usual (both engines, FTS5), all, or names with commas")
    parser.add_argument("--records", type=pathlib.Path, action="append", default=[], metavar="FILE",
                        help="measure these records, with queries from their titles, instead of generated ones")
    parser.add_argument("--sizes", help="records to generate, such as 10000,100000, instead of those of the mode")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=pathlib.Path, help="where collections and indexes go (build/bench/work)")
    parser.add_argument("--out", type=pathlib.Path, help="where results go (bench/results)")
    parser.add_argument("--host", default=socket.gethostname().split(".")[0], help="this machine's name in results")
    parser.add_argument("--draw", type=pathlib.Path, metavar="RESULT.json", help="measure nothing, draw this again")
    parser.add_argument("--publish", action="store_true",
                        help="copy charts and tables to docs/bench, the results to bench/results/published")
    return parser.parse_args(given)


# What is there --------------------------------------------------------------------------------------


def wanted_engines(choice):
    names = {"usual": USUAL, "all": ENGINES}.get(choice) or choice.split(",")
    unknown = [name for name in names if name not in ENGINES]
    if unknown:
        sys.exit("no such peer: %s; there are %s" % (", ".join(unknown), ", ".join(ENGINES)))
    return names


def find_engines(build, names):
    """The programs of the engines that are built, and the names of the others."""
    programs = {name: build / "bench/peers" / name for name in names}
    there = {name: path for name, path in programs.items() if os.access(path, os.X_OK)}
    return there, [name for name in names if name not in there]


def first_match(path, pattern):
    with contextlib.suppress(OSError):
        found = re.search(pattern, pathlib.Path(path).read_text("utf-8"), re.M)
        if found:
            return found[1]
    return "unknown"


def machine():
    return {"processor": first_match("/proc/cpuinfo", r"^model name\s*: (.*)$"), "processors": os.cpu_count(),
            "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "system": first_match("/etc/os-release", r'^PRETTY_NAME="(.*)"$'), "kernel": platform.release()}


# Running --------------------------------------------------------------------------------------------


def collections(given, plan, work):
    """Yields what to measure: name, records, queries, whether generated, engines. Files are made when needed."""
    build, queries = given.build, work / "queries.jsonl"
    sizes = [int(size) for size in given.sizes.split(",")] if given.sizes else plan["sizes"]
    for size in [] if given.records else sizes:
        records = collect.make_records(build, size, work / ("%d.jsonl" % size))
        yield ("%d generated" % size, records, collect.make_queries(build, records, plan["per_class"], queries), True,
               None)
    arxiv = pathlib.Path(os.environ.get("KS_SHARED_DIR") or ROOT.parent / "shared") / "corpus/arxiv.jsonl"
    named = given.records or ([arxiv] if plan["arxiv"] and arxiv.exists() and not given.sizes else [])
    for records in named:
        yield (records.stem, records, collect.make_title_queries(records, plan["per_class"], queries), False, None)
    if plan["alone"] and not given.records and not given.sizes:
        yield from the_largest(given, plan, work, queries)


def the_largest(given, plan, work, queries):
    """The largest collection, for the native engine alone, if time and disk space allow."""
    if time.monotonic() - given.started > ALONE_SECONDS or shutil.disk_usage(work).free < ALONE_SPACE:
        say("%d records are left out: too little time or disk" % plan["alone"])
        return
    records = collect.make_records(given.build, plan["alone"], work / "alone.jsonl")
    yield ("%d generated" % plan["alone"], records,
           collect.make_queries(given.build, records, plan["per_class"], queries), True, [tables.OURS])
    records.unlink()


def measure_all(given, plan, work, out):
    """The results, written after each collection, since a long run may be ended early."""
    names = wanted_engines(given.peers) if given.mode != "smoke" or given.peers != "usual" else ENGINES
    programs, skipped = find_engines(given.build, names)
    for name in skipped:
        say("skipped %s: it is not built; see bench/peers/build.sh" % name)
    if not programs:
        sys.exit("no engine is built: see bench/peers/build.sh")
    result = {"schema": "ksearch.bench/1", "date": datetime.date.today().isoformat(), "host": given.host,
              "mode": given.mode, "machine": machine(), "engines": {}, "skipped": skipped, "collections": []}
    for name, records, queries, generated, only in collections(given, plan, work):
        chosen = {engine: path for engine, path in programs.items() if not only or engine in only}
        of_this = {**plan, "again": plan["again"] and not only}
        one, greetings, answers = collect.measure(given.build, name, records, queries, chosen, of_this, work, generated)
        if plan["strict"]:
            check_answers(answers)
        result["engines"].update(greetings)
        result["collections"].append(one)
        result["collections"].sort(key=lambda one: (not one["generated"], one["records"]))
        result["version"] = next((one["version"] for engine, one in result["engines"].items()
                                  if engine in collect.KSEARCH), "not measured")
        result["seconds"] = time.monotonic() - given.started
        write_results(result, out)
    return result


def check_answers(answers):
    """Every engine must have found something."""
    for engine, of in answers.items():
        if not any(answer["hits"] for answer in of.values()):
            raise Failed("%s answers nothing" % engine)


# Results --------------------------------------------------------------------------------------------


def write_results(result, folder):
    """The results, the tables, and the charts in a folder of the same name."""
    name = "%s-%s" % (result["date"], result["host"])
    charts_folder = folder / name
    charts_folder.mkdir(parents=True, exist_ok=True)
    (folder / (name + ".json")).write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (charts_folder / "table.md").write_text(tables.whole_text(result), "utf-8")
    for chart, text in tables.draw(result).items():
        (charts_folder / chart).write_text(text, "utf-8")
    return charts_folder


def publish(result, charts_folder, root):
    """Copies charts and a short table to docs/bench, and all figures to bench/results/published, which git keeps."""
    docs, kept = root / "docs/bench", root / "bench/results/published"
    shutil.rmtree(docs, ignore_errors=True)
    docs.mkdir(parents=True)
    kept.mkdir(parents=True, exist_ok=True)
    for path in charts_folder.glob("*.svg"):
        shutil.copy(path, docs)
    (docs / "table.md").write_text(tables.short_text(result), "utf-8")
    shutil.copy(charts_folder.parent / (charts_folder.name + ".json"), kept)


def main():
    given = arguments()
    given.started = time.monotonic()
    plan = PLANS[given.mode]
    with contextlib.ExitStack() as stack:
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ksearch-bench-")))
        work = given.work or (scratch if given.mode == "smoke" else given.build / "bench/work")
        out = given.out or (scratch / "results" if given.mode == "smoke" else ROOT / "bench/results")
        work.mkdir(parents=True, exist_ok=True)
        try:
            result = json.loads(given.draw.read_text("utf-8")) if given.draw else measure_all(given, plan, work, out)
        except Failed as failure:
            sys.exit("bench: %s" % failure)
        folder = write_results(result, out)
        print(tables.whole_text(result))
        if given.publish:
            publish(result, folder, ROOT)
        if out.is_relative_to(scratch):
            say("written and thrown away: %s" % ", ".join(sorted(path.name for path in folder.iterdir())))
        else:
            say("%.0f s; charts and tables are in %s" % (time.monotonic() - given.started, folder))
        if any(one["different"] for one in result["collections"]):
            sys.exit("bench: the engines of ksearch differ; see above")


if __name__ == "__main__":
    main()
