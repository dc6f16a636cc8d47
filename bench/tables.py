"""Evaluating the results of a run: ratios, tables as Markdown, and the numbers that the charts show."""
import statistics

import charts
from charts import label_of

OURS = "ksearch-native"
ALL = "(all)"
WHOLE = "whole"


def percentile(times, share):
    """By nearest rank; times need not be sorted."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def figures(times):
    """The statistics of one thread's times, in microseconds."""
    return {"samples": len(times), "mean": statistics.mean(times), "p50": percentile(times, .5),
            "p95": percentile(times, .95), "p99": percentile(times, .99), "p99_9": percentile(times, .999),
            "max": max(times), "qps": 1e6 / statistics.mean(times)}


def ratio(theirs, ours):
    """How many times as long they take: the ratio of mean times over the queries that both were asked, each query
    counting with the median of its times. None if they have no query in common."""
    common = [query for query in theirs if query in ours]
    if not common:
        return None
    return (sum(statistics.median(theirs[query]) for query in common)
            / sum(statistics.median(ours[query]) for query in common))


def markdown(head, rows):
    """A table, aligned so that its source can be read, too; all columns but the first to the right."""
    lines = [list(map(str, line)) for line in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    first, *others = widths

    def line(cells):
        return "| " + " | ".join([cells[0].ljust(first)] + [cell.rjust(width) for cell, width in
                                                            zip(cells[1:], others)]) + " |"
    rule = "|" + "-" * (first + 2) + "|" + "".join("-" * (width + 1) + ":|" for width in others)
    return "\n".join([line(lines[0]), rule, *map(line, lines[1:])]) + "\n"


def rows_of(collection, part, **wanted):
    return [row for row in collection[part] if all(row[name] == value for name, value in wanted.items())]


def engines_of(collection):
    return list(dict.fromkeys(row["engine"] for row in collection["search"]))


def classes_of(collection):
    return list(dict.fromkeys(row["class"] for row in collection["search"]))


def search_table(collection):
    """A line per class: the mean time of each engine, and how many times as long it takes as ksearch."""
    engines = engines_of(collection)
    rows = []
    for name in classes_of(collection):
        row = [name]
        for engine in engines:
            found = rows_of(collection, "search", engine=engine, **{"class": name})
            against = collection["ratios"].get(engine, {}).get(name)
            row.append("–" if not found else charts.microseconds(found[0]["mean"])
                       + (" (%s)" % charts.times(against) if against else ""))
        rows.append(row)
    return markdown(["class"] + [label_of(engine) for engine in engines], rows)


def search_part(collection):
    few = fewer_asked(collection)
    return search_table(collection) + ("\nAsked fewer, as they are slow: %s\n" % few if few else "")


def fewer_asked(collection):
    """A sentence on engines that were too slow to be asked everything, or nothing."""
    asked = {engine: sum(row["queries"] for row in rows_of(collection, "search", engine=engine) if row["class"] != ALL)
             for engine in engines_of(collection)}
    few = ["%s %s" % (label_of(engine), "{:,}".format(count)) for engine, count in asked.items()
           if count < collection["queries"]]
    return "of %s queries %s." % ("{:,}".format(collection["queries"]), ", ".join(few)) if few else ""


def serving_table(collection):
    return markdown(("memory while searching", "peak, mapped files included", "its own"),
                    [(label_of(row["engine"]), charts.size_of(row["peak_bytes"]), charts.size_of(row["own_bytes"]))
                     for row in collection["serving"]])


def indexing_table(collection):
    rows = []
    for one in collection["indexing"]:
        rows.append(("%s, %s" % (label_of(one["engine"]), one["case"]), one["threads"] or "–",
                     charts.seconds(one["seconds"]), charts.number(one["records"] / one["seconds"]),
                     charts.seconds(one["processor_seconds"]), charts.size_of(one["peak_bytes"]),
                     charts.size_of(one["bytes"])))
    return markdown(("indexing", "threads", "time", "records/s", "processor", "peak memory", "index"), rows)


def overlap_table(collection):
    engines = list(collection["overlap"])
    classes = list(dict.fromkeys(name for shares in collection["overlap"].values() for name in shares))
    return markdown(["top 10 in common"] + [label_of(engine) for engine in engines],
                    [[name] + ["%.2f" % collection["overlap"][engine][name]
                               if name in collection["overlap"][engine] else "–" for engine in engines]
                     for name in classes])


def latency_table(latency, top=10):
    """ksearch by itself: percentiles of all classes together, warm and cold, and by threads."""
    rows = []
    for row in latency["figures"]:
        if row["top"] == top and row["class"] == ALL:
            rows.append(("%s, %s, %d thread%s" % (row["engine"], row["state"], row["threads"],
                                                  "" if row["threads"] == 1 else "s"),
                         *(charts.microseconds(row[name]) for name in ("mean", "p50", "p95", "p99", "p99_9", "max")),
                         charts.number(row["qps"])))
    return markdown(("top %d" % top, "mean", "p50", "p95", "p99", "p99.9", "max", "queries/s"), rows)


def process_table(rows):
    return markdown(("whole process", "native", "Xapian", "ratio"),
                    [(row["class"], charts.microseconds(row["native_us"]), charts.microseconds(row["xapian_us"]),
                      charts.times(row["ratio"])) for row in rows])


def describe(collection):
    return "%s: %s records, %s" % (collection["name"], "{:,}".format(collection["records"]),
                                   charts.size_of(collection["bytes"]))


def heading(result):
    machine = result["machine"]
    return ("%s, %d processors, %s of memory, %s; ksearch %s, %s run of %s.\n\n"
            "Times of searching are means in one thread, top 10, everything in memory; in brackets how many times as "
            "long as %s.\n" % (machine["processor"], machine["processors"], charts.size_of(machine["memory"]),
                               machine["system"], result["version"], result["mode"], result["date"],
                               label_of(OURS)))


def short_text(result):
    """Searching and indexing of the collection that the charts show."""
    best = best_collection(result)
    return "\n".join([heading(result), describe(best) + ".\n", search_part(best), indexing_table(best)])


def whole_text(result):
    """All tables of a run, as Markdown."""
    parts = [heading(result)]
    for collection in result["collections"]:
        parts += ["### " + describe(collection) + "\n", search_part(collection), indexing_table(collection),
                  serving_table(collection)]
        if collection["different"]:
            parts.append("ksearch's engines differ:\n\n" + "".join("- `%s`\n" % one for one in collection["different"]))
        if collection["overlap"]:
            parts.append(overlap_table(collection))
        if collection["latency"]:
            parts += [latency_table(collection["latency"], top) for top in (10, 100)]
        if collection["process"]:
            parts.append(process_table(collection["process"]))
    if result["skipped"]:
        parts.append("Not there: %s.\n" % ", ".join(map(charts.label_of, result["skipped"])))
    return "\n".join(parts)


def generated(result):
    return [one for one in result["collections"] if one["generated"]]


def best_collection(result):
    """The largest that more than one engine was asked about."""
    shared = [one for one in result["collections"] if len(engines_of(one)) > 1]
    return max(shared or result["collections"], key=lambda one: (one["generated"], one["records"]))


def over_sizes(result, value_of):
    """(engine, [(records, value)]) for a chart, of the generated collections."""
    lines = {}
    for collection in generated(result):
        for engine, value in value_of(collection):
            lines.setdefault(engine, []).append((collection["records"], value))
    return list(lines.items())


def indexing_values(member):
    return lambda collection: [(row["engine"], row[member]) for row in rows_of(collection, "indexing", case=WHOLE)]


def mean_times(collection):
    return [(row["engine"], row["mean"]) for row in rows_of(collection, "search", **{"class": ALL})]


def draw(result):
    """All charts of a run: file name to SVG text."""
    best = best_collection(result)
    subtitle = "%s records of %s, top 10, one thread." % (
        "{:,}".format(best["records"]), "the generator" if best["generated"] else best["name"])
    few = fewer_asked(best)
    if few:
        subtitle += " Asked fewer: %s" % few
    groups = [(name, [(row["engine"], row["p50"], row["p95"], row["p99"])
                      for row in rows_of(best, "search", **{"class": name})]) for name in classes_of(best)]
    drawn = {"latency.svg": charts.latency_chart("Time to answer a query", subtitle, groups)}
    ratios = [(name, [(engine, shares[name]) for engine, shares in best["ratios"].items() if shares.get(name)])
              for name in classes_of(best)]
    ratios = [(name, rows) for name, rows in ratios if rows]
    if ratios:
        drawn["ratios.svg"] = charts.ratio_chart(
            "How many times as long as ksearch", subtitle + " To the right of 1×: slower.", ratios)
    if generated(result):
        whole = "The whole collection from nothing, one thread."
        for name, title, note, values, unit in (
                ("latency-by-size.svg", "Mean time to answer a query", "All classes together, top 10, one thread.",
                 mean_times, charts.microseconds),
                ("indexing-by-size.svg", "Time to index", whole, indexing_values("seconds"), charts.seconds),
                ("memory-by-size.svg", "Peak memory while indexing", whole, indexing_values("peak_bytes"),
                 charts.size_of),
                ("bytes-by-size.svg", "Size of the index", whole, indexing_values("bytes"), charts.size_of)):
            drawn[name] = charts.size_chart(title, note, over_sizes(result, values), unit)
    return drawn
