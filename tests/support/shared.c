/* Shared memory for tests; see shared.h. */
#include "tests/support/shared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

void *ks_test_share_memory(size_t size) {
    FILE *file = tmpfile(); /* POSIX has no anonymous mappings */
    void *memory;
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), (off_t)size), 0);
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    assert_true(memory != MAP_FAILED);
    assert_int_equal(fclose(file), 0);
    return memory;
}

void ks_test_unshare_memory(void *memory, size_t size) {
    assert_int_equal(munmap(memory, size), 0);
}
