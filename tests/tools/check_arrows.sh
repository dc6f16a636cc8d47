#!/bin/sh
# Includes between folders must only point the way ARCHITECTURE.md allows.
set -eu
cd "$(dirname "$0")/../.."

# allowed ROOM: the rooms that its files may include from, besides its own and the public header.
allowed() {
    case $1 in
    base) echo "" ;;
    corpus | text | engine) echo "base" ;;
    native | shim) echo "base engine" ;;
    indexer | searcher) echo "base corpus text engine" ;;
    cli | include) echo "" ;;
    esac
}

faults=0
fault() {
    echo "$1" >&2
    faults=$((faults + 1))
}

for room in base corpus text engine native shim indexer searcher cli include; do
    [ -d "$room" ] || continue
    for file in $(find "$room" -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' | sort); do
        for include in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file"); do
            target=${include%%/*}
            [ "$target" = "$room" ] && continue
            case " $(allowed "$room") " in
            *" $target "*) ;;
            *) fault "$file includes \"$include\": $room/ may not use $target/" ;;
            esac
        done
        if [ "$room" != shim ] && grep -q 'xapian\.h' "$file"; then
            fault "$file includes <xapian.h>: only shim/ may"
        fi
    done
done

[ "$faults" -eq 0 ] || exit 1
echo "arrows between folders: ok"
