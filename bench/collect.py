"""Measuring one collection: building every index, asking every engine in turn, ksearch by itself.

The engines are those of peers/, behind its protocol; latency and process are programs of this folder.
"""
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench" / "peers"))

import compare  # noqa: E402
import queries as titles  # noqa: E402
import tables  # noqa: E402

KSEARCH = {"ksearch-native": "native", "ksearch-xapian": "xapian"}
EVERY = 100  # one record in this many is changed


def say(text):
    print(text, file=sys.stderr, flush=True)


class Failed(Exception):
    """A program that should have worked did not."""


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, **more)
    if done.returncode:
        raise Failed("%s: status %d" % (" ".join(map(str, command)), done.returncode))
    return done.stdout.decode("utf-8")


# Collections and their queries ----------------------------------------------------------------------


def make_records(build, count, path):
    if not path.exists():
        run(build / "bench/generate", "records", count, "--seed", 1, "--out", path)
    return path


def make_queries(build, records, per_class, path):
    run(build / "bench/generate", "queries", records, "--per-class", per_class, "--out", path)
    return path


def make_title_queries(records, per_class, path):
    """The classes of peers/queries.py that ask for the top 10."""
    counts = {}
    with open(path, "w", encoding="utf-8") as out:
        for name, command, query, match in titles.draw_queries(str(records), per_class, 1):
            if command == "TOP_10":
                counts[name] = counts.get(name, 0) + 1
                json.dump({"id": "%s-%d" % (name, counts[name]), "class": name, "query": query, "match": match}, out)
                out.write("\n")
    return path


def read_queries(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def change_some(records, path):
    """The same records, with one more word in the summary of every hundredth."""
    with open(records, encoding="utf-8") as lines, open(path, "w", encoding="utf-8") as out:
        for number, line in enumerate(lines):
            if number % EVERY == 0:
                record = json.loads(line)
                record["summary"] = ((record.get("summary") or "") + " revised").strip()
                line = json.dumps(record, ensure_ascii=False) + "\n"
            out.write(line)
    return path


def line_count(path):
    with open(path, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


# Indexing -------------------------------------------------------------------------------------------


def folder_bytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measured(build, records, *command):
    """Runs a command with the records on standard input: its report, and what it used."""
    with open(records, "rb") as lines:
        *_, report, used = run(build / "bench/usage", *command, stdin=lines).splitlines()
    return json.loads(report), json.loads(used)


class Peer(compare.Peer):
    """A peer whose index is built in a process that started small, so that its peak of memory is its own."""

    def build(self, build, records):
        shutil.rmtree(self.folder, ignore_errors=True)
        report, used = measured(build, records, self.program, "index", self.folder)
        return {**report, "processor_seconds": used["processor_seconds"], "peak_bytes": used["peak_bytes"],
                "bytes": folder_bytes(self.folder)}


def sync(build, index, records, *options):
    """Runs `ksearch index` with the records on standard input."""
    report, used = measured(build, records, build / "ksearch", "index", "--json", "--index", index, *options, "-")
    return {"records": report["total"] - report["removed"], "changed": report["changed"],
            "seconds": used["wall_seconds"], "processor_seconds": used["processor_seconds"],
            "peak_bytes": used["peak_bytes"], "bytes": folder_bytes(index)}


def index_whole(build, peers, records, strict):
    """Rows, and the peers that made their index. Unless strict, the failure of another engine is only reported."""
    rows, good = [], []
    for peer in peers:
        try:
            made = peer.build(build, records)
        except Failed as failure:
            if strict or peer.name in KSEARCH:
                raise
            say("  %s" % failure)
            continue
        say("  %s: indexed in %.1f s" % (peer.name, made["seconds"]))
        rows.append({"engine": peer.name, "case": tables.WHOLE, "threads": 1, "changed": 0, **made})
        good.append(peer)
    return rows, good


def index_again(build, peer, records, changed, work):
    """On a copy of the index: the same records again, then with some changed. Last, a new index with all threads."""
    copy = work / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(peer.folder, copy)
    rows = []
    for case, source in (("nothing changed", records), ("1 % changed", changed)):
        rows.append({"engine": peer.name, "case": case, "threads": None, **sync(build, copy, source)})
    shutil.rmtree(copy)
    if KSEARCH[peer.name] == "native":
        rows.append({"engine": peer.name, "case": "whole, all processors", "threads": os.cpu_count(),
                     **sync(build, copy, records, "--engine", "native")})
        shutil.rmtree(copy)
    return rows


# Searching ------------------------------------------------------------------------------------------


def in_turn(queries):
    """The first of each class, then the second of each, and so on."""
    of_class = {}
    for query in queries:
        of_class.setdefault(query["class"], []).append(query)
    most = max(map(len, of_class.values()))
    return [of[number] for number in range(most) for of in of_class.values() if number < len(of)]


def ask(peer, query):
    return peer.ask("TOP_10", query["query"], query["match"])


def first_answers(peer, queries, budget):
    """Answers by query id: as many as `budget` seconds allow, but at least one of each class. Not timed."""
    answers, start = {}, time.monotonic()
    least = len({query["class"] for query in queries})
    for number, query in enumerate(in_turn(queries)):
        if number >= least and time.monotonic() - start > budget:
            break
        answers[query["id"]] = ask(peer, query)
    return answers


def warm_up(peer, queries, budget):
    """Rounds of queries until what compiles has compiled, or the budget is spent."""
    start = time.monotonic()
    for _ in range(compare.WARM_ROUNDS.get(peer.name, 1)):
        for query in queries:
            if time.monotonic() - start > budget:
                return
            ask(peer, query)


def time_rounds(peers, asked, rounds):
    """Microseconds by engine and query id. The engines take turns, with another one first in each round."""
    took = {peer.name: {query["id"]: [] for query in asked[peer.name]} for peer in peers}
    for number in range(rounds):
        for turn in range(len(peers)):
            peer = peers[(turn + number) % len(peers)]
            for query in asked[peer.name]:
                took[peer.name][query["id"]].append(ask(peer, query)["took_us"])
    return took


def by_class(queries):
    """Query ids by class; if there is more than one class, all of them come last."""
    classes = {}
    for query in queries:
        classes.setdefault(query["class"], []).append(query["id"])
    if len(classes) > 1:
        classes[tables.ALL] = [query["id"] for query in queries]
    return classes


def search_rows(took, queries):
    rows = []
    for name, ids in by_class(queries).items():
        for engine, times in took.items():
            samples = [one for id in ids if id in times for one in times[id]]
            if samples:
                asked = sum(id in times for id in ids)
                rows.append({"engine": engine, "class": name, "queries": asked, **tables.figures(samples)})
    return rows


def ratios(took, queries):
    ours = took.get(tables.OURS, {})
    return {engine: {name: tables.ratio({id: times[id] for id in ids if id in times}, ours)
                     for name, ids in by_class(queries).items()}
            for engine, times in took.items() if engine != tables.OURS and ours}


def overlaps(answers, queries):
    """The mean share of the top ten that each engine has in common with ours, over the queries that both answered."""
    result, ours = {}, answers.get(tables.OURS, {})
    for engine, theirs in answers.items():
        if engine == tables.OURS:
            continue
        shares = {name: [compare.overlap(theirs[id], ours[id]) for id in ids if id in theirs and id in ours]
                  for name, ids in by_class(queries).items()}
        result[engine] = {name: statistics.mean(of) for name, of in shares.items() if of}
    return result


def search_all(peers, queries, plan):
    """What every engine answers, and how long it takes."""
    greetings = {peer.name: peer.start() for peer in peers}
    answers = {peer.name: first_answers(peer, queries, plan["budget"]) for peer in peers}
    asked = {peer.name: [query for query in queries if query["id"] in answers[peer.name]] for peer in peers}
    for peer in peers:
        if len(asked[peer.name]) < len(queries):
            say("  %s: %d of %d queries, as it is slow" % (peer.name, len(asked[peer.name]), len(queries)))
        warm_up(peer, asked[peer.name], plan["budget"])
    took = time_rounds(peers, asked, plan["rounds"])
    serving = [dict(zip(("engine", "peak_bytes", "own_bytes"), (peer.name, *peer.memory()))) for peer in peers]
    for peer in peers:
        peer.stop()
    return {"search": search_rows(took, queries), "ratios": ratios(took, queries),
            "overlap": overlaps(answers, queries), "serving": serving}, greetings, answers


def measure_latency(build, peers, queries_path, plan):
    """ksearch by itself. If its engines disagree, nothing is timed, and the queries in question are returned."""
    indexes = [peer.folder for peer in peers if peer.name in KSEARCH]
    if not indexes:
        return None, []
    done = subprocess.run([build / "bench/latency", "--json", "--rounds", str(plan["latency_rounds"]), "--cold",
                           str(plan["cold"]), queries_path, *indexes], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = done.stderr.decode("utf-8", "replace").splitlines()
    if done.returncode == 1:
        different = [re.sub(" between .*, top", ", top", line.removeprefix("latency: ")) for line in said]
        say("  the engines of ksearch differ:\n    " + "\n    ".join(different))
        if plan["strict"]:
            raise Failed("the engines differ")
        return None, different
    if done.returncode:
        raise Failed("latency: status %d\n%s" % (done.returncode, "\n".join(said)))
    if len(indexes) > 1:
        say("  the engines of ksearch agree")
    return json.loads(done.stdout), []


def process_command(build, peer, query):
    return [build / "ksearch", "search", "--json", "--fields", "id", "--index", peer.folder, "--match", query["match"],
            query["query"]]


def measure_processes(build, peers, queries, runs):
    """Whole processes on the first of these queries of each class, native and Xapian in turn."""
    ours = {KSEARCH[peer.name]: peer for peer in peers if peer.name in KSEARCH}
    if len(ours) < 2:
        return []
    rows = []
    for query in {query["class"]: query for query in reversed(queries)}.values():
        one, other = (process_command(build, ours[name], query) for name in ("native", "xapian"))
        text = run(build / "bench/process", runs, *one, "--", *other)
        found = re.search(r": (\d+) us, .*: (\d+) us, ratio ([\d.]+)", text)
        rows.append({"class": query["class"], "native_us": int(found[1]), "xapian_us": int(found[2]),
                     "ratio": int(found[2]) / max(1, int(found[1]))})
    return rows[::-1]


# A collection ---------------------------------------------------------------------------------------


def measure(build, name, records, queries_path, programs, plan, work, generated):
    """All measurements of a collection; how the engines introduced themselves; and their answers."""
    say("%s:" % name)
    folder = work / "indexes"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    peers = [Peer(engine, program, folder / engine) for engine, program in programs.items()]
    indexing, peers = index_whole(build, peers, records, plan["strict"])
    changed = change_some(records, work / "changed.jsonl")
    for peer in peers:
        if peer.name in KSEARCH and plan["again"]:
            indexing += index_again(build, peer, records, changed, work)
    changed.unlink()
    queries = read_queries(queries_path)
    latency, different = measure_latency(build, peers, queries_path, plan)
    found, greetings, answers = search_all(peers, queries, plan)
    answered = [query for query in queries if answers[peers[0].name].get(query["id"], {}).get("hits")]
    processes = measure_processes(build, peers, answered, plan["process_runs"])  # without hits a search ends with 1
    shutil.rmtree(folder)
    return {"name": name, "generated": generated, "records": line_count(records), "bytes": records.stat().st_size,
            "queries": len(queries), "indexing": indexing, **found, "latency": latency,
            "different": different, "process": processes}, greetings, answers
