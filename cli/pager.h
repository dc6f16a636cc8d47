/* Sending text through a pager. Reads the environment. May use libc. */
#ifndef KS_CLI_PAGER_H
#define KS_CLI_PAGER_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct cli_pager {
    FILE *out;               /* write here: the pager, or stdout */
    pid_t pid;               /* 0: no pager */
    struct sigaction before; /* how SIGPIPE was handled */
} cli_pager;

/* Starts $PAGER, or less -FRX if that is not set. If no pager is wanted or none can be started, the output
 * goes to stdout. End with cli_pager_end. */
void cli_pager_begin(cli_pager *pager, bool wanted);

/* Ends the output and waits until the pager has been left. */
void cli_pager_end(cli_pager *pager);

#endif
