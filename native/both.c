/* A crew of one thread; see both.h. May use base. */
#include "native/both.h"

#include "base/crew.h"

struct job {
    ks_part *part;
    void *context;
};

static ks_status do_part(void *member, void *job, ks_error *err) {
    const struct job *given = job;
    (void)member;
    return given->part(given->context, err);
}

/* A job lives on the stack of the thread that waits: there is nothing to free. */
static void forget(void *job) {
    (void)job;
}

static const ks_crew_work work = {do_part, NULL, forget};

static ks_status run(ks_crew *crew, struct job *first, ks_part *second, ks_error *err) {
    bool added = false, taken = false;
    ks_status status = ks_crew_add(crew, NULL, &added, err);
    if (!status && added) status = ks_crew_offer(crew, first, &taken, err);
    if (!status && !taken) status = first->part(first->context, err);
    if (!status) status = second(first->context, err);
    return status || !taken ? status : ks_crew_wait(crew, NULL, err);
}

ks_status ks_run_both(ks_part *first, ks_part *second, void *context, bool parallel, ks_error *err) {
    struct job job = {first, context};
    ks_crew *crew = NULL;
    ks_status status;
    if (!parallel) {
        status = first(context, err);
        return status ? status : second(context, err);
    }
    if ((status = ks_crew_new(&crew, &work, 1, err))) return status;
    status = run(crew, &job, second, err);
    ks_crew_free(crew);
    return status;
}
