/* UTF-8 by the table of well-formed sequences (Unicode 15, table 3-7); see utf8.h. */
#include "base/utf8.h"

/* *length: bytes of the sequence that `lead` begins, 0 for an invalid lead byte; *low..*high: the range that
 * its second byte must lie in. */
static void lead_byte(unsigned char lead, int *length, unsigned char *low, unsigned char *high) {
    *low = 0x80;
    *high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        *length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        *length = 3;
        if (lead == 0xE0) *low = 0xA0;
        if (lead == 0xED) *high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        *length = 4;
        if (lead == 0xF0) *low = 0x90;
        if (lead == 0xF4) *high = 0x8F;
    } else {
        *length = 0;
    }
}

int ks_utf8_decode(const char *text, size_t size, uint32_t *point) {
    unsigned char lead = (unsigned char)text[0], low, high;
    uint32_t value;
    int length;
    *point = lead;
    if (lead < 0x80) return 1;
    *point = KS_REPLACEMENT;
    lead_byte(lead, &length, &low, &high);
    if (length == 0) return -1;
    value = lead & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        unsigned char byte = (size_t)i < size ? (unsigned char)text[i] : 0;
        if (byte < low || byte > high) return -i;
        value = value << 6 | (byte & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    *point = value;
    return length;
}

size_t ks_utf8_encode(uint32_t point, char out[4]) {
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) point = KS_REPLACEMENT;
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

size_t ks_utf8_valid(const char *text, size_t size) {
    uint32_t point;
    for (size_t at = 0; at < size;) {
        int step = ks_utf8_decode(text + at, size - at, &point);
        if (step < 0) return at;
        at += (size_t)step;
    }
    return size;
}

size_t ks_utf8_repair(ks_buffer *out, const char *text, size_t size) {
    size_t repaired = 0, at = 0;
    while (at < size) {
        size_t good = ks_utf8_valid(text + at, size - at);
        uint32_t point;
        ks_buffer_add(out, text + at, good);
        at += good;
        if (at == size) break;
        ks_buffer_add(out, "\xEF\xBF\xBD", 3);
        at += (size_t)-ks_utf8_decode(text + at, size - at, &point);
        repaired++;
    }
    return repaired;
}

size_t ks_utf8_utf16_length(const char *text, size_t size) {
    size_t units = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}
