/* Documents in memory that wait to become a segment. Their words become postings as documents are added; a
 * flush inverts these, from postings by document to postings by term. May use base, engine and native's
 * files. One thread at a time. */
#ifndef KS_NATIVE_INVERTER_H
#define KS_NATIVE_INVERTER_H

#include "native/segment_writer.h"

typedef struct ks_inverter ks_inverter;

/* How many postings a flush holds in memory at a time, unless a single term has more. */
enum { KS_FLUSH_POSTINGS = 1 << 22 };

ks_status ks_inverter_new(ks_inverter **out, ks_error *err);
void ks_inverter_free(ks_inverter *inverter);

/* Adds a document. *number (may be NULL) gets its number, which is valid until the next flush. On an error
 * the document is not added. */
ks_status ks_inverter_add(ks_inverter *inverter, const ks_document *document, uint32_t *number,
                          ks_error *err);

/* Removes a document. It keeps its number, but is not live any more. */
void ks_inverter_drop(ks_inverter *inverter, uint32_t number);

/* Finds the live document with this id. Only the last one added with an id may be live. */
ks_status ks_inverter_find(ks_inverter *inverter, ks_term id, bool *found, uint32_t *number, ks_error *err);

/* The number of live documents, and the bytes of memory in use. */
uint32_t ks_inverter_live_count(const ks_inverter *inverter);
size_t ks_inverter_bytes(const ks_inverter *inverter);

/* The documents one by one: numbers are 0 to the count - 1, dropped documents included. Pointers are valid
 * until the next flush. */
uint32_t ks_inverter_count(const ks_inverter *inverter);
bool ks_inverter_is_live(const ks_inverter *inverter, uint32_t number);
ks_segment_document ks_inverter_document(const ks_inverter *inverter, uint32_t number, ks_term *record);

/* Writes the live documents of all these inverters as one segment, and leaves the inverters empty, without
 * any memory. There must be a live document, and no id twice. Needs about 60 bytes for each document and 40
 * for each term, the columns and the dictionary of the segment, and 8 bytes for each of KS_FLUSH_POSTINGS
 * postings, or of one term's if it has more. `parallel`: uses a second thread if it can be started; the bytes
 * are the same. On an error the inverters are as before. */
ks_status ks_inverter_flush(ks_inverter *const *inverters, size_t count, const char *folder, uint64_t number,
                            bool parallel, ks_error *err);

#endif
