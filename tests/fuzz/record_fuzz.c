/* Fuzz target: the record parser. What is accepted is stored, and reads as the same when it is read again. */
#include "tests/fuzz/fuzz.h"

#include "corpus/record.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + !size); /* of just this size, so that a read behind the end is seen */
    ks_record *record = NULL, *again = NULL;
    ks_error err = {0};
    uint64_t repaired = 0;
    ks_status status;
    FUZZ_CHECK(text);
    if (size) memcpy(text, data, size);
    status = ks_record_parse(&record, text, size, NULL, &err);
    FUZZ_CHECK(status == KS_OK || status == KS_ERR_FORMAT);
    if (status == KS_OK) {
        FUZZ_CHECK(ks_record_parse(&again, record->json, record->json_size, &repaired, NULL) == KS_OK);
        FUZZ_CHECK(repaired == 0);
        FUZZ_CHECK(again->json_size == record->json_size);
        FUZZ_CHECK(memcmp(again->json, record->json, record->json_size) == 0);
        FUZZ_CHECK(strcmp(again->id, record->id) == 0);
    } else {
        FUZZ_CHECK(err.message[0] && err.position >= -1 && err.position <= (int64_t)size);
    }
    ks_record_free(again);
    ks_record_free(record);
    free(text);
    return 0;
}
