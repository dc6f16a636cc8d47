/* Exact values of the FTS5 peer. Uses base. */
#include "bench/peers/fts5/values.h"

void fts5_value_add(ks_buffer *out, const char *value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char c = value[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        ks_buffer_char(out, c == ' ' || c == '_' ? '-' : c);
    }
}

int fts5_date_number(const char *text, size_t size, int rest) {
    static const size_t digits[] = {4, 2, 2};
    int number = 0;
    size_t at = 0;
    for (size_t part = 0; part < 3; part++) {
        int value = 0;
        if (part > 0 && at == size) {
            number = number * 100 + rest;
            continue;
        }
        if (part > 0 && text[at++] != '-') return 0;
        if (size - at < digits[part]) return 0;
        for (size_t i = 0; i < digits[part]; i++, at++) {
            if (text[at] < '0' || text[at] > '9') return 0;
            value = value * 10 + (text[at] - '0');
        }
        number = part > 0 ? number * 100 + value : value;
    }
    return at == size ? number : 0;
}
