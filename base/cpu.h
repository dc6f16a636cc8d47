/* Which instruction sets the processor has, for code that is there in a faster version. May use nothing.
 *
 * glibc asked the processor when it was loaded, and its answer is used here. Asking again, as the compiler's
 * built-in functions do when a program starts, takes some 50 us on a virtual machine, where the hypervisor
 * answers for the processor. */
#ifndef KS_BASE_CPU_H
#define KS_BASE_CPU_H

#include <stdint.h> /* like any header of glibc, defines __GLIBC__ */

/* KS_CPU_HAS(AVX2, "avx2"): the feature as glibc and as the compiler call it. On x86 alone. */
#if defined(__x86_64__) || defined(__i386__)
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
#include <sys/platform/x86.h>
#define KS_CPU_HAS(feature, name) CPU_FEATURE_ACTIVE(feature)
#else
#define KS_CPU_HAS(feature, name) (__builtin_cpu_supports(name) != 0)
#endif
#endif

#endif
