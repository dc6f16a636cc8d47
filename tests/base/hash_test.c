/* Hashes never change: ids derived from them are in people's indexes. The numbers of the empty text and of
 * "a" are those that xxHash publishes; the others are those of its version 0.8.1. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/hash_avx2.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#define XXH_VECTOR 0 /* the plain way */
#include <xxhash.h>

#define SEED UINT64_C(0x9E3779B97F4A7C15)

static const struct {
    const char *text;
    uint64_t hash;
    ks_hash128 wide;
} texts[] = {
    {"", UINT64_C(0x2D06800538D394C2), {UINT64_C(0x6001C324468D497F), UINT64_C(0x99AA06D3014798D8)}},
    {"a", UINT64_C(0xE6C632B61E964E1F), {UINT64_C(0xE6C632B61E964E1F), UINT64_C(0xA96FAF705AF16834)}},
    {"karpathy", UINT64_C(0x6912B3F2EE0390E7), {UINT64_C(0x35FA68B6CDAB0B4F), UINT64_C(0xF0735EE7119AB0F0)}},
    {"policy gradients",
     UINT64_C(0xCB9D4AD5DD94DC39),
     {UINT64_C(0x30790D843DCB4803), UINT64_C(0x65A1F86C721E4A1B)}},
};

/* Lengths on both sides of each place where the algorithm takes another way. */
static const struct {
    size_t size;
    uint64_t seed, hash;
    ks_hash128 wide;
} rows[] = {
    {0, 0, UINT64_C(0x2D06800538D394C2), {UINT64_C(0x6001C324468D497F), UINT64_C(0x99AA06D3014798D8)}},
    {1, 0, UINT64_C(0x4C5CCA45D0F4811F), {UINT64_C(0x4C5CCA45D0F4811F), UINT64_C(0x495B62073EF70CA4)}},
    {2, 0, UINT64_C(0x29C60963CBFA4E6E), {UINT64_C(0x29C60963CBFA4E6E), UINT64_C(0xF1B5EEC902A1EB5E)}},
    {3, 0, UINT64_C(0x6E3E2670E61106AC), {UINT64_C(0x6E3E2670E61106AC), UINT64_C(0x390CDC5B4A895DD7)}},
    {4, 0, UINT64_C(0x5C4C63133443D03F), {UINT64_C(0x3D668AF6F2A44D77), UINT64_C(0xAA6E2F274640A3F4)}},
    {7, 0, UINT64_C(0x46A5C724D51FE43F), {UINT64_C(0x1B174AD8D9A81F6B), UINT64_C(0x9C62F06059404F49)}},
    {8, 0, UINT64_C(0xF9FD4DD0B04D78F5), {UINT64_C(0x61DDBE7F31A6100D), UINT64_C(0x6A86A3BDA6AF4E3D)}},
    {9, 0, UINT64_C(0x7C20DF9712C26EDF), {UINT64_C(0x8C7B67FD458A936B), UINT64_C(0x664C7CA18AFD6255)}},
    {16, 0, UINT64_C(0x86ABF6BACCEA0858), {UINT64_C(0xE2CE54A7C19C730D), UINT64_C(0x7F9A218B0425449A)}},
    {17, 0, UINT64_C(0xB58BF5DC5022D071), {UINT64_C(0x8D96EF110FCDEBB4), UINT64_C(0x66FC23F6439DBD77)}},
    {31, 0, UINT64_C(0x48442FCD5518B086), {UINT64_C(0xCEE425163875B69B), UINT64_C(0xD8201BC2FEDEFE5C)}},
    {32, 0, UINT64_C(0xE3712ED84C04A66E), {UINT64_C(0xFD357CF6CB2DDA18), UINT64_C(0x49A11EE743D6D342)}},
    {64, 0, UINT64_C(0x1291D2D4042330DD), {UINT64_C(0xBA7E015A54F14BE1), UINT64_C(0xE0FAF20E0E0FE0DD)}},
    {127, 0, UINT64_C(0xED4CF62104020DB5), {UINT64_C(0x4762E44C32718EA5), UINT64_C(0x52DAB58367EF2D2D)}},
    {128, 0, UINT64_C(0x10D17F72C0CCBA41), {UINT64_C(0xFF361DEC1385710A), UINT64_C(0xAEC730751478556C)}},
    {129, 0, UINT64_C(0x1648BDC3DB49D1A2), {UINT64_C(0x4545B3A09738E31A), UINT64_C(0x98CD36CCBB557926)}},
    {200, 0, UINT64_C(0xC0FBC0F4E181C826), {UINT64_C(0xA4773493FBBE3543), UINT64_C(0x26D28D07860728F6)}},
    {240, 0, UINT64_C(0xB6CFAF343FAB81E6), {UINT64_C(0x3F2C53E72293711F), UINT64_C(0x5293E17BF553903D)}},
    {241, 0, UINT64_C(0x956CAE592C67279E), {UINT64_C(0x956CAE592C67279E), UINT64_C(0xB53840FE3FEDF161)}},
    {256, 0, UINT64_C(0xB15E550733C5DFAC), {UINT64_C(0xB15E550733C5DFAC), UINT64_C(0xD0D2829A226D0EDB)}},
    {512, 0, UINT64_C(0xA0E9790EB93990D7), {UINT64_C(0xA0E9790EB93990D7), UINT64_C(0x7509D702D4519576)}},
    {1024, 0, UINT64_C(0x70BD377D9574F4BB), {UINT64_C(0x70BD377D9574F4BB), UINT64_C(0xF69630613F24324D)}},
    {1025, 0, UINT64_C(0x66C4487C41E127A7), {UINT64_C(0x66C4487C41E127A7), UINT64_C(0x621AF7B8277EFFA4)}},
    {1100, 0, UINT64_C(0x532B7903A2233B77), {UINT64_C(0x532B7903A2233B77), UINT64_C(0xBCD54041A29C9026)}},
    {0, SEED, UINT64_C(0x602B0E2CD6662C8B), {UINT64_C(0x4CA5176998171787), UINT64_C(0xD142977A2CCA554B)}},
    {1, SEED, UINT64_C(0x2F3ACD3805F81DE3), {UINT64_C(0x2F3ACD3805F81DE3), UINT64_C(0x00A711EB5A736B26)}},
    {2, SEED, UINT64_C(0x28A7B77C08C091EB), {UINT64_C(0x28A7B77C08C091EB), UINT64_C(0x729F8AAE8729063C)}},
    {3, SEED, UINT64_C(0xBC74611D87F659E0), {UINT64_C(0xBC74611D87F659E0), UINT64_C(0x3F5FD00FF400BA58)}},
    {4, SEED, UINT64_C(0x6C3753177C607DE4), {UINT64_C(0xC63AF37DA30D5D08), UINT64_C(0x7E5D191BD8D354E6)}},
    {7, SEED, UINT64_C(0x3E7941A452179655), {UINT64_C(0xF735DFC447779D16), UINT64_C(0xA3353043B32B1DC5)}},
    {8, SEED, UINT64_C(0xBC72D0531396303F), {UINT64_C(0x8A88691D5CECB7B6), UINT64_C(0x9B51BCD70BE038F6)}},
    {9, SEED, UINT64_C(0x93C5AA006102DAF5), {UINT64_C(0xA1E691E73AAF9CA5), UINT64_C(0xC0DD1F12F479931B)}},
    {16, SEED, UINT64_C(0x69D001B16ECF450A), {UINT64_C(0x1097F793402C818A), UINT64_C(0xD5F6FDBF62CDC681)}},
    {17, SEED, UINT64_C(0xB7C99D19BE27EB69), {UINT64_C(0x553306F0D043114C), UINT64_C(0xFDB93EA9BD7C5A87)}},
    {31, SEED, UINT64_C(0x4D0CA634AB4CA4F4), {UINT64_C(0x71F599128523EC7C), UINT64_C(0xB5C71D9D392BE41C)}},
    {32, SEED, UINT64_C(0xE5FB38C81D49C6F5), {UINT64_C(0x8113676252DBE0C7), UINT64_C(0x731432CBCC022E37)}},
    {64, SEED, UINT64_C(0x543FA55D8DB03991), {UINT64_C(0x60CE1B9D00AC1042), UINT64_C(0x6C800FCD18B46B32)}},
    {127, SEED, UINT64_C(0x12557EB9B4C6D9C6), {UINT64_C(0xAAEC1249D95B7E26), UINT64_C(0x662C7376A7486957)}},
    {128, SEED, UINT64_C(0x49B81C6E0ABB9305), {UINT64_C(0x18528564127001A4), UINT64_C(0x98B7168A26969C36)}},
    {129, SEED, UINT64_C(0x5E3831B221810B00), {UINT64_C(0x54E9357C883CEC48), UINT64_C(0x03159DBF8591C495)}},
    {200, SEED, UINT64_C(0x83264818FB531769), {UINT64_C(0xBA852C1A37AD8096), UINT64_C(0xFAC3060DAE982A81)}},
    {240, SEED, UINT64_C(0x76A73EC26433F82C), {UINT64_C(0xFCAC543705C8C541), UINT64_C(0xDE30C63EE85A3579)}},
    {241, SEED, UINT64_C(0x2BE236BA3BACF75C), {UINT64_C(0x2BE236BA3BACF75C), UINT64_C(0x7BE6397A1DFD48CC)}},
    {256, SEED, UINT64_C(0x92999D62F0815EEF), {UINT64_C(0x92999D62F0815EEF), UINT64_C(0x32F10ACE78688C34)}},
    {512, SEED, UINT64_C(0x36385C68AA6755EA), {UINT64_C(0x36385C68AA6755EA), UINT64_C(0xEF18B85FD10899CC)}},
    {1024, SEED, UINT64_C(0xD8CF6B464541F232), {UINT64_C(0xD8CF6B464541F232), UINT64_C(0xA888BFDF08883F70)}},
    {1025, SEED, UINT64_C(0x8DC3A55E9C26D886), {UINT64_C(0x8DC3A55E9C26D886), UINT64_C(0xFAFFF564F3282DC7)}},
    {1100, SEED, UINT64_C(0xAE9F3C29417103B0), {UINT64_C(0xAE9F3C29417103B0), UINT64_C(0xCEE44BC3F6869989)}},
};

enum { TEXTS = sizeof texts / sizeof *texts, ROWS = sizeof rows / sizeof *rows, LONGEST = 1100 };

static void fill(unsigned char bytes[LONGEST]) {
    for (size_t i = 0; i < LONGEST; i++) bytes[i] = (unsigned char)(i * 131 + 7);
}

static void expect(const void *bytes, size_t size, uint64_t seed, uint64_t hash, ks_hash128 wide) {
    ks_hash128 found = ks_hash128_of(bytes, size, seed);
    if (ks_hash64(bytes, size, seed) != hash || found.low != wide.low || found.high != wide.high)
        fail_msg("the hash of %zu bytes has changed", size);
}

static void known_texts(void **state) {
    (void)state;
    for (size_t i = 0; i < TEXTS; i++)
        expect(texts[i].text, strlen(texts[i].text), 0, texts[i].hash, texts[i].wide);
}

static void known_lengths_and_seeds(void **state) {
    unsigned char bytes[LONGEST];
    (void)state;
    fill(bytes);
    for (size_t i = 0; i < ROWS; i++) expect(bytes, rows[i].size, rows[i].seed, rows[i].hash, rows[i].wide);
}

/* Wherever the bytes stand, and whatever stands behind them. */
static void the_place_does_not_matter(void **state) {
    unsigned char bytes[LONGEST];
    (void)state;
    fill(bytes);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t shift = 0; shift < 9; shift++) {
            unsigned char *exact = malloc(rows[i].size + shift + 1);
            assert_non_null(exact);
            memcpy(exact + shift, bytes, rows[i].size);
            exact[shift + rows[i].size] = (unsigned char)shift;
            expect(exact + shift, rows[i].size, rows[i].seed, rows[i].hash, rows[i].wide);
            free(exact);
        }
    }
}

static void nothing_to_hash(void **state) {
    (void)state;
    expect(NULL, 0, 0, texts[0].hash, texts[0].wide);
}

static void every_seed_gives_another_hash(void **state) {
    unsigned char bytes[LONGEST];
    uint64_t seen[64], wide[64];
    (void)state;
    fill(bytes);
    for (size_t size = 0; size < LONGEST; size += 61) {
        for (size_t seed = 0; seed < 64; seed++) {
            seen[seed] = ks_hash64(bytes, size, seed);
            wide[seed] = ks_hash128_of(bytes, size, seed).high;
            for (size_t before = 0; before < seed; before++) {
                assert_true(seen[seed] != seen[before]);
                assert_true(wide[seed] != wide[before]);
            }
        }
    }
}

static void every_bit_counts(void **state) {
    unsigned char bytes[LONGEST];
    (void)state;
    fill(bytes);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t bit = 0; bit < 8 * rows[i].size; bit++) {
            ks_hash128 wide;
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            wide = ks_hash128_of(bytes, rows[i].size, rows[i].seed);
            assert_true(ks_hash64(bytes, rows[i].size, rows[i].seed) != rows[i].hash);
            assert_true(wide.low != rows[i].wide.low && wide.high != rows[i].wide.high);
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
    }
}

/* Long texts may be hashed in another way: the values are those of the reference. */
static void check_long(const unsigned char *bytes, size_t size, uint64_t seed) {
    uint64_t expected = XXH3_64bits_withSeed(bytes, size, seed);
    ks_long_hash *faster = ks_hash_avx2();
    assert_true(ks_hash64(bytes, size, seed) == expected);
    if (faster) assert_true(faster(bytes, size, seed) == expected);
}

static void long_texts(void **state) {
    static const size_t sizes[] = {2046, 2047, 2048, 2049, 4095, 4096, 65535, 65536, 65537, 200000};
    size_t room = 200016;
    unsigned char *bytes = malloc(room);
    uint64_t random = ks_test_seed(31);
    (void)state;
    assert_non_null(bytes);
    ks_test_random_bytes(&random, bytes, room);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t place = 0; place < 16; place += 5) {
            check_long(bytes + place, sizes[i], 0);
            check_long(bytes + place, sizes[i], SEED);
        }
    for (size_t i = 0; i < 300; i++) {
        size_t size = ks_test_below(&random, 20000);
        check_long(bytes + ks_test_below(&random, 1000), size, i % 3 ? 0 : ks_test_random(&random));
    }
    free(bytes);
#ifdef __x86_64__
    assert_int_equal(ks_hash_avx2() != NULL, __builtin_cpu_supports("avx2") != 0);
#else
    assert_null(ks_hash_avx2());
#endif
}

static void every_length_counts(void **state) {
    static const unsigned char zeros[LONGEST];
    static uint64_t seen[LONGEST];
    (void)state;
    for (size_t size = 0; size < LONGEST; size++) {
        seen[size] = ks_hash64(zeros, size, 0);
        for (size_t before = 0; before < size; before++) assert_true(seen[size] != seen[before]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts),
        cmocka_unit_test(known_lengths_and_seeds),
        cmocka_unit_test(the_place_does_not_matter),
        cmocka_unit_test(nothing_to_hash),
        cmocka_unit_test(every_seed_gives_another_hash),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(every_length_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
