#!/usr/bin/env python3
"""Draws queries from the titles of records: queries.py RECORDS.jsonl [--per-class N] [--seed S] > queries.tsv

A line each: class, command, query, match, with tabs between, as compare.py reads them.
"""
import argparse
import json
import random
import re
import sys

WORD = re.compile(r"[A-Za-z]{3,}")
RUN = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")  # words with nothing but a blank between


def words_of(record):
    return WORD.findall(record.get("title") or "")


def some_words(draw, record, most=4):
    words = words_of(record)
    return " ".join(draw.sample(words, min(len(words), draw.randint(1, most)))).lower()


def phrase(draw, record):
    runs = [run.split(" ") for run in RUN.findall(record.get("title") or "")]
    if not runs:
        return ""
    run = draw.choice(runs)
    length = min(len(run), draw.randint(2, 3))
    first = draw.randint(0, len(run) - length)
    return '"%s"' % " ".join(run[first:first + length]).lower()


def prefix(draw, record):
    words = [word for word in words_of(record) if len(word) > 6]
    return draw.choice(words)[:draw.randint(4, 6)].lower() + "*" if words else ""


def beside(filter_of):
    """Words with a filter that the record they come from passes."""
    def make(draw, record):
        words, condition = some_words(draw, record, 2), filter_of(draw, record)
        return words + " " + condition if words and condition else ""
    return make


def tag(draw, record):
    tags = [one for one in record.get("tags") or [] if re.fullmatch(r"[\w.-]+", one)]
    return "tag:" + draw.choice(tags) if tags else ""


def dates(draw, record):
    year = (record.get("date") or "")[:4]
    return "date:%d..%d" % (int(year) - draw.randint(0, 2), int(year)) if year.isdigit() else ""


CLASSES = {  # what makes a query, the command, the match
    "any": (some_words, "TOP_10", "any"),
    "all": (some_words, "TOP_10", "all"),
    "phrase": (phrase, "TOP_10", "all"),
    "prefix": (prefix, "TOP_10", "any"),
    "words+tag": (beside(tag), "TOP_10", "any"),
    "words+dates": (beside(dates), "TOP_10", "any"),
    "any, top 100": (some_words, "TOP_100", "any"),
    "any, counted": (some_words, "TOP_10_COUNT", "any"),
}


def sample(path, count, draw):
    """Records drawn evenly from a file that is read once."""
    kept = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if len(kept) < count:
                kept.append(line)
            elif (place := draw.randrange(number + 1)) < count:
                kept[place] = line
    draw.shuffle(kept)
    return [json.loads(line) for line in kept]


def draw_queries(path, per_class, seed):
    draw = random.Random(seed)
    records = sample(path, 4 * per_class + 100, draw)
    for name, (make, command, match) in CLASSES.items():
        made = (make(draw, record) for record in draw.sample(records, len(records)))
        for query, _ in zip((one for one in made if one), range(per_class)):
            yield name, command, query, match


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records")
    parser.add_argument("--per-class", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for line in draw_queries(given.records, given.per_class, given.seed):
        sys.stdout.write("\t".join(line) + "\n")


if __name__ == "__main__":
    main()
