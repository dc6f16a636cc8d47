/* ks_index_optimize: merging the segments of an index into one. May use base, engine. */
#include "base/clock.h"
#include "engine/engine.h"

static ks_status describe(const ks_engine *engine, const char *path, ks_engine_info *out, ks_error *err) {
    ks_reader *reader = NULL;
    ks_status status = engine->open(&reader, path, err);
    if (status) return status;
    status = reader->ops->describe(reader, out, err);
    reader->ops->close(reader);
    return status;
}

static ks_status merge(ks_writer *writer, uint64_t *generation, ks_error *err) {
    ks_status status = writer->ops->optimize(writer, err);
    return status ? status : writer->ops->commit(writer, generation, err);
}

/* The writer holds the lock, so what is described before is what gets merged. */
static ks_status run(const ks_engine *engine, const char *path, ks_writer *writer, ks_optimize_report *report,
                     ks_error *err) {
    ks_engine_info before = {0}, after = {0};
    ks_status status = describe(engine, path, &before, err);
    if (status) return status;
    report->changed = before.segments > 1 || before.deleted > 0;
    report->generation = before.generation;
    after = before;
    if (report->changed && ((status = merge(writer, &report->generation, err)) ||
                            (status = describe(engine, path, &after, err))))
        return status;
    report->segments_before = before.segments;
    report->deleted_before = before.deleted;
    report->bytes_before = before.bytes;
    report->segments_after = after.segments;
    report->deleted_after = after.deleted;
    report->bytes_after = after.bytes;
    return KS_OK;
}

/* Makes sure that there is an index first, since a writer would begin a new one. */
static ks_status open_writer(const ks_engine *engine, const char *path, ks_writer **out, ks_error *err) {
    ks_reader *reader = NULL;
    ks_status status = engine->open(&reader, path, err);
    if (status) return status;
    reader->ops->close(reader);
    return engine->write(out, path, NULL, err);
}

ks_status ks_index_optimize(ks_optimize_report *out, const char *path, ks_error *error) {
    uint64_t start = ks_clock_us();
    ks_optimize_report report = {0};
    const ks_engine *engine = NULL;
    ks_writer *writer = NULL;
    ks_status status;
    if (!out || !path || !*path)
        return ks_error_set(error, KS_ERR_ARGUMENT, "ks_index_optimize needs a path");
    if ((status = ks_engine_by_path(&engine, path, NULL, error)) ||
        (status = open_writer(engine, path, &writer, error)))
        return status;
    status = run(engine, path, writer, &report, error);
    writer->ops->close(writer);
    if (status) return status;
    report.engine = engine->name;
    report.took_us = ks_clock_us() - start;
    *out = report;
    return KS_OK;
}
