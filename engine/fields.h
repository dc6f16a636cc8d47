/* The fields of a record, their prefixes and weights. May use nothing. */
#ifndef KS_ENGINE_FIELDS_H
#define KS_ENGINE_FIELDS_H

/* The searchable text fields, in the order in which hits list them. */
typedef enum ks_field {
    KS_FIELD_TITLE,
    KS_FIELD_SUMMARY,
    KS_FIELD_CLAIMS,
    KS_FIELD_TAGS,
    KS_FIELD_BODY,
    KS_FIELD_ANY /* in plans: in any field; also the number of text fields */
} ks_field;

enum { KS_TEXT_FIELDS = KS_FIELD_ANY };

/* The kinds of exact values. Such a value is one term as a whole, found by equality. */
typedef enum ks_exact {
    KS_EXACT_ID,
    KS_EXACT_KIND,
    KS_EXACT_AUTHOR,
    KS_EXACT_STATUS,
    KS_EXACT_LANG,
    KS_EXACT_TAG,
    KS_EXACT_HAS,    /* the name of a member that the record has */
    KS_EXACT_SOURCE, /* the number of a source that has the record; for writers, no query asks for it */
    KS_EXACT_COUNT
} ks_exact;

/* The field's name in JSON and in messages, such as "title"; NULL for KS_FIELD_ANY. */
const char *ks_field_name(ks_field field);

/* What stands in front of a term that belongs to one field, or of an exact value, in the index: capital
 * letters. Words are case-folded, so a capital can only be part of a prefix. */
const char *ks_field_prefix(ks_field field);
const char *ks_exact_prefix(ks_exact exact);

/* What an occurrence in the field adds to a term's weighted frequency, and to its record's weighted length. A
 * whole tag counts as much as an occurrence in the tags. */
static inline unsigned ks_field_weight(ks_field field) {
    static const unsigned char weights[] = {4, 1, 2, 3, 1}; /* in the order of the fields */
    return field < KS_FIELD_ANY ? weights[field] : 0;
}

#endif
