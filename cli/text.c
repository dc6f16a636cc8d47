/* Characters, numbers and dates for people to read; see text.h. */
#include "cli/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { REPLACEMENT = 0xFFFD };

/* Decodes one character and returns its size; 0 for invalid UTF-8. */
static size_t decode(const unsigned char *text, size_t size, uint32_t *point) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = text[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xC2 ? 0
                    : first < 0xE0 ? 2
                    : first < 0xF0 ? 3
                    : first < 0xF5 ? 4
                                   : 0;
    if (length == 0 || length > size) return 0;
    uint32_t value = length == 1 ? first : first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0;
        value = value << 6 | (text[i] & 0x3F);
    }
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return 0;
    *point = value;
    return length;
}

bool cli_text_is_control(uint32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069);
}

static bool is_blank(uint32_t point) {
    return point == ' ' || (point >= '\t' && point <= '\r') || point == 0x85 || point == 0x2028 ||
           point == 0x2029 || point == 0x3000 || (point >= 0x2000 && point <= 0x200A && point != 0x2007);
}

static bool is_plain(char c) {
    return c > ' ' && c < 0x7F;
}

size_t cli_text_plain(const char *text, size_t size) {
    size_t count = 0;
    while (count < size && is_plain(text[count])) count++;
    return count;
}

cli_glyph cli_text_glyph(const char *text, size_t size) {
    cli_glyph glyph = {.point = REPLACEMENT};
    size_t length;
    if (is_plain(*text)) /* the common case, and printing is a good part of a search's time */
        return (cli_glyph){.point = (unsigned char)*text, .size = 1, .width = 1, .safe = true};
    if (*text == ' ') return (cli_glyph){.point = ' ', .size = 1, .width = 1, .blank = true};
    length = decode((const unsigned char *)text, size, &glyph.point);
    glyph.size = length ? length : 1;
    glyph.blank = is_blank(glyph.point);
    glyph.safe = length && !glyph.blank && !cli_text_is_control(glyph.point);
    glyph.width = glyph.safe ? cli_text_columns(glyph.point) : 1;
    return glyph;
}

void cli_text_put_glyph(FILE *out, const cli_glyph *glyph, const char *text) {
    if (glyph->safe && glyph->size == 1)
        fputc(*text, out);
    else if (glyph->safe)
        fwrite(text, 1, glyph->size, out);
    else
        fputs(glyph->blank ? " " : "\xEF\xBF\xBD", out);
}

void cli_text_put(FILE *out, const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        cli_text_put_glyph(out, &glyph, text + at);
        at += glyph.size;
    }
}

void cli_text_puts(FILE *out, const char *text) {
    cli_text_put(out, text, strlen(text));
}

size_t cli_text_width(const char *text, size_t size) {
    size_t width = cli_text_plain(text, size);
    for (size_t at = width; at < size;) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        width += glyph.width;
        at += glyph.size;
    }
    return width;
}

char *cli_text_count(char *out, uint64_t number) {
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *to = out;
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}

char *cli_text_bytes(char *out, uint64_t number) {
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)number / 1000;
    size_t unit = 0;
    if (number < 1000) {
        snprintf(out, 32, "%" PRIu64 " bytes", number);
        return out;
    }
    for (; value >= 999.95 && unit + 1 < sizeof units / sizeof *units; unit++) value /= 1000;
    snprintf(out, 32, "%.1f %s", value, units[unit]);
    return out;
}

char *cli_text_duration(char *out, uint64_t microseconds) {
    if (microseconds < 100)
        snprintf(out, 32, "%" PRIu64 " µs", microseconds);
    else if (microseconds < 999950)
        snprintf(out, 32, "%.1f ms", (double)microseconds / 1000);
    else
        snprintf(out, 32, "%.1f s", (double)microseconds / 1e6);
    return out;
}

char *cli_text_date(char *out, size_t size, const char *date) {
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    unsigned long month = 0, day = 0;
    if (strlen(date) == 7 && strncmp(date, "--", 2) == 0 && date[4] == '-') {
        month = strtoul(date + 2, NULL, 10);
        day = strtoul(date + 5, NULL, 10);
    }
    if (month >= 1 && month <= 12 && day >= 1 && day <= 31)
        snprintf(out, size, "%s %lu", months[month - 1], day);
    else
        snprintf(out, size, "%s", date);
    return out;
}
