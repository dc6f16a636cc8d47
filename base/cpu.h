/* What the processor has, as far as the faster ways of doing things ask for it. May use nothing.
 *
 * The C library has asked the processor when it was loaded. Asking again, as the compiler's built-in
 * functions do when a program starts, takes some 50 us on a virtual machine, which has to answer for the
 * processor. */
#ifndef KS_BASE_CPU_H
#define KS_BASE_CPU_H

#include <stdint.h> /* tells which C library it is */

#if defined(__x86_64__) || defined(__i386__)
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
#include <sys/platform/x86.h>
#define KS_CPU_HAS(feature, name) CPU_FEATURE_ACTIVE(feature)
#else
#define KS_CPU_HAS(feature, name) (__builtin_cpu_supports(name) != 0)
#endif
#endif

#endif
