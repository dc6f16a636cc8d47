/* Fuzz target: the manifest of an index, behind its checksum. An input is a list of patches for a good one,
 * of 3 bytes each: an offset of 2 bytes behind the magic number, and a value. A byte that is left over tells
 * by how much the manifest is cut. */
#include "tests/fuzz/fuzz.h"

#include "tests/support/digest.h"
#include "tests/support/kept_folder.h"
#include "tests/support/sections.h"
#include "tests/support/tempdir.h"
#include "tests/support/victim.h"

#include <string.h>

enum { MAGIC = 8, CHECKSUM = 8, PATCH = 3, PLANS = 2 };

static char folder[KS_TEST_PATH], place[KS_TEST_PATH];
static ks_test_kept kept;
static const ks_test_file *manifest;

static void remove_folder(void) {
    ks_test_kept_free(&kept);
    ks_test_folder_remove(folder);
}

static void make_index(void) {
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_test_victim_make(place);
    ks_test_keep_folder(&kept, place);
    for (size_t i = 0; i < kept.count; i++)
        if (strcmp(kept.files[i].name, "manifest") == 0) manifest = &kept.files[i];
    FUZZ_CHECK(manifest);
    atexit(remove_folder);
}

/* The bytes of the manifest that stand between magic number and checksum. */
static unsigned char *patched(const uint8_t *data, size_t size, size_t *out) {
    unsigned char *bytes = malloc(manifest->size);
    size_t content = manifest->size - MAGIC - CHECKSUM;
    FUZZ_CHECK(bytes);
    memcpy(bytes, manifest->bytes, manifest->size);
    for (size_t at = 0; at + PATCH <= size; at += PATCH)
        bytes[MAGIC + (data[at] | (size_t)data[at + 1] << 8) % content] = data[at + 2];
    *out = manifest->size - (size % PATCH ? data[size - 1] % content : 0);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[KS_TEST_PATH];
    ks_buffer answers = {0};
    unsigned char *bytes;
    size_t left;
    ks_status status;
    if (!manifest) make_index();
    bytes = patched(data, size, &left);
    FUZZ_CHECK(ks_test_repair(bytes, left));
    ks_test_write(ks_test_path(path, place, manifest->name), bytes, left);
    status = ks_test_victim_read(&answers, place, PLANS);
    FUZZ_CHECK(status == KS_OK || ks_test_is_damage(status));
    ks_buffer_free(&answers);
    free(bytes);
    return 0;
}
