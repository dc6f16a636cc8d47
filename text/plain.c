/* Plain words; see plain.h. */
#include "text/plain.h"

#include "text/classify.h"

static ks_class class_of(const ks_segmenter *in, size_t at) {
    return at < in->size ? (ks_class)ks_class_table[(unsigned char)in->text[at]] : KS_CLASS_NONE;
}

static bool is_separator(ks_class class) {
    return class == KS_CLASS_NONE || class == KS_CLASS_JOINER || class == KS_CLASS_SIGN;
}

/* Whether no compound goes on at `at`, no sign follows and nothing that must be decoded to know. */
static bool ends_at(const ks_segmenter *in, size_t at) {
    ks_class class = class_of(in, at);
    return class == KS_CLASS_NONE || (class == KS_CLASS_JOINER && is_separator(class_of(in, at + 1)));
}

bool ks_plain_next(ks_segmenter *segmenter, size_t *start, ks_form *form) {
    const ks_segmenter in = *segmenter;
    size_t first = in.at, at;
    uint32_t length = 0;
    if (in.resumed) return false;
    while (first < in.size && is_separator(class_of(&in, first))) first++;
    segmenter->at = at = first;
    for (; length < KS_TOKEN_LIMIT && class_of(&in, at) == KS_CLASS_UPPER; at++)
        form->text[length++] = (char)(in.text[at] | 0x20);
    if (length < 2)
        for (; length < KS_TOKEN_LIMIT && class_of(&in, at) == KS_CLASS_LOWER; at++)
            form->text[length++] = in.text[at];
    if (length == 0 || !ends_at(&in, at)) return false;
    *start = first;
    segmenter->at = at;
    form->size = length;
    form->number = false;
    return true;
}
