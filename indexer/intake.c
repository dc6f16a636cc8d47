/* A crew with a lane for each of its threads, and one for the calling thread; see intake.h.
 *
 * Records gather in a batch. A full batch becomes a job; if the queue has no room, the calling thread writes
 * the batch itself. It must not flush its lane, though: while it is busy for long, nobody gives out jobs. So
 * it splits off a full lane and leaves the flush to another thread. */
#include "indexer/intake.h"

#include "base/crew.h"
#include "indexer/batch.h"

#include <stdlib.h>
#include <unistd.h>

/* What a thread works with. */
struct worker {
    ks_document_builder *builder;
    ks_lane *lane; /* owned by the writer */
    const ks_writer_ops *ops;
};

/* A job: records to put into the thread's lane, or a full lane to flush. */
struct task {
    ks_batch batch;
    ks_lane *full; /* NULL: it is the batch */
};

struct ks_intake {
    ks_writer *writer;
    const char *language;
    size_t threads;         /* wanted, the calling one included */
    ks_crew *crew;          /* NULL: not started yet */
    bool has_threads;       /* the crew got at least one */
    struct worker *workers; /* `threads` of them; the first is the calling thread's */
    struct task *task;      /* whose batch is being filled */
    struct task *flush;     /* waits for room in the queue; NULL: none */
    bool unjoined;          /* the lanes have taken what the writer does not know yet */
};

static size_t threads_for(unsigned wanted) {
    long processors = wanted ? (long)wanted : sysconf(_SC_NPROCESSORS_ONLN);
    if (processors < 1) return 1;
    return processors > KS_INTAKE_THREADS ? KS_INTAKE_THREADS : (size_t)processors;
}

ks_status ks_intake_new(ks_intake **out, ks_writer *writer, ks_document_builder *builder,
                        const char *language, unsigned threads, ks_error *err) {
    size_t count = threads_for(threads);
    ks_intake *intake = NULL;
    if (count < 2 || !writer->ops->lane) {
        *out = NULL;
        return KS_OK;
    }
    intake = calloc(1, sizeof *intake);
    if (intake) {
        intake->workers = calloc(count, sizeof *intake->workers);
        intake->task = calloc(1, sizeof *intake->task);
    }
    if (!intake || !intake->workers || !intake->task) {
        ks_intake_free(intake);
        return ks_error_nomem(err);
    }
    intake->writer = writer;
    intake->language = language;
    intake->threads = count;
    intake->workers[0].builder = builder;
    *out = intake;
    return KS_OK;
}

static void drop_task(void *job) {
    struct task *task = job;
    if (!task) return;
    ks_batch_free(&task->batch);
    free(task);
}

void ks_intake_free(ks_intake *intake) {
    if (!intake) return;
    ks_crew_free(intake->crew);
    for (size_t i = 1; i < intake->threads; i++) ks_document_builder_free(intake->workers[i].builder);
    drop_task(intake->task);
    drop_task(intake->flush);
    free(intake->workers);
    free(intake);
}

/* ---- What each thread does ---- */

static ks_status put_into_lane(void *to, const ks_document *document, ks_error *err) {
    const struct worker *worker = to;
    return worker->ops->lane_put(worker->lane, document, err);
}

static ks_status do_task(void *member, void *job, ks_error *err) {
    struct worker *worker = member;
    struct task *task = job;
    ks_status status = task->full ? worker->ops->lane_flush(task->full, err)
                                  : ks_batch_write(&task->batch, worker->builder, put_into_lane, worker, err);
    drop_task(task);
    return status;
}

static ks_status flush_lane(void *member, ks_error *err) {
    const struct worker *worker = member;
    return worker->ops->lane_flush(worker->lane, err);
}

static const ks_crew_work work = {do_task, flush_lane, drop_task};

/* ---- The calling thread ---- */

static ks_status equip(ks_intake *intake, struct worker *worker, ks_error *err) {
    worker->ops = intake->writer->ops;
    if (!worker->builder) {
        ks_status status = ks_document_builder_new(&worker->builder, intake->language, err);
        if (status) return status;
    }
    return worker->ops->lane(intake->writer, &worker->lane, err);
}

static ks_status start(ks_intake *intake, ks_error *err) {
    bool added = true;
    ks_status status = ks_crew_new(&intake->crew, &work, 2 * intake->threads, err);
    if (!status) status = equip(intake, &intake->workers[0], err);
    for (size_t i = 1; i < intake->threads && added && !status; i++)
        if (!(status = equip(intake, &intake->workers[i], err)) &&
            !(status = ks_crew_add(intake->crew, &intake->workers[i], &added, err)))
            intake->has_threads = intake->has_threads || added;
    return status;
}

/* Gives the waiting flush to another thread, if the queue has room. */
static ks_status offer_flush(ks_intake *intake, ks_error *err) {
    bool taken = false;
    ks_status status = intake->flush ? ks_crew_offer(intake->crew, intake->flush, &taken, err) : KS_OK;
    if (taken) intake->flush = NULL;
    return status;
}

/* Writes the batch in the calling thread. If that fills its lane, the flush is left to another thread. */
static ks_status write_batch(ks_intake *intake, ks_error *err) {
    const struct worker *worker = &intake->workers[0];
    struct task *flush;
    ks_status status =
        ks_batch_write(&intake->task->batch, worker->builder, put_into_lane, &intake->workers[0], err);
    if (status || intake->flush || !intake->has_threads) return status;
    if (!(flush = calloc(1, sizeof *flush))) return ks_error_nomem(err);
    status = worker->ops->lane_split(worker->lane, &flush->full, err);
    if (!status && flush->full)
        intake->flush = flush;
    else
        free(flush);
    return status;
}

/* Makes the batch a job, or writes it here if the others have enough to do. */
static ks_status hand_over(ks_intake *intake, ks_error *err) {
    struct task *next;
    bool taken = false;
    ks_status status = offer_flush(intake, err);
    if (status) return status;
    if (!(next = calloc(1, sizeof *next))) return ks_error_nomem(err);
    intake->unjoined = true;
    if ((status = ks_crew_offer(intake->crew, intake->task, &taken, err)) || !taken) {
        free(next);
        return status ? status : write_batch(intake, err);
    }
    intake->task = next;
    return KS_OK;
}

ks_status ks_intake_add(ks_intake *intake, ks_record *record, uint32_t source, ks_error *err) {
    ks_batch *batch = &intake->task->batch;
    ks_status status = ks_batch_add(batch, record, source, err);
    if (status) return status;
    if (!intake->crew && (batch->bytes >= KS_INTAKE_BYTES || batch->count >= KS_INTAKE_RECORDS))
        status = start(intake, err);
    if (status || !intake->crew || batch->bytes < KS_INTAKE_BATCH) return status;
    return hand_over(intake, err);
}

static ks_status put_into_writer(void *to, const ks_document *document, ks_error *err) {
    ks_writer *writer = to;
    return writer->ops->put(writer, document, err);
}

static ks_status join(ks_intake *intake, ks_error *err) {
    ks_status status = KS_OK;
    if (intake->unjoined) status = intake->writer->ops->join(intake->writer, err);
    if (!status) intake->unjoined = false;
    return status;
}

/* Writes what is in the batch: through a lane if lanes must be joined anyway, else straight to the writer. */
static ks_status write_rest(ks_intake *intake, ks_error *err) {
    if (intake->crew && intake->unjoined)
        return ks_batch_write(&intake->task->batch, intake->workers[0].builder, put_into_lane,
                              &intake->workers[0], err);
    return ks_batch_write(&intake->task->batch, intake->workers[0].builder, put_into_writer, intake->writer,
                          err);
}

ks_status ks_intake_settle(ks_intake *intake, ks_error *err) {
    ks_status status = write_rest(intake, err);
    if (!status && intake->crew) status = ks_crew_wait(intake->crew, &intake->workers[0], err);
    return status ? status : join(intake, err);
}

ks_status ks_intake_finish(ks_intake *intake, ks_error *err) {
    ks_status status = write_rest(intake, err);
    if (!status) status = offer_flush(intake, err);
    if (!status && intake->flush) status = intake->writer->ops->lane_flush(intake->flush->full, err);
    if (!status && intake->crew) {
        intake->unjoined = true; /* flushing changes what the lanes hold */
        status = ks_crew_finish(intake->crew, &intake->workers[0], err);
    }
    return status ? status : join(intake, err);
}
