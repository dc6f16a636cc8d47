/* Numbers: runs of digits, decimal points and thousands marks. Private to text/; may use base. */
#ifndef KS_TEXT_NUMBER_H
#define KS_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* The end of the number whose first digit is text[at]: digits, points between digits ("2.0.1") and commas
 * where the number is written 1,234,567 throughout. *ascii is cleared where it holds other characters. */
size_t ks_number_end(const char *text, size_t size, size_t at, bool *ascii);

#endif
