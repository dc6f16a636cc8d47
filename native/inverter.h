/* Documents in memory on their way into a segment: their words become postings as they come, and are turned
 * round, from documents to terms, as the segment is written. May use base, engine and native's files. One
 * thread at a time. */
#ifndef KS_NATIVE_INVERTER_H
#define KS_NATIVE_INVERTER_H

#include "native/segment_writer.h"

typedef struct ks_inverter ks_inverter;

enum { KS_FLUSH_POSTINGS = 1 << 22 };

ks_status ks_inverter_new(ks_inverter **out, ks_error *err);
void ks_inverter_free(ks_inverter *inverter);

/* Takes a document in; *number (may be NULL) is what it is called until the next flush. On an error it is not
 * there. */
ks_status ks_inverter_add(ks_inverter *inverter, const ks_document *document, uint32_t *number,
                          ks_error *err);

/* Takes it out again. */
void ks_inverter_drop(ks_inverter *inverter, uint32_t number);

/* The live document with this id; where there were several, one after the other, the last. */
ks_status ks_inverter_find(ks_inverter *inverter, ks_term id, bool *found, uint32_t *number, ks_error *err);

/* Live documents, and the bytes of memory that all it holds takes. */
uint32_t ks_inverter_documents(const ks_inverter *inverter);
size_t ks_inverter_bytes(const ks_inverter *inverter);

/* What is known of one of them; pointers live until the next flush. */
bool ks_inverter_is_live(const ks_inverter *inverter, uint32_t number);
uint32_t
ks_inverter_count(const ks_inverter *inverter); /* numbers given out, from 0, dropped ones included */
ks_segment_document ks_inverter_document(const ks_inverter *inverter, uint32_t number, ks_term *record);

/* Writes the live documents of all these inverters, of which there must be some, and no id twice, as one
 * segment; then they are empty and hold no memory. Needs about 60 bytes a document and 40 a term, the columns
 * and the dictionary of the segment, and 8 bytes a posting, for KS_FLUSH_POSTINGS of them at most or those of
 * one term. `parallel`: in two
 * threads, where the system has another one to give; the bytes are the same. On an error they are as they
 * were. */
ks_status ks_inverter_flush(ks_inverter *const *inverters, size_t count, const char *folder, uint64_t number,
                            bool parallel, ks_error *err);

#endif
