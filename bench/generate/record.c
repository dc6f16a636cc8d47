/* The members of a record and how often they are there. */
#include "bench/generate/record.h"

#include <string.h>

enum { DAYS = 4383, FIRST_DAY = 15340, MAX_TAGS = 6 }; /* twelve years from 2012-01-01, in days since 1970 */

/* How records of a kind look. */
typedef struct kind_model {
    const char *name;
    uint32_t share;     /* of 100 records, those of this kind */
    uint32_t titled;    /* of 100 of these, those with a title */
    uint32_t sentences; /* in a summary, at least; up to 2 more */
    uint32_t words;     /* in a sentence, at least; up to 11 more */
} kind_model;

static const kind_model kinds[] = {{"blog", 40, 95, 2, 12},
                                   {"paper", 22, 100, 4, 12},
                                   {"tweet", 18, 0, 1, 10},
                                   {"github_gist", 12, 60, 2, 9},
                                   {"video", 8, 100, 2, 11}};

void gen_collection_make(gen_collection *collection, uint64_t seed, uint64_t count) {
    gen_language_make(&collection->language);
    gen_ladder_make(&collection->authors, UINT32_C(1) << 31, 40, 5);
    collection->seed = seed;
    collection->count = count;
}

static const kind_model *pick_kind(gen_random *random) {
    uint32_t draw = gen_random_below(random, 100);
    const kind_model *kind = kinds;
    while (draw >= kind->share) draw -= kind++->share;
    return kind;
}

/* Adds the date `days` days after 1970-01-01, without its day unless `whole` (Hinnant,
 * "chrono-compatible low-level date algorithms", civil_from_days). For dates after 2000. */
static void add_date(ks_buffer *line, uint32_t days, bool whole) {
    uint32_t shifted = days + 719468, era = shifted / 146097, day_of_era = shifted % 146097;
    uint32_t year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint32_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    uint32_t march = (5 * day_of_year + 2) / 153, month = march < 10 ? march + 3 : march - 9;
    ks_buffer_format(line, ",\"date\":\"%u-%02u", year + era * 400 + (month <= 2), month);
    if (whole) ks_buffer_format(line, "-%02u", day_of_year - (153 * march + 2) / 5 + 1);
    ks_buffer_char(line, '"');
}

/* Captures get later with the number of the record. What was captured is some days older, now and then much
 * older. */
static uint32_t pick_day(gen_random *random, const gen_collection *collection, uint64_t number) {
    uint32_t day = (uint32_t)(number * DAYS / collection->count);
    uint32_t age = gen_random_below(random, gen_random_below(random, 12) ? 30 : 900);
    return FIRST_DAY + (day > age ? day - age : age % 30);
}

static void add_author(ks_buffer *line, const gen_collection *collection, gen_random *random) {
    uint32_t author = gen_ladder_draw(&collection->authors, random);
    ks_buffer_char(line, '"');
    gen_word_add(line, 700 + author % 59000);
    if (author >= 59000 || author % 3 == 0) {
        ks_buffer_char(line, ' ');
        gen_word_add(line, 700 + (uint32_t)(gen_mix(author) % 59000));
    }
    ks_buffer_char(line, '"');
}

static void add_authors(ks_buffer *line, const gen_collection *collection, gen_random *random, bool several) {
    uint32_t more = several ? gen_random_below(random, 4) : 0;
    ks_buffer_str(line, more ? ",\"author\":[" : ",\"author\":");
    add_author(line, collection, random);
    for (uint32_t i = 0; i < more; i++) {
        ks_buffer_char(line, ',');
        add_author(line, collection, random);
    }
    if (more) ks_buffer_char(line, ']');
}

static void add_summary(ks_buffer *line, const gen_subject *subject, const kind_model *kind) {
    uint32_t sentences = kind->sentences + gen_random_below(subject->random, 3);
    ks_buffer_str(line, ",\"summary\":\"");
    for (uint32_t i = 0; i < sentences; i++) {
        if (i > 0) ks_buffer_char(line, ' ');
        gen_text_add(line, subject, kind->words + gen_random_below(subject->random, 12), true);
        ks_buffer_char(line, '.');
    }
    ks_buffer_char(line, '"');
}

static void add_claims(ks_buffer *line, const gen_subject *subject) {
    uint32_t claims = gen_random_below(subject->random, 5);
    ks_buffer_str(line, ",\"claims\":[");
    for (uint32_t i = 0; i < claims; i++) {
        ks_buffer_str(line, i > 0 ? ",\"" : "\"");
        gen_text_add(line, subject, 7 + gen_random_below(subject->random, 8), true);
        ks_buffer_char(line, '"');
    }
    ks_buffer_char(line, ']');
}

/* Whether the tag at offset `start` equals one of those at starts[0..count). Different numbers can be the
 * same tag, since topics share words. */
static bool is_repeated(const ks_buffer *line, size_t start, const size_t *starts, uint32_t count) {
    size_t size = line->size - start;
    if (line->failed) return true;
    for (uint32_t i = 0; i < count; i++)
        if (memcmp(line->data + starts[i], line->data + start, size) == 0) return true;
    return false;
}

/* One to six different tags; the first ones of a topic are the most likely. */
static void add_tags(ks_buffer *line, const gen_subject *subject) {
    size_t starts[MAX_TAGS] = {0};
    uint32_t tags = 1 + gen_random_below(subject->random, MAX_TAGS), used = 0;
    ks_buffer_str(line, ",\"tags\":[");
    for (uint32_t i = 0; i < tags; i++) {
        uint32_t topic = subject->topics[gen_random_below(subject->random, 2)];
        uint32_t number =
            gen_random_below(subject->random, 1 + gen_random_below(subject->random, GEN_TAGS / 2));
        size_t before = line->size, start;
        number += gen_random_below(subject->random, 2) * (GEN_TAGS / 2);
        if (used > 0) ks_buffer_char(line, ',');
        start = line->size;
        ks_buffer_char(line, '"');
        gen_tag_add(line, topic, number);
        ks_buffer_char(line, '"');
        if (is_repeated(line, start, starts, used))
            ks_buffer_truncate(line, before);
        else
            starts[used++] = start;
    }
    ks_buffer_char(line, ']');
}

void gen_record_add(ks_buffer *line, const gen_collection *collection, uint64_t number) {
    gen_random random = gen_random_of(collection->seed, number);
    const kind_model *kind = pick_kind(&random);
    unsigned long long key = gen_mix(number ^ gen_mix(collection->seed));
    gen_subject subject;
    bool whole_date;
    gen_subject_draw(&subject, &collection->language, &random);
    ks_buffer_format(line, "{\"id\":\"%s:%016llx\",\"kind\":\"%s\"", kind->name, key, kind->name);
    add_authors(line, collection, &random, kind->sentences > 3);
    whole_date = gen_random_below(&random, 50) != 0;
    add_date(line, pick_day(&random, collection, number), whole_date);
    ks_buffer_str(line, gen_random_below(&random, 20) ? ",\"status\":\"ok\"" : ",\"status\":\"failed\"");
    if (gen_random_below(&random, 5) < 3)
        ks_buffer_format(line, ",\"url\":\"https://%s.example/%llx\"", kind->name,
                         (unsigned long long)number);
    if (gen_random_below(&random, 100) < kind->titled) {
        ks_buffer_str(line, ",\"title\":\"");
        gen_text_add(line, &subject, 3 + gen_random_below(&random, 7), false);
        ks_buffer_char(line, '"');
    }
    add_summary(line, &subject, kind);
    add_claims(line, &subject);
    add_tags(line, &subject);
    ks_buffer_str(line, "}\n");
}
