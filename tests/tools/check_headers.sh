#!/bin/sh
# Every header compiles alone, the public one also in C++ and in strict C99; and the shared library's names are tested
# in tests/api.
set -eu
cd "$(dirname "$0")/../.."

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
empty=$(mktemp)
trap 'rm -f "$empty"' EXIT

try() {
    header=$1
    shift
    "$@" -fsyntax-only -I. -Iinclude -include "$header" -x "${lang:-c}" "$empty" || {
        echo "$header does not compile alone: $*" >&2
        exit 1
    }
}

# shellcheck disable=SC2086
for header in $(find base corpus text engine native indexer searcher cli -name '*.h' 2>/dev/null | sort); do
    try "$header" cc -std=c17 -D_XOPEN_SOURCE=700 $warnings
done
# shellcheck disable=SC2086
{
    try ksearch/ksearch.h cc -std=c17 $warnings
    try ksearch/ksearch.h cc -std=c99 $warnings
    lang=c++ try ksearch/ksearch.h c++ -std=c++17 $warnings
    for header in $(find shim -name '*.hh' | sort); do lang=c++ try "$header" c++ -std=c++17 $warnings; done
}
echo "headers compile alone: ok"
