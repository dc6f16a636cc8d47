/* Repairing JSON text; see json_repair.h. */
#include "corpus/json_repair.h"

#include "base/utf8.h"

#include <string.h>

static size_t repair_bytes(ks_buffer *out, const char *text, size_t size) {
    size_t repaired = 0;
    for (;;) {
        const char *nul = memchr(text, '\0', size);
        size_t piece = nul ? (size_t)(nul - text) : size;
        repaired += ks_utf8_repair(out, text, piece);
        if (!nul) return repaired;
        ks_buffer_str(out, "\xEF\xBF\xBD");
        repaired++;
        text += piece + 1;
        size -= piece + 1;
    }
}

/* The code unit of the escape \uXXXX at `text`; 0xFFFF, which nobody looks for, if there is none. */
static unsigned escaped_unit(const char *text, size_t size) {
    unsigned unit = 0;
    if (size < 6 || text[0] != '\\' || text[1] != 'u') return 0xFFFF;
    for (int i = 2; i < 6; i++) {
        unsigned char c = (unsigned char)text[i];
        unit = unit << 4 | (c <= '9' ? c - (unsigned)'0' : (c | 0x20U) - 'a' + 10U);
    }
    return unit;
}

/* An escape and its replacement both have six bytes, so this works in place. */
static size_t repair_escapes(char *text, size_t size) {
    size_t repaired = 0, at = 0;
    while (at < size) {
        char *escape = memchr(text + at, '\\', size - at);
        unsigned unit;
        if (!escape) break;
        at = (size_t)(escape - text);
        unit = escaped_unit(escape, size - at);
        if ((unit & 0xFC00) == 0xD800 && at + 6 < size &&
            (escaped_unit(escape + 6, size - at - 6) & 0xFC00) == 0xDC00) {
            at += 12;
        } else if (unit == 0 || (unit & 0xF800) == 0xD800) {
            memcpy(escape, "\\ufffd", 6);
            repaired++;
            at += 6;
        } else {
            at += 2; /* the escaped character may be a backslash itself */
        }
    }
    return repaired;
}

size_t ks_json_repair(ks_buffer *out, const char *text, size_t size) {
    size_t start = out->size;
    size_t repaired = repair_bytes(out, text, size);
    return out->failed ? repaired : repaired + repair_escapes(out->data + start, out->size - start);
}
