/* Picking an engine, by its name or by the files at a path. An engine that is a module of its own is loaded
 * when it is first asked for, and stays loaded. May use base and engine. */
#include "engine/engine.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The engines, the default for new indexes first, and the files by which their indexes are recognised. */
static const struct known_engine {
    const char *name;
    const char *markers[2];   /* every index of this engine has one of these files, even an unfinished one */
    const char *module;       /* a shared object in one of `folders`; or NULL, and then it is */
    const ks_engine *builtin; /* part of the library */
} known[] = {
    {"native", {"ksearch.lock", "manifest"}, NULL, &ks_native_engine},
    {"xapian", {"iamglass", "flintlock"}, "ksearch-xapian.so", NULL},
};

enum { KNOWN = sizeof known / sizeof known[0] };

/* Where modules are looked for: wherever a run path or the environment sends the dynamic linker; beside the
 * program; and where they are installed. The linker expands $ORIGIN in dlopen's names, too (see ld.so(8)).
 * The program has no run path of its own, because the linker would search it for every shared library at
 * every start, which takes longer than some queries. */
#ifndef KS_LIBDIR
#define KS_LIBDIR "lib"
#endif
static const char *const folders[] = {"", "$ORIGIN/", "$ORIGIN/../" KS_LIBDIR "/ksearch/",
                                      "$ORIGIN/ksearch/"};

/* Whether the module simply is not in that folder. Any other reason is worth more to the user. */
static bool is_missing(const char *reason, const char *module) {
    return strstr(reason, module) && strstr(reason, "No such file");
}

/* Tries the folders in turn. NULL, with the reason in *err, if the module cannot be opened. */
static void *open_module(const struct known_engine *engine, ks_error *err) {
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char name[PATH_MAX];
        const char *reason;
        bool missing;
        void *module;
        snprintf(name, sizeof name, "%s%s", folders[i], engine->module);
        if ((module = dlopen(name, RTLD_NOW | RTLD_LOCAL))) return module;
        reason = dlerror();
        missing = is_missing(reason, engine->module);
        if (i == 0 || !missing)
            ks_error_set(err, KS_ERR_ENGINE, "the %s engine cannot be loaded: %s", engine->name, reason);
        if (!missing) break;
    }
    ks_error_hint(err, KS_ERR_ENGINE, "%s belongs beside the program or in its lib/ksearch folder",
                  engine->module);
    return NULL;
}

static ks_status load(const ks_engine **out, const struct known_engine *engine, ks_error *err) {
    ks_engine_entry_function *entry;
    const ks_engine *loaded;
    void *symbol, *module;
    if (engine->builtin) {
        *out = engine->builtin;
        return KS_OK;
    }
    if (!(module = open_module(engine, err))) return KS_ERR_ENGINE;
    symbol = dlsym(module, KS_ENGINE_ENTRY);
    memcpy(&entry, &symbol, sizeof entry); /* POSIX lets a symbol be a function, ISO C has no cast for it */
    loaded = symbol ? entry(KS_ENGINE_VERSION) : NULL;
    if (loaded) {
        *out = loaded;
        return KS_OK;
    }
    dlclose(module);
    return ks_error_set(err, KS_ERR_ENGINE, "%s belongs to another version of ksearch", engine->module);
}

ks_status ks_engine_by_name(const ks_engine **out, const char *name, ks_error *err) {
    for (size_t i = 0; i < KNOWN; i++)
        if (!name || strcmp(name, known[i].name) == 0) return load(out, &known[i], err);
    ks_error_set(err, KS_ERR_ARGUMENT, "there is no engine \"%s\"", name);
    return ks_error_hint(err, KS_ERR_ARGUMENT, "the engines are: native, xapian");
}

static ks_status marker_exists(bool *out, const char *path, const char *marker, ks_error *err) {
    char file[PATH_MAX];
    struct stat info;
    int size = snprintf(file, sizeof file, "%s/%s", path, marker);
    if (size < 0 || (size_t)size >= sizeof file)
        return ks_error_set(err, KS_ERR_ARGUMENT, "the path %.80s… is too long", path);
    *out = stat(file, &info) == 0;
    if (!*out && errno != ENOENT) return ks_error_errno(err, errno, "cannot read", file);
    return KS_OK;
}

static ks_status has_marker(bool *out, const char *path, const struct known_engine *engine, ks_error *err) {
    ks_status status = marker_exists(out, path, engine->markers[0], err);
    return status || *out ? status : marker_exists(out, path, engine->markers[1], err);
}

static ks_status is_empty_folder(bool *out, const char *path, ks_error *err) {
    const struct dirent *entry;
    bool empty = true;
    int failed;
    DIR *folder = opendir(path);
    if (!folder) return ks_error_errno(err, errno, "cannot read", path);
    while (empty && (errno = 0, entry = readdir(folder)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    failed = empty ? errno : 0;
    closedir(folder);
    if (failed) return ks_error_errno(err, failed, "cannot read", path);
    *out = empty;
    return KS_OK;
}

static ks_status no_index(const char *path, bool nothing, ks_error *err) {
    if (nothing) {
        ks_error_set(err, KS_ERR_NO_INDEX, "there is no index at %s", path);
        return ks_error_hint(err, KS_ERR_NO_INDEX, "make one with: ksearch index SOURCE…");
    }
    ks_error_set(err, KS_ERR_NO_INDEX, "%s is not a ksearch index", path);
    return ks_error_hint(err, KS_ERR_NO_INDEX, "name another place with --index PATH");
}

ks_status ks_engine_by_path(const ks_engine **out, const char *path, bool *nothing, ks_error *err) {
    struct stat info;
    bool found = false, empty = false;
    ks_status status;
    if (nothing) *nothing = false;
    if (stat(path, &info) != 0) {
        if (errno != ENOENT) return ks_error_errno(err, errno, "cannot read", path);
        if (nothing) *nothing = true;
        return no_index(path, true, err);
    }
    if (!S_ISDIR(info.st_mode)) return no_index(path, false, err);
    for (size_t i = 0; i < KNOWN; i++) {
        if ((status = has_marker(&found, path, &known[i], err))) return status;
        if (found) return load(out, &known[i], err);
    }
    if ((status = is_empty_folder(&empty, path, err))) return status;
    if (nothing) *nothing = empty;
    return no_index(path, empty, err);
}
