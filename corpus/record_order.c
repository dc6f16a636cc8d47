/* A record's order in time; see record.h. */
#include "corpus/date.h"
#include "corpus/record.h"

uint32_t ks_record_day(const ks_record *record) {
    ks_date date;
    if (!record->date || !ks_date_parse(record->date, &date) || date.year == 0) return 0;
    return (uint32_t)(date.year * 10000 + (date.month ? date.month : 1) * 100 + (date.day ? date.day : 1));
}

uint64_t ks_record_order(const ks_record *record) {
    uint32_t day = ks_record_day(record);
    ks_date date;
    if (day) return (uint64_t)day << 32 | record->feed_order;
    if (!record->date || !ks_date_parse(record->date, &date)) return 0;
    if (record->feed_order) return record->feed_order;
    return (uint64_t)(date.month * 100 + date.day);
}
