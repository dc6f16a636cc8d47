/* Letters by ranges of code points, which is enough to tell words from signs in any script. May use base. */
#include "corpus/tag_letters.h"

#include "base/utf8.h"

#include <string.h>

static bool is_letter(uint32_t c) {
    if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
    if (c == 0xD7 || c == 0xF7 || c == KS_REPLACEMENT) return false;
    if (c >= 0x2000 && c < 0x2C00) return false; /* punctuation, arrows, mathematics, symbols */
    if (c >= 0x3000 && c < 0x3040) return false; /* CJK punctuation */
    return !(c >= 0xFE30 && c < 0xFE70) && !(c >= 0xFF00 && c < 0xFF10);
}

static uint32_t lower(uint32_t c) {
    bool step32 = (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) ||
                  (c >= 0x410 && c <= 0x42F);
    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    return step32 ? c + 32 : c;
}

void ks_tag_lower(char *out, const char *text, size_t size) {
    for (size_t i = 0; i < size;) {
        uint32_t point;
        char small[4];
        int step = ks_utf8_decode(text + i, size - i, &point);
        size_t width = (size_t)(step < 0 ? -step : step);
        bool same = step < 0 || ks_utf8_encode(lower(point), small) != width;
        memcpy(out + i, same ? text + i : small, width);
        i += width;
    }
}

size_t ks_tag_word_end(const char *text, size_t size, size_t at) {
    while (at < size) {
        uint32_t point;
        int step = ks_utf8_decode(text + at, size - at, &point);
        if (step < 0 || !is_letter(point)) break;
        at += (size_t)step;
    }
    return at;
}
