/* ks_sync: bringing an index in step with its sources. May use base, corpus, text, engine. */
#include "base/clock.h"
#include "corpus/reader.h"
#include "indexer/report.h"
#include "indexer/transaction.h"

#include <stdlib.h>
#include <string.h>

enum { PROGRESS_EVERY = 256 };

static const char *const DEFAULT_LANGUAGE = "english";

void ks_sync_options_init(ks_sync_options *options) {
    *options = (ks_sync_options){0};
}

/* Opens the index with the engine that made it, or begins a new one with the engine asked for. */
static ks_status open_writer(ks_writer **out, const char *path, const ks_sync_options *options,
                             ks_error *err) {
    const char *wanted = options->engine;
    const ks_engine *engine = NULL;
    bool nothing;
    ks_status status = ks_engine_by_path(&engine, path, &nothing, err);
    if (status == KS_ERR_NO_INDEX && nothing) status = ks_engine_by_name(&engine, wanted, err);
    if (status) return status;
    if (wanted && strcmp(wanted, engine->name) != 0) {
        ks_error_set(err, KS_ERR_ARGUMENT, "%s has an index of the %s engine", path, engine->name);
        return ks_error_hint(err, KS_ERR_ARGUMENT,
                             "an index keeps its engine: make a new one with --index PATH");
    }
    return engine->write(out, path,
                         &(ks_writer_options){.memory = options->memory, .threads = options->threads}, err);
}

/* Reads the language of the index; a new index gets the one asked for, for good. */
static ks_status settle_language(ks_transaction *transaction, ks_buffer *language, ks_error *err) {
    const char *wanted = transaction->options->language;
    ks_writer *writer = transaction->writer;
    ks_status status = writer->ops->get_meta(writer, "language", language, err);
    if (status) return status;
    if (language->size == 0) {
        ks_buffer_str(language, wanted ? wanted : DEFAULT_LANGUAGE);
        if ((status = ks_buffer_check(language, err))) return status;
        transaction->dirty = true;
        return writer->ops->set_meta(writer, "language", (ks_term){language->data, (uint32_t)language->size},
                                     err);
    }
    if (!wanted || strcmp(wanted, language->data) == 0) return KS_OK;
    ks_error_set(err, KS_ERR_ARGUMENT, "the index was made for the language \"%s\"", language->data);
    return ks_error_hint(err, KS_ERR_ARGUMENT,
                         "an index keeps its language: make a new one with --index PATH");
}

static void tell_progress(const ks_transaction *transaction, const ks_source_file *file, uint64_t bytes) {
    const ks_sync_options *options = transaction->options;
    const ks_source_list *files = &transaction->files;
    ks_sync_progress progress = {.source = file ? file->path : NULL,
                                 .bytes_read = transaction->bytes_before + bytes,
                                 .records = transaction->records};
    if (progress.bytes_read <= files->bytes && !ks_map_find(&files->seen, "-", 1)) /* else it is not known */
        progress.bytes_total = files->bytes;
    if (options->progress) options->progress(options->context, &progress);
}

static ks_status open_source(ks_source_reader **out, const ks_transaction *transaction,
                             const ks_source_file *file, ks_error *err) {
    ks_reader_options options = {.year = transaction->options->year,
                                 .word_list = transaction->options->word_list};
    if (strcmp(file->path, "-") == 0)
        return ks_source_open_fd(out, transaction->options->input, "-", &options, err);
    return ks_source_open(out, file->path, &options, err);
}

static ks_status reject(ks_transaction *transaction, const ks_source_file *file, const ks_source_item *item,
                        ks_error *err) {
    ks_status status =
        ks_report_reject(transaction->report, file->path, item->line, item->byte, item->reason, err);
    return status ? status : ks_set_add(&transaction->unreliable, ks_source_hash(file->number), NULL, err);
}

/* A folder may have other files, such as a README.txt. If this one gave records earlier, they stay. */
static ks_status skip_file(ks_transaction *transaction, const ks_source_file *file, ks_error *err) {
    transaction->report->skipped++;
    return ks_set_add(&transaction->unreliable, ks_source_hash(file->number), NULL, err);
}

static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static ks_status read_source(ks_transaction *transaction, const ks_source_file *file, ks_error *err) {
    ks_source_reader *reader = NULL;
    ks_source_item item = {.event = KS_SOURCE_RECORD};
    ks_status status = open_source(&reader, transaction, file, err);
    if (status == KS_ERR_FORMAT && file->in_folder) return skip_file(transaction, file, err);
    while (!status && item.event != KS_SOURCE_END) {
        if ((status = ks_source_next(reader, &item, err))) break;
        switch (item.event) {
        case KS_SOURCE_RECORD:
            status = ks_transaction_take(transaction, item.record, file->number, err);
            if (++transaction->records % PROGRESS_EVERY == 0)
                tell_progress(transaction, file, ks_source_bytes(reader));
            break;
        case KS_SOURCE_REJECT: status = reject(transaction, file, &item, err); break;
        case KS_SOURCE_END: transaction->report->repaired += ks_source_repaired(reader); break;
        }
    }
    if (reader) transaction->bytes_before += larger(file->bytes, ks_source_bytes(reader));
    ks_source_close(reader);
    return status;
}

static ks_status read_sources(ks_transaction *transaction, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < transaction->files.file_count && !status; i++)
        status = ks_source_table_number(&transaction->table, &transaction->files.files[i].number,
                                        transaction->files.files[i].name, err);
    for (size_t i = 0; i < transaction->files.file_count && !status; i++)
        status = read_source(transaction, &transaction->files.files[i], err);
    return status;
}

static ks_status commit(ks_transaction *transaction, ks_error *err) {
    ks_writer *writer = transaction->writer;
    ks_sync_report *report = transaction->report;
    ks_status status = KS_OK;
    report->generation = writer->generation;
    report->total =
        report->fresh + report->changed + report->removed + report->unchanged + report->reject_count;
    if (transaction->options->strict && report->reject_count) {
        ks_error_set(err, KS_ERR_REJECTED, "%zu of %llu records were rejected, nothing was committed",
                     report->reject_count, (unsigned long long)report->total);
        return ks_error_hint(err, KS_ERR_REJECTED, "mend them, or index without --strict");
    }
    tell_progress(transaction, NULL, 0);
    if (transaction->dirty || transaction->table.changed)
        if (!(status = ks_source_table_save(&transaction->table, writer, err)))
            status = writer->ops->commit(writer, &report->generation, err);
    return status;
}

/* Before anything is opened: an unknown language must not leave an empty index behind. */
static ks_status check_language(const char *language, ks_error *err) {
    ks_document_builder *builder = NULL;
    ks_status status = language ? ks_document_builder_new(&builder, language, err) : KS_OK;
    ks_document_builder_free(builder);
    return status;
}

/* The language asked for has been checked before, so if this one is unknown, the index is damaged. */
static ks_status make_builder(ks_transaction *transaction, const char *path, const char *language,
                              ks_error *err) {
    ks_status status = ks_document_builder_new(&transaction->builder, language, err);
    if (status == KS_ERR_ARGUMENT)
        return ks_error_set(err, KS_ERR_CORRUPT, "%s: the index has an unknown language", path);
    return status;
}

static ks_status run(ks_transaction *transaction, const char *path, const char *const *sources, size_t count,
                     ks_error *err) {
    ks_buffer language = {0};
    ks_status status;
    if (!(status = check_language(transaction->options->language, err)) &&
        !(status = ks_source_list_expand(&transaction->files, sources, count, err)) &&
        !(status = open_writer(&transaction->writer, path, transaction->options, err)) &&
        !(status = ks_source_table_load(&transaction->table, transaction->writer, err)) &&
        !(status = settle_language(transaction, &language, err)) &&
        !(status = make_builder(transaction, path, language.data, err)) &&
        !(status = ks_intake_new(&transaction->intake, transaction->writer, transaction->builder,
                                 language.data, transaction->options->threads, err)) &&
        !(status = read_sources(transaction, err)) && !(status = ks_transaction_finish(transaction, err)) &&
        !(status = ks_transaction_remove_missing(transaction, err)))
        status = commit(transaction, err);
    ks_intake_free(transaction->intake); /* before the writer and the language: its threads use both */
    ks_buffer_free(&language);
    return status;
}

static void transaction_free(ks_transaction *transaction) {
    if (transaction->writer) transaction->writer->ops->close(transaction->writer);
    ks_document_builder_free(transaction->builder);
    ks_source_table_free(&transaction->table);
    ks_source_list_free(&transaction->files);
    ks_batch_free(&transaction->postponed);
    ks_pending_free(&transaction->pending);
    ks_set_free(&transaction->ids);
    ks_set_free(&transaction->fresh);
    ks_set_free(&transaction->sightings);
    ks_set_free(&transaction->unreliable);
}

ks_status ks_sync(ks_sync_report **out, const char *path, const char *const *sources, size_t source_count,
                  const ks_sync_options *options, ks_error *error) {
    uint64_t start = ks_clock_us();
    ks_transaction transaction = {.options = options};
    ks_error fault; /* some calls fail on the way without the run failing: keep the caller's error clean */
    ks_status status;
    if (!out || !path || !*path || !options || (source_count && !sources))
        return ks_error_set(error, KS_ERR_ARGUMENT, "ks_sync needs a path, sources and options");
    if (source_count == 0) return ks_error_set(error, KS_ERR_ARGUMENT, "no source was named");
    if ((status = ks_report_new(&transaction.report, error))) return status;
    status = run(&transaction, path, sources, source_count, &fault);
    if (status && error) *error = fault;
    transaction.report->took_us = ks_clock_us() - start;
    if (status == KS_OK || status == KS_ERR_REJECTED)
        *out = transaction.report;
    else
        ks_sync_report_free(transaction.report);
    transaction_free(&transaction);
    return status;
}
