/* The version that the build gives. */
#include <ksearch/ksearch.h>

const char *ks_version(void) {
    return KS_VERSION;
}
