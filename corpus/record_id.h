/* Deriving the id of a record that has none. May use base. */
#ifndef KS_CORPUS_RECORD_ID_H
#define KS_CORPUS_RECORD_ID_H

#include "base/buffer.h"

enum { KS_DERIVED_ID_SIZE = 16 };

/* Writes 16 lowercase hex digits and a NUL: the hash of the url, or, if there is none, of kind, authors, date
 * and summary; without a summary, the rest of its text tells the record from others. With `yearless` a
 * complete date counts as --MM-DD. Ids are in people's indexes, so what is hashed must never change. */
ks_status ks_record_derive_id(char out[KS_DERIVED_ID_SIZE + 1], const ks_record *record, bool yearless,
                              ks_error *err);

#endif
