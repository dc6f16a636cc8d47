/* ksearch schema: prints the JSON Schema of all JSON output. */
#include "cli/cli.h"
#include "cli/schema.h"

int cli_run_schema(const cli_options *options) {
    (void)options;
    fwrite(ks_schema_json, 1, ks_schema_json_size, stdout);
    return CLI_EXIT_OK;
}
