/* Documents in memory on their way into a segment. May use base, engine and native's files. */
#ifndef KS_NATIVE_INVERTER_H
#define KS_NATIVE_INVERTER_H

#include "base/map.h"
#include "native/segment_writer.h"

typedef struct ks_inverter ks_inverter;

ks_status ks_inverter_new(ks_inverter **out, ks_error *err);
void ks_inverter_free(ks_inverter *inverter);

/* Takes a document in; *number is what it is called until the next flush, counting from 0. */
ks_status ks_inverter_add(ks_inverter *inverter, const ks_document *document, uint32_t *number,
                          ks_error *err);

/* Takes it out again. */
void ks_inverter_drop(ks_inverter *inverter, uint32_t number);

/* Live documents, and roughly the bytes of memory that they take. */
uint32_t ks_inverter_documents(const ks_inverter *inverter);
size_t ks_inverter_bytes(const ks_inverter *inverter);

/* What is known of one of them; pointers live until the next change. */
bool ks_inverter_is_live(const ks_inverter *inverter, uint32_t number);
uint32_t ks_inverter_count(const ks_inverter *inverter); /* numbers given out, dropped ones included */
ks_segment_document ks_inverter_document(const ks_inverter *inverter, uint32_t number, ks_term *record);

/* Writes the live documents, of which there must be some, as a segment, and forgets all. */
ks_status ks_inverter_flush(ks_inverter *inverter, const char *folder, uint64_t number, ks_error *err);

#endif
