/* Latency of searching, by class of query: compares what indexes of the same records answer, then times
 * them in turn, in memory and from a cold page cache. Uses the public header; see bench/README.md. */
#include "bench/latency/answers.h"
#include "bench/latency/cold.h"
#include "bench/latency/options.h"
#include "bench/latency/report.h"
#include "bench/latency/warm.h"

#include <stdio.h>
#include <stdlib.h>

enum { AGREE = 0, DIFFER = 1, TROUBLE = 2 };

#define ALL_CLASSES "(all)"

typedef struct bench {
    lat_options options;
    lat_queries queries;
    lat_reader *readers;
    lat_samples *cells; /* [index][top][threads][class] */
    lat_report report;
    char note[256]; /* why there are no cold times */
} bench;

static size_t most(const lat_list *list) {
    size_t result = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] > result) result = list->items[i];
    return result;
}

static size_t cell_count(const bench *self) {
    return self->options.index_count * self->options.top.count * self->options.threads.count *
           self->queries.class_count;
}

static lat_samples *cell(bench *self, size_t index, size_t top, size_t threads, size_t class) {
    size_t row = (index * self->options.top.count + top) * self->options.threads.count + threads;
    return &self->cells[row * self->queries.class_count + class];
}

static bool open_all(bench *self) {
    const lat_options *options = &self->options;
    self->readers = calloc(options->index_count, sizeof *self->readers);
    self->cells = calloc(cell_count(self), sizeof *self->cells);
    if (!self->readers || !self->cells) return false;
    for (size_t i = 0; i < options->index_count; i++)
        if (!lat_reader_open(&self->readers[i], options->indexes[i], most(&options->threads))) return false;
    self->report = (lat_report){.options = options, .queries = &self->queries, .readers = self->readers};
    return true;
}

/* Compares the answers of all indexes with those of the first; this also warms them up. */
static int compare_query(bench *self, const lat_query *query, size_t top) {
    ks_results *first = lat_ask(self->readers[0].handles[0], query, top);
    int result = first ? AGREE : TROUBLE;
    for (size_t i = 1; i < self->options.index_count && result == AGREE; i++) {
        ks_results *other = lat_ask(self->readers[i].handles[0], query, top);
        if (!other)
            result = TROUBLE;
        else if (!lat_answers_agree(first, other, top))
            result = DIFFER;
        if (result == DIFFER)
            fprintf(stderr, "latency: %s differs between %s and %s, top %zu: %s\n", query->id,
                    self->options.indexes[0], self->options.indexes[i], top, query->text);
        ks_results_free(other);
    }
    ks_results_free(first);
    return result;
}

/* Compares all queries, and names every one whose answers differ. */
static int compare_all(bench *self) {
    int result = AGREE;
    for (size_t top = 0; top < self->options.top.count; top++)
        for (size_t i = 0; i < self->queries.count && result != TROUBLE; i++) {
            int found = compare_query(self, &self->queries.items[i], self->options.top.items[top]);
            if (found != AGREE) result = found;
        }
    return result;
}

static bool time_index(bench *self, size_t index) {
    const lat_options *options = &self->options;
    for (size_t top = 0; top < options->top.count; top++)
        for (size_t threads = 0; threads < options->threads.count; threads++)
            for (size_t i = 0; i < self->queries.class_count; i++) {
                const lat_class *class = &self->queries.classes[i];
                if (!lat_warm_run(cell(self, index, top, threads, i), &self->readers[index],
                                  self->queries.items + class->first, class->count, options->top.items[top],
                                  options->threads.items[threads]))
                    return false;
            }
    return true;
}

/* The indexes take turns, with another one first in each round. The first round warms up all handles; its
 * times are dropped. */
static bool time_all(bench *self) {
    for (size_t round = 0; round <= self->options.rounds; round++) {
        for (size_t turn = 0; turn < self->options.index_count; turn++)
            if (!time_index(self, (turn + round) % self->options.index_count)) return false;
        for (size_t i = 0; i < cell_count(self) && round == 0; i++) {
            self->cells[i].count = 0;
            self->cells[i].elapsed = 0;
        }
    }
    return true;
}

/* A line for each class, and one for all of them where there are several. */
static bool report_cells(bench *self, lat_samples *samples, lat_row row) {
    lat_samples all = {0};
    bool good = true;
    for (size_t i = 0; i < self->queries.class_count && good; i++) {
        row.class = self->queries.classes[i].name;
        row.figures = lat_samples_figures(&samples[i]);
        good = lat_samples_join(&all, &samples[i]) && lat_report_add(&self->report, row);
    }
    if (good && self->queries.class_count > 1) {
        row.class = ALL_CLASSES;
        row.figures = lat_samples_figures(&all);
        good = lat_report_add(&self->report, row);
    }
    lat_samples_free(&all);
    return good;
}

static bool report_warm(bench *self) {
    const lat_options *options = &self->options;
    for (size_t index = 0; index < options->index_count; index++)
        for (size_t top = 0; top < options->top.count; top++)
            for (size_t threads = 0; threads < options->threads.count; threads++) {
                lat_row row = {.index = index,
                               .state = "warm",
                               .top = options->top.items[top],
                               .threads = options->threads.items[threads]};
                if (!report_cells(self, cell(self, index, top, threads, 0), row)) return false;
            }
    return true;
}

/* If pages cannot be given back to the system, the report says so and has no cold times. */
static bool time_cold(bench *self, size_t index) {
    lat_samples *samples = calloc(self->queries.class_count, sizeof *samples);
    size_t top = self->options.top.items[0];
    bool good = samples != NULL;
    for (size_t i = 0; i < self->queries.class_count && good; i++) {
        const lat_class *class = &self->queries.classes[i];
        size_t count = class->count < self->options.cold ? class->count : self->options.cold;
        if (!lat_cold_run(&samples[i], self->options.indexes[index], self->queries.items + class->first,
                          count, top, self->note, sizeof self->note))
            self->report.cold_note = self->note;
        if (self->report.cold_note) break;
    }
    if (good && !self->report.cold_note)
        good =
            report_cells(self, samples, (lat_row){.index = index, .state = "cold", .top = top, .threads = 1});
    for (size_t i = 0; i < self->queries.class_count && samples; i++) lat_samples_free(&samples[i]);
    free(samples);
    return good;
}

/* All handles stay open, except for those of the index being timed, since the report borrows from them. */
static bool time_all_cold(bench *self) {
    bool good = true;
    for (size_t i = 0; i < self->options.index_count && good && self->options.cold > 0; i++) {
        lat_reader_close(&self->readers[i]);
        if (!self->report.cold_note) good = time_cold(self, i);
        if (!lat_reader_open(&self->readers[i], self->options.indexes[i], 1)) return false;
    }
    return good;
}

static int run(bench *self) {
    int result;
    if (!lat_queries_read(&self->queries, self->options.queries) || !open_all(self)) return TROUBLE;
    if ((result = compare_all(self)) != AGREE) return result;
    if (!time_all(self) || !report_warm(self) || !time_all_cold(self)) return TROUBLE;
    return lat_report_print(&self->report) ? AGREE : TROUBLE;
}

int main(int argc, char **argv) {
    bench self = {0};
    int result;
    if (!lat_options_parse(&self.options, argc, argv)) {
        fputs(lat_usage, stderr);
        return TROUBLE;
    }
    result = run(&self);
    for (size_t i = 0; self.cells && i < cell_count(&self); i++) lat_samples_free(&self.cells[i]);
    for (size_t i = 0; self.readers && i < self.options.index_count; i++) lat_reader_close(&self.readers[i]);
    free(self.cells);
    free(self.readers);
    lat_report_free(&self.report);
    lat_queries_free(&self.queries);
    return result;
}
