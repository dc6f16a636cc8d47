/* Deriving the id of a record that has none. May use base. */
#ifndef KS_CORPUS_RECORD_ID_H
#define KS_CORPUS_RECORD_ID_H

#include "base/buffer.h"

enum { KS_DERIVED_ID_SIZE = 16 };

/* Writes 16 lowercase hex digits and a NUL: the hash of the url, else of kind, authors, date and summary. A
 * record without a summary is told from others by the rest of its text instead. With `yearless` a whole
 * date counts as --MM-DD. Ids stand in stored indexes: what is hashed must not change. */
ks_status ks_record_derive_id(char out[KS_DERIVED_ID_SIZE + 1], const ks_record *record, bool yearless,
                              ks_error *err);

#endif
