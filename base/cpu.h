/* Which instruction sets the processor has, for functions that come in a faster version. May use nothing.
 *
 * glibc asks the processor when it is loaded; this reads the answer it keeps. Asking again, as the compiler's
 * built-in functions do at every start of a program, takes some 50 us on a virtual machine, where each
 * question goes to the hypervisor. */
#ifndef KS_BASE_CPU_H
#define KS_BASE_CPU_H

#include <stdint.h> /* defines __GLIBC__, as any header of glibc does */

/* KS_CPU_HAS(AVX2, "avx2"): names the feature twice, as glibc and as the compiler call it. Defined on x86
 * only. */
#if defined(__x86_64__) || defined(__i386__)
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
#include <sys/platform/x86.h>
#define KS_CPU_HAS(feature, name) CPU_FEATURE_ACTIVE(feature)
#else
#define KS_CPU_HAS(feature, name) (__builtin_cpu_supports(name) != 0)
#endif
#endif

#endif
