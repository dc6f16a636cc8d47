/* The description of an index as text; see print_status.h. */
#include "cli/print_status.h"

#include "cli/json_types.h"
#include "cli/text.h"

#include <inttypes.h>
#include <string.h>

/* The section to print after `before`: the largest that is smaller, or as large and later in the list. Empty
 * ones are left out. NULL if there is none left. */
static const ks_index_section *next_section(const ks_index_info *info, const ks_index_section *before) {
    const ks_index_section *best = NULL;
    for (size_t i = 0; i < info->section_count; i++) {
        const ks_index_section *section = &info->sections[i];
        bool done = before && (section->bytes > before->bytes ||
                               (section->bytes == before->bytes && section <= before));
        if (section->bytes == 0 || done) continue;
        if (!best || section->bytes > best->bytes) best = section;
    }
    return best;
}

static void print_sections(FILE *out, const ks_index_info *info) {
    char number[32];
    int name_width = 0, number_width = (int)strlen(cli_text_count(number, info->bytes));
    for (size_t i = 0; i < info->section_count; i++) {
        int width = (int)strlen(info->sections[i].name);
        if (info->sections[i].bytes && width > name_width) name_width = width;
    }
    if (info->bytes == 0 || name_width == 0) return;
    fputs("\nwhat takes the room, in bytes\n", out);
    for (const ks_index_section *section = NULL; (section = next_section(info, section));)
        fprintf(out, "  %-*s  %*s  %5.1f %%\n", name_width, section->name, number_width,
                cli_text_count(number, section->bytes), 100 * (double)section->bytes / (double)info->bytes);
}

void cli_print_status(FILE *out, const char *path, const ks_index_info *info) {
    char number[32];
    fputs("index      ", out);
    cli_text_puts(out, path);
    fprintf(out, "\nengine     %s\n", info->engine);
    fprintf(out, "language   %s\n", info->language);
    fprintf(out, "records    %s\n", cli_text_count(number, info->records));
    fprintf(out, "deleted    %s", cli_text_count(number, info->deleted));
    if (info->deleted) fprintf(out, ", %.1f %% of what is stored", 100 * cli_deleted_share(info));
    fprintf(out, "\nsegments   %s\n", cli_text_count(number, info->segments));
    fprintf(out, "terms      %s\n", cli_text_count(number, info->terms));
    fprintf(out, "size       %s\n", cli_text_bytes(number, info->bytes));
    fprintf(out, "length     %.1f weighted terms in a record\n", info->average_length);
    fprintf(out, "generation %" PRIu64 "\n", info->generation);
    print_sections(out, info);
}
