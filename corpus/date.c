/* Calendar dates; see date.h. Needs no other module. */
#include "corpus/date.h"

#include <stddef.h>

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int ks_date_days_in(int year, int month) {
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year)); /* year 0 is divisible by 400 */
}

bool ks_date_exists(int year, int month, int day) {
    return year >= 0 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= ks_date_days_in(year, month);
}

/* Reads exactly `count` digits at *at and steps over them. */
static bool digits(const char **at, int count, int *out) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    *at += count;
    *out = value;
    return true;
}

static bool dash(const char **at) {
    if (**at != '-') return false;
    ++*at;
    return true;
}

/* "MM-DD" */
static bool month_and_day(const char **at, ks_date *date) {
    return digits(at, 2, &date->month) && dash(at) && digits(at, 2, &date->day) &&
           ks_date_exists(date->year, date->month, date->day);
}

/* "YYYY", "YYYY-MM" or "YYYY-MM-DD" */
static bool from_year(const char **at, ks_date *date) {
    const char *month;
    if (!digits(at, 4, &date->year) || date->year == 0) return false;
    if (!dash(at)) return true;
    month = *at;
    if (!digits(at, 2, &date->month) || !ks_date_exists(date->year, date->month, 1)) return false;
    if (**at != '-') return true;
    *at = month;
    return month_and_day(at, date);
}

bool ks_date_parse(const char *text, ks_date *out) {
    ks_date date = {0};
    if (dash(&text) ? !dash(&text) || !month_and_day(&text, &date) : !from_year(&text, &date)) return false;
    if (*text) return false;
    *out = date;
    return true;
}

bool ks_date_valid(const char *text) {
    ks_date date;
    return text != NULL && ks_date_parse(text, &date);
}
