/* Numbers: runs of digits, decimal points and thousands separators. Private to text/; may use base. */
#ifndef KS_TEXT_NUMBER_H
#define KS_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Where the number whose first digit is text[at] ends. It goes on over digits, points between digits
 * ("2.0.1"), and commas if they separate thousands throughout, as in 1,234,567. Clears *ascii if it has other
 * characters. */
size_t ks_number_end(const char *text, size_t size, size_t at, bool *ascii);

#endif
