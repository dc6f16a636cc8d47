/* The library's version, which the build defines. */
#include <ksearch/ksearch.h>

const char *ks_version(void) {
    return KS_VERSION;
}
