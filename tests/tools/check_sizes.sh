#!/bin/sh
# No file over 500 lines and no function over 80, tests aside. A function is what begins and ends in the first column.
set -eu
cd "$(dirname "$0")/../.."

find base corpus text engine native shim indexer searcher cli include bench \
    \( -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' \) 2>/dev/null | sort | xargs awk '
    FNR == 1 { open = 0 }
    FNR == 501 { printf "%s: more than 500 lines\n", FILENAME; faults++ }
    /^[^ \t#}\/].*[({,]$|^[^ \t#}\/].*\{$/ && !open { first = FNR; open = 1 }
    /^}/ {
        if (open && FNR - first + 1 > 80) {
            printf "%s:%d: %d lines in one function\n", FILENAME, first, FNR - first + 1
            faults++
        }
        open = 0
    }
    END { exit faults > 0 }' >&2 || exit 1
echo "sizes of files and functions: ok"
