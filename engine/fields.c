/* The tables of fields.h. */
#include "engine/fields.h"

#include <stddef.h>

static const struct {
    const char *name, *prefix;
} fields[KS_TEXT_FIELDS] = {
    [KS_FIELD_TITLE] = {"title", "S"},    [KS_FIELD_SUMMARY] = {"summary", "XM"},
    [KS_FIELD_CLAIMS] = {"claims", "XC"}, [KS_FIELD_TAGS] = {"tags", "XT"},
    [KS_FIELD_BODY] = {"body", "XB"},
};

static const char *const exact_prefixes[KS_EXACT_COUNT] = {
    [KS_EXACT_ID] = "Q",   [KS_EXACT_KIND] = "XK", [KS_EXACT_AUTHOR] = "A", [KS_EXACT_STATUS] = "XS",
    [KS_EXACT_LANG] = "L", [KS_EXACT_TAG] = "K",   [KS_EXACT_HAS] = "XH",   [KS_EXACT_SOURCE] = "XO",
};

const char *ks_field_name(ks_field field) {
    return field < KS_FIELD_ANY ? fields[field].name : NULL;
}

const char *ks_field_prefix(ks_field field) {
    return field < KS_FIELD_ANY ? fields[field].prefix : "";
}

const char *ks_exact_prefix(ks_exact exact) {
    return exact < KS_EXACT_COUNT ? exact_prefixes[exact] : "";
}
