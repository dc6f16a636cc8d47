/* Calendar dates of the record schema. May use base. */
#ifndef KS_CORPUS_DATE_H
#define KS_CORPUS_DATE_H

#include <stdbool.h>

/* Proleptic Gregorian; a part that is not known is 0. */
typedef struct ks_date {
    int year;  /* 1 to 9999 */
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
} ks_date;

/* The days of a month from 1 to 12; in the unknown year 0, February has 29. */
int ks_date_days_in(int year, int month);

/* Whether the calendar has this day, in a year from 0 (unknown) to 9999. */
bool ks_date_exists(int year, int month, int day);

/* Parses "YYYY-MM-DD", "YYYY-MM", "YYYY" or "--MM-DD"; false, with *out untouched, if the text is none of
 * these or the day does not exist. */
bool ks_date_parse(const char *text, ks_date *out);

/* Whether ks_date_parse accepts the text; false for NULL. */
bool ks_date_valid(const char *text);

#endif
