/* The classes of queries. */
#include "bench/generate/queries.h"

#include "bench/generate/pick.h"

#include <string.h>

enum { RECORDS_TRIED = 2000, CLASS_STREAM = 16 };

/* What a query is made from; one record is drawn for each try. */
typedef struct maker {
    const gen_sample *sample;
    const gen_sampled *sampled;
    gen_random random;
} maker;

static bool add_words(ks_buffer *query, maker *make, uint32_t least, uint32_t most, gen_want want) {
    uint32_t count = least + gen_random_below(&make->random, most - least + 1);
    return gen_pick_words(query, make->sample, make->sampled, &make->random, count, want);
}

static bool make_one(ks_buffer *query, maker *make) {
    return add_words(query, make, 1, 1, GEN_WANT_ANY);
}

static bool make_several(ks_buffer *query, maker *make) {
    return add_words(query, make, 2, 4, GEN_WANT_ANY);
}

static bool make_phrase(ks_buffer *query, maker *make) {
    uint32_t count = 2 + gen_random_below(&make->random, 2);
    return gen_pick_phrase(query, make->sample, make->sampled, &make->random, count);
}

static bool make_tag(ks_buffer *query, maker *make) {
    return gen_pick_tag(query, make->sampled, &make->random);
}

static bool make_filtered(ks_buffer *query, maker *make) {
    return add_words(query, make, 1, 2, GEN_WANT_ANY) &&
           gen_pick_filters(query, make->sampled, &make->random);
}

static bool make_prefix(ks_buffer *query, maker *make) {
    return gen_pick_prefix(query, make->sample, make->sampled, &make->random);
}

static bool make_rare(ks_buffer *query, maker *make) {
    return add_words(query, make, 1, 2, GEN_WANT_RARE);
}

static bool make_frequent(ks_buffer *query, maker *make) {
    return add_words(query, make, 1, 3, GEN_WANT_FREQUENT);
}

static const struct {
    const char *name, *match;
    bool (*make)(ks_buffer *query, maker *make);
} classes[] = {{"one", "any", make_one},
               {"any", "any", make_several},
               {"all", "all", make_several},
               {"auto", "auto", make_several},
               {"phrase", "auto", make_phrase},
               {"tag", "auto", make_tag},
               {"filtered", "auto", make_filtered},
               {"prefix", "auto", make_prefix},
               {"rare", "auto", make_rare},
               {"frequent", "any", make_frequent}};

enum { CLASSES = sizeof classes / sizeof *classes };

bool gen_class_exists(const char *name) {
    for (size_t i = 0; i < CLASSES; i++)
        if (strcmp(classes[i].name, name) == 0) return true;
    return false;
}

/* Tries one record after another until one gives a query. */
static ks_status make_query(ks_buffer *query, size_t class, maker *make, ks_error *err) {
    for (unsigned i = 0; i < RECORDS_TRIED && make->sample->count > 0; i++) {
        ks_buffer_truncate(query, 0);
        make->sampled =
            &make->sample->records[gen_random_below(&make->random, (uint32_t)make->sample->count)];
        if (classes[class].make(query, make)) return ks_buffer_check(query, err);
    }
    return ks_error_set(err, KS_ERR_NOT_FOUND, "the collection has nothing for a query of class %s",
                        classes[class].name);
}

/* The only character of a query that JSON wants escaped is the quotation mark of phrases. */
static void add_json(ks_buffer *line, size_t class, uint32_t number, const ks_buffer *query) {
    const char *name = classes[class].name;
    ks_buffer_format(line, "{\"id\":\"%s-%u\",\"class\":\"%s\",\"query\":\"", name, number, name);
    for (size_t i = 0; i < query->size; i++) {
        if (query->data[i] == '"') ks_buffer_char(line, '\\');
        ks_buffer_char(line, query->data[i]);
    }
    ks_buffer_format(line, "\",\"match\":\"%s\"}", classes[class].match);
}

static ks_status write_class(FILE *out, size_t class, const gen_sample *sample, const gen_options *options,
                             ks_error *err) {
    maker make = {.sample = sample, .random = gen_random_of(options->seed, CLASS_STREAM + class)};
    ks_buffer query = {0}, line = {0};
    ks_status status = KS_OK;
    for (uint32_t number = 1; number <= options->per_class && status == KS_OK; number++) {
        if ((status = make_query(&query, class, &make, err)) != KS_OK) break;
        if (options->plain)
            ks_buffer_add(&line, query.data, query.size);
        else
            add_json(&line, class, number, &query);
        ks_buffer_char(&line, '\n');
        status = gen_output_write(out, &line, err);
    }
    ks_buffer_free(&query);
    ks_buffer_free(&line);
    return status;
}

ks_status gen_queries_write(FILE *out, const gen_options *options, ks_error *err) {
    gen_sample sample = {0};
    ks_status status = gen_sample_read(&sample, options->collection, options->seed, err);
    for (size_t i = 0; i < CLASSES && status == KS_OK; i++)
        if (!options->only || strcmp(options->only, classes[i].name) == 0)
            status = write_class(out, i, &sample, options, err);
    gen_sample_free(&sample);
    return status;
}
