/* ksearch feed: records, the newest first. It is a search by date in which no query means all records: what
 * sets it apart is in cli_search_options and cli_printer_of. */
#include "cli/cli.h"

int cli_run_feed(const cli_options *options) {
    return cli_run_search(options);
}
