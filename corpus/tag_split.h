/* Finding the lost boundaries between tags that were glued into one line: "policy-gradientsatari-pong" is
 * policy-gradients and atari-pong. Knows no vocabulary of its own but learns from one whole feed: from the
 * words of its text, and from tags that occur in several lines. May use base. */
#ifndef KS_CORPUS_TAG_SPLIT_H
#define KS_CORPUS_TAG_SPLIT_H

#include "base/error.h"

#include <stddef.h>

/* To be used in three steps: add everything the feed has, learn once, then split. One thread at a time until
 * ks_tag_splitter_learn has returned; then any number of threads may split. Text is UTF-8, invalid bytes do
 * no harm, and capital letters count as small ones. */
typedef struct ks_tag_splitter ks_tag_splitter;

/* A longer line is no line of tags, and comes back as one tag. */
#define KS_TAG_LINE_LIMIT ((size_t)16 << 10)

ks_status ks_tag_splitter_new(ks_tag_splitter **out, ks_error *err);

void ks_tag_splitter_free(ks_tag_splitter *s);

/* Adds running text of the feed: a summary, a claim, an author's name. It may come in pieces that do not cut
 * words. */
ks_status ks_tag_splitter_add_text(ks_tag_splitter *s, const char *text, size_t size, ks_error *err);

/* Adds a word list with one word per line, such as /usr/share/dict/words. Optional. */
ks_status ks_tag_splitter_add_words(ks_tag_splitter *s, const char *text, size_t size, ks_error *err);

/* Adds a glued line. Every line of the feed should be added, since tags that occur again are the best
 * evidence. */
ks_status ks_tag_splitter_add_tags(ks_tag_splitter *s, const char *line, size_t size, ks_error *err);

/* Learns from what was added; KS_ERR_ARGUMENT if called twice. Afterwards nothing can be added. After a
 * failure the splitter can only be freed. */
ks_status ks_tag_splitter_learn(ks_tag_splitter *s, ks_error *err);

/* Writes the offset behind each tag to ends[0..*n): ascending, the last one is `size`; *n is 0 for an empty
 * line. A capacity of `size` is always enough; with less, KS_ERR_TOO_LARGE is possible, and `ends` is then
 * undefined. The line need not be one that was added. KS_ERR_ARGUMENT before ks_tag_splitter_learn. */
ks_status ks_tag_splitter_split(const ks_tag_splitter *s, const char *line, size_t size, size_t *ends,
                                size_t capacity, size_t *n, ks_error *err);

#endif
