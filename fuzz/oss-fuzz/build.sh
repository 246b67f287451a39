#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite want them: with the compilers and flags
# of CC, CXX, CFLAGS and CXXFLAGS and the engine LIB_FUZZING_ENGINE, into OUT, by way of WORK.
# Beside each target lie NAME_seed_corpus.zip, NAME.dict and NAME.options, and in lib/ the
# libraries that the machine which runs them may lack.  BAX_QEMU_SOURCE names a QEMU tree, if
# fuzz_bitmap is to compare with its bitmaps.  Sanitizers: address and undefined; the memory
# sanitizer would want a GLib that is built with it.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$WORK/bax
bitmaps=(-DBAX_BITMAPS=builtin)
if [[ -n ${BAX_QEMU_SOURCE:-} ]]; then
    bitmaps=(-DBAX_QEMU_SOURCE="$BAX_QEMU_SOURCE")
fi

# The program's own optimisation would come behind that of CFLAGS.
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE= \
    -DBAX_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" -DBAX_WERROR=OFF "${bitmaps[@]}" \
    "-DCMAKE_EXE_LINKER_FLAGS=-Wl,-rpath,'\$ORIGIN/lib'"
cmake --build "$build" --target fuzz-targets

# Without what belongs to the C library and the compiler.
copy_libraries() {
    mkdir -p "$OUT/lib"
    ldd "$1" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
        { grep -Ev '/(libc|libm|libdl|librt|libpthread|libresolv|libgcc_s|libstdc\+\+)\.so' || true; } |
        xargs -r cp -L -t "$OUT/lib"
}

for target in "$build"/fuzz/fuzz_*; do
    name=${target##*/}
    if [[ $name == *.* || $name == fuzz_nothing || ! -x $target ]]; then
        continue
    fi
    # Targets of other code share the seeds: fuzz_backup_access_reference3.
    seeds=$name
    while [[ ! -d $build/fuzz/corpus/$seeds ]]; do
        seeds=${seeds%_*}
    done
    cp "$target" "$target.dict" "$target.options" "$OUT"
    rm -f "$OUT/${name}_seed_corpus.zip"
    (cd "$build/fuzz/corpus/$seeds" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
    copy_libraries "$target"
done
