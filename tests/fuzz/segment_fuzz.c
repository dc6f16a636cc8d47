/* Fuzz target: the native engine's files behind right checksums. An input is a list of patches for the one
 * segment of a good index, so that no input needs to look like a segment, and none is stopped by a checksum.
 *
 * A patch is 5 bytes: how and where (see apply), an offset of 3 bytes, little-endian, and a value. A byte
 * that is left over tells what is done besides reading: bit 0: writing and merging. */
#include "tests/fuzz/fuzz.h"

#include "tests/support/checked.h"
#include "tests/support/digest.h"
#include "tests/support/kept_folder.h"
#include "tests/support/sections.h"
#include "tests/support/tempdir.h"
#include "tests/support/victim.h"

#include <string.h>

enum { PATCH = 5, PLANS = 10 };

static char folder[KS_TEST_PATH], place[KS_TEST_PATH];
static ks_test_kept kept;
static const ks_test_file *segment;

static void remove_folder(void) {
    ks_test_kept_free(&kept);
    ks_test_folder_remove(folder);
}

static void make_index(void) {
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_test_victim_make_single(place);
    ks_test_keep_folder(&kept, place);
    for (size_t i = 0; i < kept.count; i++)
        if (!segment || kept.files[i].size > segment->size) segment = &kept.files[i];
    atexit(remove_folder);
}

/* The lower 6 bits name a section, or the whole file; the upper 2 what happens there. */
static void apply(unsigned char *bytes, size_t size, const uint8_t *patch) {
    ks_test_section sections[KS_TEST_SECTIONS];
    size_t count = ks_test_sections(sections, segment->bytes, segment->size);
    size_t number = (patch[0] & 63) % (count + 1),
           at = patch[1] | (size_t)patch[2] << 8 | (size_t)patch[3] << 16;
    ks_test_section where = number < count ? sections[number] : (ks_test_section){0, size};
    if (where.size == 0) return;
    at = where.offset + at % where.size;
    if (patch[0] >> 6 == 0)
        bytes[at] = patch[4];
    else if (patch[0] >> 6 == 1)
        bytes[at] ^= patch[4];
    else if (patch[0] >> 6 == 2)
        bytes[at] = (unsigned char)(bytes[at] + patch[4]);
    else
        memset(bytes + at, patch[4], size - at < 4 ? size - at : 4);
}

static bool is_expected(ks_status status) {
    return status == KS_OK || status == KS_ERR_NOT_FOUND || status == KS_ERR_ARGUMENT ||
           status == KS_ERR_TOO_LARGE || ks_test_is_damage(status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[KS_TEST_PATH];
    unsigned char *bytes;
    ks_buffer answers = {0};
    bool write_too = size % PATCH && data[size - 1] & 1;
    if (!segment) make_index();
    bytes = malloc(segment->size);
    FUZZ_CHECK(bytes);
    memcpy(bytes, segment->bytes, segment->size);
    for (size_t at = 0; at + PATCH <= size; at += PATCH) apply(bytes, segment->size, data + at);
    ks_test_repair(bytes, segment->size);
    ks_test_write(ks_test_path(path, place, segment->name), bytes, segment->size);
    FUZZ_CHECK(is_expected(ks_test_victim_read(&answers, place, PLANS)));
    FUZZ_CHECK(is_expected(ks_test_check(place, NULL)));
    if (write_too) {
        FUZZ_CHECK(is_expected(ks_test_victim_write(place)));
        ks_test_put_back(&kept, place);
    }
    ks_buffer_free(&answers);
    free(bytes);
    return 0;
}
