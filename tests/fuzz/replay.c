/* Feeds a fuzz target every file of a corpus, then seeded mutations of them: the driver where there is no
 * libFuzzer. A mutation that ends the process is in the file that KS_FUZZ_LAST names, if it names one. */
#include "tests/fuzz/fuzz.h"

#include "tests/support/io_faults.h"
#include "tests/support/kept_folder.h"
#include "tests/support/random.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"

#include <string.h>

enum { LARGEST = 4096 };

/* Some bytes changed, a stretch taken out or put in again, or the end of another input behind it. */
static size_t mutate(unsigned char *bytes, size_t size, const ks_test_file *other, uint64_t *random) {
    for (size_t n = 1 + ks_test_below(random, 4); n > 0; n--) {
        size_t at = size ? ks_test_below(random, size) : 0, count = ks_test_below(random, 12);
        switch (ks_test_below(random, 4)) {
        case 0:
            if (size) bytes[at] = (unsigned char)ks_test_random(random);
            break;
        case 1:
            if (count > size - at) count = size - at;
            memmove(bytes + at, bytes + at + count, size - at - count);
            size -= count;
            break;
        case 2:
            if (size + count > LARGEST) break;
            memmove(bytes + at + count, bytes + at, size - at);
            ks_test_random_bytes(random, bytes + at, count);
            size += count;
            break;
        case 3:
            count = other->size ? ks_test_below(random, other->size + 1) : 0;
            if (size + count > LARGEST) break;
            if (count) memcpy(bytes + size, other->bytes + other->size - count, count);
            size += count;
            break;
        }
    }
    return size;
}

static void feed(const unsigned char *bytes, size_t size) {
    const char *last = getenv("KS_FUZZ_LAST");
    unsigned char *exact = malloc(size + !size);
    FUZZ_CHECK(exact);
    if (size) memcpy(exact, bytes, size);
    if (last && *last) ks_test_write(last, exact, size);
    FUZZ_CHECK(LLVMFuzzerTestOneInput(exact, size) == 0);
    free(exact);
}

int main(int count, char **arguments) {
    static ks_test_kept corpus;
    static unsigned char bytes[LARGEST];
    uint64_t random = ks_test_seed(71);
    size_t mutations = ks_test_share(20000, 400, 150);
    if (count != 2) return 2;
    ks_test_lazy_sync(true);
    ks_test_keep_folder(&corpus, arguments[1]);
    FUZZ_CHECK(corpus.count > 0);
    for (size_t i = 0; i < corpus.count; i++) feed(corpus.files[i].bytes, corpus.files[i].size);
    for (size_t i = 0; i < mutations; i++) {
        const ks_test_file *file = &corpus.files[ks_test_below(&random, corpus.count)];
        size_t size = file->size < LARGEST ? file->size : LARGEST;
        if (size) memcpy(bytes, file->bytes, size);
        size = mutate(bytes, size, &corpus.files[ks_test_below(&random, corpus.count)], &random);
        feed(bytes, size);
    }
    printf("%zu inputs and %zu mutations\n", corpus.count, mutations);
    ks_test_kept_free(&corpus);
    return 0;
}
