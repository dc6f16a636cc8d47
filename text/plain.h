/* The fast way for most words of most texts. Private to text/; may use base. */
#ifndef KS_TEXT_PLAIN_H
#define KS_TEXT_PLAIN_H

#include "text/normalise.h"
#include "text/segment.h"

/* Longer words are not plain. */
enum { KS_PLAIN_MOST = 24 };

/* Finds and normalises the next word in one go where it is a plain one: up to KS_PLAIN_MOST ASCII letters, of
 * which none, the first or all are capitals, with nothing beside them that could belong to the word. *start
 * is its first byte, segmenter->at the end, and form->text has zeros behind it, up to KS_PLAIN_MOST bytes.
 * Else false, with nothing but separators stepped over. What it finds is what ks_segment_next and
 * ks_normalise_ascii would. */
bool ks_plain_next(ks_segmenter *segmenter, size_t *start, ks_form *form);

#endif
