#!/bin/sh
# Builds the peers into build/bench/peers (another folder than build: KS_BUILD=FOLDER) and says which it skipped.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(mkdir -p "${KS_BUILD:-$root/build}" && cd "${KS_BUILD:-$root/build}" && pwd)
out=$build/bench/peers

usage() { echo "usage: bench/peers/build.sh [ksearch|fts5|tantivy|lucene|all]..." >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
built() { echo "built $1: $out/$1"; }
skipped() { echo "skipped $1: $2"; }

# build_c PEER...
build_c() {
    [ -f "$build/CMakeCache.txt" ] || cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
    for peer in "$@"; do
        if cmake --build "$build" --target help | grep -q "peer-$peer"; then
            cmake --build "$build" --target "peer-$peer" >/dev/null
            built "$peer"
        else
            skipped "$peer" "its library is not installed (FTS5: libsqlite3-dev)"
        fi
    done
}

build_tantivy() {
    has cargo || { skipped tantivy "there is no cargo"; return 0; }
    CARGO_TARGET_DIR=$out/tantivy.d RUSTFLAGS="-C target-cpu=native" \
        cargo build --release --quiet --manifest-path "$here/tantivy/Cargo.toml" ||
        { skipped tantivy "cargo could not build it"; return 0; }
    install -m 755 "$out/tantivy.d/release/peer-tantivy" "$out/tantivy"
    built tantivy
}

# With Java 21 or later Lucene maps files natively, and uses the vector module where the runtime has it.
write_lucene_launcher() {
    flags="-Xms2g -Xmx2g"
    if [ "$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')" -ge 21 ]; then
        flags="$flags --enable-native-access=ALL-UNNAMED"
        if java --list-modules | grep -q '^jdk.incubator.vector@'; then
            flags="$flags --add-modules jdk.incubator.vector"
        fi
    fi
    cat >"$out/lucene" <<END
#!/bin/sh
exec java $flags -cp "$out/lucene.d/classes:$out/lucene.d/jars/*" peer.Main "\$@"
END
    chmod +x "$out/lucene"
}

build_lucene() {
    has java && has javac || { skipped lucene "there is no JDK (Java 17 for Lucene 9.12, Java 21 for Lucene 10)"; return 0; }
    has mvn || { skipped lucene "there is no mvn (apt-get install maven)"; return 0; }
    rm -rf "$out/lucene.d/jars"
    mvn -q -B -f "$here/lucene/pom.xml" -Dbuild.folder="$out/lucene.d" compile dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$out/lucene.d/jars" ||
        { skipped lucene "mvn could not build it"; return 0; }
    write_lucene_launcher
    built lucene
}

[ $# -gt 0 ] || set -- all
mkdir -p "$out"
for peer in "$@"; do
    case $peer in
    ksearch) build_c ksearch-native ksearch-xapian ;;
    fts5) build_c fts5 ;;
    tantivy) build_tantivy ;;
    lucene) build_lucene ;;
    all)
        build_c ksearch-native ksearch-xapian fts5
        build_tantivy
        build_lucene
        ;;
    *)
        usage
        exit 2
        ;;
    esac
done
