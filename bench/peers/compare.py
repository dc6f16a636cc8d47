#!/usr/bin/env python3
"""Indexes the same records with every peer, asks them the same queries in turn, and prints tables.

    compare.py --records RECORDS.jsonl --queries QUERIES.tsv [--peers a,b] [--work FOLDER] [--rounds N]

Queries are as queries.py writes them, or objects with class, query and match. Answers are compared before times are:
see the second table.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tables import markdown, percentile  # noqa: E402

PEERS = ["ksearch-native", "ksearch-xapian", "tantivy", "lucene", "fts5"]
WARM_ROUNDS = {"lucene": 20}  # the others have nothing to compile
OTHER_WARM_ROUNDS = 2


def megabytes(size):
    return "%.1f" % (size / 1e6)


class Peer:
    """One engine's program, its index, and its running server."""

    def __init__(self, name, program, folder):
        self.name, self.program, self.folder = name, str(program), folder
        self.process = None

    def index(self, records):
        """Builds the index anew: records, seconds by its own clock, processor seconds, bytes, peak memory."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with open(records, "rb") as lines:
            process = subprocess.Popen([self.program, "index", str(self.folder)], stdin=lines, stdout=subprocess.PIPE)
            result = json.loads(process.stdout.read())
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit("%s: index failed" % self.name)
        result["processor_seconds"] = usage.ru_utime + usage.ru_stime
        result["peak_bytes"] = usage.ru_maxrss * 1024
        result["bytes"] = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return result

    def start(self):
        self.process = subprocess.Popen([self.program, "serve", str(self.folder)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1)
        return json.loads(self.process.stdout.readline())

    def ask(self, command, query, match):
        self.process.stdin.write("%s\t%s\t%s\n" % (command, query, match))
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            sys.exit("%s: %s: %s" % (self.name, query, answer["error"]))
        return answer

    def memory(self):
        """Peak of all pages in memory, those of mapped files among them, and what of it now is the program's own."""
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as status:
            fields = dict(line.split(":", 1) for line in status)
        return tuple(int(fields[name].split()[0]) * 1024 for name in ("VmHWM", "RssAnon"))

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def print_table(head, rows):
    print(markdown(head, rows))


def index_all(peers, records):
    rows = []
    for peer in peers:
        made = peer.index(records)
        rows.append((peer.name, made["records"], "%.2f" % made["seconds"], "%.2f" % made["processor_seconds"],
                     megabytes(made["bytes"]), megabytes(made["peak_bytes"])))
    print_table(("peer", "records", "seconds", "processor s", "index MB", "peak MB"), rows)


def overlap(one, other):
    """The share of ten hits that two answers have in common; 1 where neither has any."""
    ids, others = ({hit[0] for hit in answer["hits"][:10]} for answer in (one, other))
    return len(ids & others) / max(len(ids), len(others)) if ids or others else 1.0


def compare_answers(peers, classes, answers):
    """Each peer against the first: hits in common, and how many queries have the same number of matches."""
    first, rows = peers[0], []
    for name, queries in classes.items():
        row = [name]
        for peer in peers[1:]:
            pairs = [(answers[peer.name, query], answers[first.name, query]) for query in queries]
            row.append("%.2f, %.0f %%" % (statistics.mean(overlap(*pair) for pair in pairs),
                                          100 * statistics.mean(a["count"] == b["count"] for a, b in pairs)))
        rows.append(row)
    print("Top 10 in common with %s (mean share), and queries with the same number of matches:\n" % first.name)
    print_table(["class"] + [peer.name for peer in peers[1:]], rows)
    print("Mean share of the top 10 in common, any words:\n")
    everyone = classes.get("any") or next(iter(classes.values()))
    print_table([""] + [peer.name for peer in peers],
                [[one.name] + ["%.2f" % statistics.mean(overlap(answers[one.name, query], answers[other.name, query])
                                                        for query in everyone) for other in peers]
                 for one in peers])


def measure(peers, queries, rounds):
    """Microseconds for each peer and query: the median of the rounds, in which the peers take turns."""
    took = {(peer.name, query): [] for peer in peers for query in queries}
    for peer in peers:
        for _ in range(WARM_ROUNDS.get(peer.name, OTHER_WARM_ROUNDS)):
            for query in queries:
                peer.ask(*query)
    for number in range(rounds):
        for place in range(len(peers)):
            peer = peers[(place + number) % len(peers)]
            for query in queries:
                took[peer.name, query].append(peer.ask(*query)["took_us"])
    return {key: statistics.median(times) for key, times in took.items()}


def print_times(peers, classes, took):
    rows = []
    for name, queries in classes.items():
        for peer in peers:
            times = [took[peer.name, query] for query in queries]
            rows.append((name, peer.name, "%.1f" % statistics.mean(times), "%.1f" % percentile(times, 0.5),
                         "%.1f" % percentile(times, 0.99)))
    print_table(("class", "peer", "mean µs", "p50", "p99"), rows)


def read_queries(path):
    """Queries (command, query, match) by class, each once. A line is one of queries.py, or an object with class, query
    and match."""
    classes = {}
    for line in pathlib.Path(path).read_text("utf-8").splitlines():
        if line.startswith("{"):
            one = json.loads(line)
            name, command, query, match = one["class"], "TOP_10", one["query"], one["match"]
        else:
            name, command, query, match = line.split("\t")
        classes.setdefault(name, {})[command, query, match] = None
    return {name: list(queries) for name, queries in classes.items()}


def find_peers(names, programs, work):
    peers = []
    for name in names:
        program = programs / name
        if os.access(program, os.X_OK):
            peers.append(Peer(name, program, work / name))
        else:
            print("skipped %s: %s is not there\n" % (name, program))
    return peers


def arguments():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", required=True)
    parser.add_argument("--queries", required=True)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--programs", type=pathlib.Path, default=root / "build/bench/peers")
    parser.add_argument("--work", type=pathlib.Path, default=root / "build/bench/peers-work")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="ask the indexes that are there, build none")
    return parser.parse_args()


def main():
    given = arguments()
    sys.stdout.reconfigure(line_buffering=True)
    given.work.mkdir(parents=True, exist_ok=True)
    classes = read_queries(given.queries)
    peers = find_peers(given.peers.split(","), given.programs, given.work)
    if not peers:
        sys.exit("no peer is built: see bench/peers/build.sh")
    if not given.keep:
        index_all(peers, given.records)
    for peer in peers:
        greeting = peer.start()
        print("- %s %s: %s" % (greeting["engine"], greeting["version"], greeting["settings"]))
    print()
    queries = list(dict.fromkeys(query for of_class in classes.values() for query in of_class))
    answers = {(peer.name, query): peer.ask("TOP_10_COUNT", *query[1:]) for peer in peers for query in queries}
    compare_answers(peers, classes, answers)
    print_times(peers, classes, measure(peers, queries, given.rounds))
    print_table(("peer", "peak MB", "of its own MB"),
                [(peer.name, *map(megabytes, peer.memory())) for peer in peers])
    for peer in peers:
        peer.stop()


if __name__ == "__main__":
    main()
