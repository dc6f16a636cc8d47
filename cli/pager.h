/* Passing text through a pager. Reads the environment. May use libc. */
#ifndef KS_CLI_PAGER_H
#define KS_CLI_PAGER_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct cli_pager {
    FILE *out;               /* write here: the pager, or stdout */
    pid_t pid;               /* 0: no pager */
    struct sigaction before; /* what SIGPIPE did */
} cli_pager;

/* Starts $PAGER, else less -FRX, when `wanted`; without one, or when it cannot be started, output goes to
 * stdout. End with cli_pager_end. */
void cli_pager_begin(cli_pager *pager, bool wanted);

/* Ends the output and waits until the reader is done. */
void cli_pager_end(cli_pager *pager);

#endif
