/* The fast path, for most words of most texts. Private to text/; may use base. */
#ifndef KS_TEXT_PLAIN_H
#define KS_TEXT_PLAIN_H

#include "text/normalise.h"
#include "text/segment.h"

/* Longer words are not plain. */
enum { KS_PLAIN_MOST = 24 };

/* Finds and normalises the next word in one go, if it is plain: up to KS_PLAIN_MOST ASCII letters, of which
 * none, the first or all are capitals, with nothing beside them that could belong to the word. *start is its
 * first byte, segmenter->at its end, and form->text is filled up with zeros to KS_PLAIN_MOST bytes. Returns
 * false for any other word, and has then only stepped over the separators before it. A plain word comes out
 * as ks_segment_next and ks_normalise_ascii would give it. */
bool ks_plain_next(ks_segmenter *segmenter, size_t *start, ks_form *form);

#endif
