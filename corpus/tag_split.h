/* Finding the lost boundaries between tags that were glued into one line:
 * "policy-gradientsatari-pong" is policy-gradients, atari-pong. Knows no vocabulary of its own: it learns
 * from one feed, all of it at once. May use base. */
#ifndef KS_CORPUS_TAG_SPLIT_H
#define KS_CORPUS_TAG_SPLIT_H

#include "base/error.h"

#include <stddef.h>

/* Use: add everything the feed has, learn once, then split. One thread at a time until learn has returned;
 * from then on any number of threads may split. Text is UTF-8, and invalid bytes are safe; capital letters
 * count as small ones. */
typedef struct ks_tag_splitter ks_tag_splitter;

/* A line above this is no line of tags: it comes back as one tag. */
#define KS_TAG_LINE_LIMIT ((size_t)16 << 10)

ks_status ks_tag_splitter_new(ks_tag_splitter **out, ks_error *err);

void ks_tag_splitter_free(ks_tag_splitter *s);

/* Running text of the feed: a summary, a claim, an author's name. In any pieces that do not cut words. */
ks_status ks_tag_splitter_add_text(ks_tag_splitter *s, const char *text, size_t size, ks_error *err);

/* A word list, one word a line, as /usr/share/dict/words. Optional. */
ks_status ks_tag_splitter_add_words(ks_tag_splitter *s, const char *text, size_t size, ks_error *err);

/* One glued line. Every line of the feed should be given, since tags that come back are the best evidence. */
ks_status ks_tag_splitter_add_tags(ks_tag_splitter *s, const char *line, size_t size, ks_error *err);

/* Learns from what was added. KS_ERR_ARGUMENT when called twice. After it nothing can be added;
 * where it has failed, the splitter can only be freed. */
ks_status ks_tag_splitter_learn(ks_tag_splitter *s, ks_error *err);

/* Writes to ends[0..*n) the byte offset behind each tag, rising, the last one being `size`; *n is 0 for an
 * empty line. A capacity of `size` is always enough; with less, KS_ERR_TOO_LARGE may come back and ends is
 * undefined. The line need not be one that was added. KS_ERR_ARGUMENT before learn. */
ks_status ks_tag_splitter_split(const ks_tag_splitter *s, const char *line, size_t size, size_t *ends,
                                size_t capacity, size_t *n, ks_error *err);

#endif
