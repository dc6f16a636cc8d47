/* The best of some pairs, eight at a time; see pairs.h. May use base. */
#include "native/pairs.h"

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>

#define VECTOR __attribute__((target("avx2")))

/* tf / k for four pairs; 0 for indices from `count` on, whose bytes belong to something else. */
VECTOR static inline __m256d ratios(__m128i tfs, __m128i lengths, __m128i indices, int count,
                                    const ks_norm *norm) {
    __m128i there = _mm_cmpgt_epi32(_mm_set1_epi32(count), indices);
    __m256d length = _mm256_max_pd(_mm256_cvtepi32_pd(lengths), _mm256_set1_pd(norm->least));
    __m256d k = _mm256_add_pd(_mm256_set1_pd(norm->base), _mm256_mul_pd(_mm256_set1_pd(norm->slope), length));
    return _mm256_div_pd(_mm256_cvtepi32_pd(_mm_and_si128(tfs, there)), k);
}

/* The greater of each two ratios of eight pairs, of which the first `count` exist. */
VECTOR static inline __m256d best_of_eight(const uint8_t *tfs, const uint8_t *lengths, int count,
                                           const ks_norm *norm) {
    __m256i tf = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)tfs));
    __m256i length = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)lengths));
    __m256d lower = ratios(_mm256_castsi256_si128(tf), _mm256_castsi256_si128(length),
                           _mm_setr_epi32(0, 1, 2, 3), count, norm);
    __m256d upper = ratios(_mm256_extracti128_si256(tf, 1), _mm256_extracti128_si256(length, 1),
                           _mm_setr_epi32(4, 5, 6, 7), count, norm);
    return _mm256_max_pd(lower, upper);
}

VECTOR static inline double greatest_of(__m256d four) {
    __m128d two = _mm_max_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
}

VECTOR double ks_pairs_best_avx2(const uint8_t *at, const uint8_t *end, const ks_norm *norm) {
    enum { EIGHT = 8, BEHIND = 2 * EIGHT }; /* bytes that may be read beyond the pairs */
    size_t bytes = ks_pairs_bytes(at, end), count = bytes / 3;
    __m256d best = _mm256_setzero_pd();
    double ratio;
    if (bytes == 0 || (size_t)(end - at) < bytes + BEHIND) return ks_pairs_best_portable(at, end, norm);
    if (count && at[count] == KS_PAIR_TF) return 1; /* frequencies ascend */
    for (size_t i = 0; i < count; i += EIGHT)
        best = _mm256_max_pd(best, best_of_eight(at + 1 + i, at + 1 + count + 2 * i, (int)(count - i), norm));
    ratio = greatest_of(best);
    return ratio / (ratio + 1);
}
#endif
