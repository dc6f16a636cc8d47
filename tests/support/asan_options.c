/* What the address sanitizer shall not look at, in builds with it: Xapian 1.4.22 deletes the tables that its
 * own check opened by the size of their base class, which only a sanitizer notices. */

/* Called by the sanitizer's runtime, and by nothing where there is none. */
__attribute__((visibility("default"))) const char *__asan_default_options(void); /* NOLINT: its name */

const char *__asan_default_options(void) { /* NOLINT: its name */
    return "new_delete_type_mismatch=0";
}
