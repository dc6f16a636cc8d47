/* ksearch feed: records, newest first. It is a search sorted by date in which an empty query means all
 * records; cli_search_options and cli_printer_of make these differences. */
#include "cli/cli.h"

int cli_run_feed(const cli_options *options) {
    return cli_run_search(options);
}
