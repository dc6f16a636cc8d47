#!/bin/sh
# The code is formatted as .clang-format says.
set -eu
cd "$(dirname "$0")/../.."

find base corpus text engine native shim indexer searcher cli include bench tests \
    \( -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' \) 2>/dev/null | sort |
    xargs clang-format --dry-run -Werror
echo "format: ok"
