# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the scripts in ci/ share; they source it.  Progress and errors go to stderr, so that
# stdout belongs to a script's result.  An error is one sentence and exit code 2, which says "the
# surroundings are at fault"; 1 is left to failing tests.

# The top folder of the checkout, as an absolute path.
# shellcheck disable=SC2034  # for the scripts that source this
bax_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '%s\n' "$*" >&2
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 2
}

# Prints the header comment of the calling script, without its comment marks: the help text.
print_header_comment() {
    awk 'NR <= 3 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$1"
}

# The folder that keeps what was fetched (XDG base directory rules: a relative path is ignored).
bax_cache_dir() {
    if [[ ${XDG_CACHE_HOME:-} == /* ]]; then
        printf '%s/bax\n' "$XDG_CACHE_HOME"
    elif [[ -n ${HOME:-} ]]; then
        printf '%s/.cache/bax\n' "$HOME"
    else
        die "neither XDG_CACHE_HOME nor HOME is set, so there is no folder to keep QEMU's source in"
    fi
}
