/* Help, made from the tables of flags.c. May use ksearch.h and libc. */
#include "cli/options.h"
#include "cli/wrap.h"

#include <string.h>

enum { NAME_COLUMN = 24, TEXT_WIDTH = 100 };

/* A row of two columns: `left` indented by 2, `right` wrapped from NAME_COLUMN on. */
static void print_row(FILE *out, const char *left, const char *right, size_t width) {
    cli_wrap wrap;
    size_t left_width = cli_text_width(left, strlen(left));
    cli_wrap_init(&wrap, out, width, NAME_COLUMN, false);
    fputs("  ", out);
    fputs(left, out);
    if (left_width + 4 > NAME_COLUMN)
        fputc('\n', out);
    else
        wrap.column = left_width + 2;
    cli_wrap_text(&wrap, right, strlen(right), NULL, 0);
    cli_wrap_end(&wrap);
}

static void print_flag(FILE *out, const cli_flag *flag, size_t width) {
    char left[128], letter[8] = "    ";
    if (flag->letter) snprintf(letter, sizeof letter, "-%c, ", flag->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, flag->name, flag->argument ? " " : "",
             flag->argument ? flag->argument : "");
    print_row(out, left, flag->help, width);
}

static void print_flags(FILE *out, unsigned commands, unsigned without, size_t width) {
    for (size_t i = 0; i < cli_flag_count; i++)
        if ((cli_flags[i].commands & commands) && !(cli_flags[i].commands & without))
            print_flag(out, &cli_flags[i], width);
}

static void print_lines(FILE *out, const char *lines) {
    while (*lines) {
        size_t size = strcspn(lines, "\n");
        fprintf(out, "  %.*s\n", (int)size, lines);
        lines += size + (lines[size] == '\n');
    }
}

/* The flags that only search and feed have, and those that only index has, under headings of their own; last
 * those that they share. */
static void print_overview(FILE *out, size_t width) {
    enum { OWN_SEARCH = 1u << CLI_SEARCH | 1u << CLI_FEED, OWN_INDEX = 1u << CLI_INDEX };
    fputs("ksearch: full-text search over captured content\n\nUsage:\n", out);
    for (int i = 0; i < CLI_COMMAND_COUNT; i++) {
        const cli_command_def *command = &cli_commands[i];
        char left[64];
        snprintf(left, sizeof left, i == CLI_SEARCH ? "[%s] %s" : "%s %s", command->name, command->arguments);
        print_row(out, left, command->summary, width);
    }
    fputs("\nSearch and feed:\n", out);
    print_flags(out, OWN_SEARCH, OWN_INDEX, width);
    fputs("\nIndex:\n", out);
    print_flags(out, OWN_INDEX, OWN_SEARCH, width);
    fputs("\nEverywhere:\n", out);
    for (size_t i = 0; i < cli_flag_count; i++)
        if ((cli_flags[i].commands & OWN_SEARCH) && (cli_flags[i].commands & OWN_INDEX))
            print_flag(out, &cli_flags[i], width);
    fputs("\nExit status: 0 hits, or done; 1 no hits; 2 error; 3 done in part.\n"
          "More: ksearch COMMAND --help\n",
          out);
}

void cli_help_print(FILE *out, cli_command topic, size_t width) {
    if (width > TEXT_WIDTH) width = TEXT_WIDTH;
    if (topic == CLI_HELP) {
        print_overview(out, width);
        return;
    }
    const cli_command_def *command = &cli_commands[topic];
    cli_wrap wrap;
    cli_wrap_init(&wrap, out, width, 0, false);
    fprintf(out, "Usage: ksearch %s [OPTION…]%s%s\n\n", topic == CLI_SEARCH ? "[search]" : command->name,
            *command->arguments ? " " : "", command->arguments);
    cli_wrap_text(&wrap, command->text, strlen(command->text), NULL, 0);
    cli_wrap_end(&wrap);
    fputs("\nOptions:\n", out);
    print_flags(out, 1u << topic, 0, width);
    if (!command->examples) return;
    fputs("\nExamples:\n", out);
    print_lines(out, command->examples);
}

void cli_help_usage(FILE *out) {
    fputs("Usage: ksearch [search] QUERY…\n"
          "       ksearch index SOURCE…\n"
          "       ksearch COMMAND …, one of:\n"
          "          ",
          out);
    for (int i = 0; i < CLI_COMMAND_COUNT; i++) fprintf(out, " %s", cli_commands[i].name);
    fputs("\nMore:  ksearch --help\n", out);
}
