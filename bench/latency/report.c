/* The report, as a table or as JSON. */
#include "bench/latency/report.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

bool lat_report_add(lat_report *report, lat_row row) {
    lat_row *grown = realloc(report->rows, (report->row_count + 1) * sizeof *grown);
    if (!grown) return false;
    report->rows = grown;
    report->rows[report->row_count++] = row;
    return true;
}

void lat_report_free(lat_report *report) {
    free(report->rows);
    *report = (lat_report){0};
}

static void print_table(const lat_report *report) {
    printf("%-8s %-5s %-10s %4s %7s %7s %10s %10s %10s %10s %10s %10s %10s\n", "engine", "state", "class",
           "top", "threads", "times", "mean us", "p50", "p95", "p99", "p99.9", "max", "a second");
    for (size_t i = 0; i < report->row_count; i++) {
        const lat_row *row = &report->rows[i];
        const lat_figures *f = &row->figures;
        printf("%-8s %-5s %-10s %4zu %7zu %7zu %10.1f %10.1f %10.1f %10.1f %10.1f %10.1f %10.0f\n",
               report->readers[row->index].info.engine, row->state, row->class, row->top, row->threads,
               f->count, f->mean, f->p50, f->p95, f->p99, f->p999, f->max, f->qps);
    }
    if (report->cold_note) printf("no cold times: %s\n", report->cold_note);
}

static void add_figures(cJSON *object, const lat_figures *figures) {
    cJSON_AddNumberToObject(object, "samples", (double)figures->count);
    cJSON_AddNumberToObject(object, "mean", figures->mean);
    cJSON_AddNumberToObject(object, "p50", figures->p50);
    cJSON_AddNumberToObject(object, "p95", figures->p95);
    cJSON_AddNumberToObject(object, "p99", figures->p99);
    cJSON_AddNumberToObject(object, "p99_9", figures->p999);
    cJSON_AddNumberToObject(object, "max", figures->max);
    cJSON_AddNumberToObject(object, "qps", figures->qps);
}

/* cJSON passes NULL on, so that only the whole needs a look. */
static void add_row(cJSON *rows, const lat_report *report, const lat_row *row) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "index", (double)row->index);
    cJSON_AddStringToObject(object, "engine", report->readers[row->index].info.engine);
    cJSON_AddStringToObject(object, "state", row->state);
    cJSON_AddStringToObject(object, "class", row->class);
    cJSON_AddNumberToObject(object, "top", (double)row->top);
    cJSON_AddNumberToObject(object, "threads", (double)row->threads);
    add_figures(object, &row->figures);
    cJSON_AddItemToArray(rows, object);
}

static void add_index(cJSON *indexes, const ks_index_info *info) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "engine", info->engine);
    cJSON_AddNumberToObject(object, "records", (double)info->records);
    cJSON_AddNumberToObject(object, "bytes", (double)info->bytes);
    cJSON_AddNumberToObject(object, "segments", (double)info->segments);
    cJSON_AddItemToArray(indexes, object);
}

static bool print_json(const lat_report *report) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "version", ks_version());
    cJSON_AddNumberToObject(root, "rounds", (double)report->options->rounds);
    cJSON_AddNumberToObject(root, "queries", (double)report->queries->count);
    cJSON_AddNumberToObject(root, "compared", (double)(report->options->index_count - 1));
    if (report->cold_note)
        cJSON_AddStringToObject(root, "cold_note", report->cold_note);
    else
        cJSON_AddNullToObject(root, "cold_note");
    cJSON *indexes = cJSON_AddArrayToObject(root, "indexes");
    for (size_t i = 0; i < report->options->index_count; i++) add_index(indexes, &report->readers[i].info);
    cJSON *rows = cJSON_AddArrayToObject(root, "figures");
    for (size_t i = 0; i < report->row_count; i++) add_row(rows, report, &report->rows[i]);
    char *text = cJSON_PrintUnformatted(root);
    if (text) puts(text);
    cJSON_free(text);
    cJSON_Delete(root);
    return text != NULL;
}

bool lat_report_print(const lat_report *report) {
    if (report->options->json) {
        if (!print_json(report)) return false;
    } else {
        print_table(report);
    }
    return fflush(stdout) == 0;
}
