# SPDX-License-Identifier: GPL-2.0-or-later
"""
Do programs that ci/mutants --build-only made fit the sources and the patches that there are now?

A program of other sources reads scenarios and says findings in its own way: what it tells of this
tree is nothing, and looks like a lot.  So the folder says what its programs were made from.
"""

import hashlib
import json
import os

NAME = "made-from.json"


def digest_of(paths):
    """Of names and contents of files, which are (name, path)."""
    digest = hashlib.sha256()
    for name, path in sorted(paths):
        with open(path, "rb") as file:
            content = file.read()
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def digest_of_patch(mutant):
    return digest_of([("patch", mutant.path)])


def read(folder):
    try:
        with open(os.path.join(folder, NAME), encoding="utf-8") as file:
            made = json.load(file)
        return made["sources"], made["bitmaps"], dict(made["patches"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", "", {}


def note(folder, mutants, sources, bitmaps):
    """@bitmaps tells whose code of bitmaps is in them.  Programs of other sources or bitmaps that
    may be there are forgotten."""
    of_sources, of_bitmaps, patches = read(folder)
    if (of_sources, of_bitmaps) != (sources, bitmaps):
        patches = {}
    patches.update((mutant.name, digest_of_patch(mutant)) for mutant in mutants)
    path = os.path.join(folder, NAME)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump({"sources": sources, "bitmaps": bitmaps, "patches": patches}, file, indent=1,
                  sort_keys=True)
    os.rename(path + ".new", path)


def misfit(folder, mutants, sources, bitmaps):
    """A sentence; empty: the program of each mutant fits."""
    of_sources, of_bitmaps, patches = read(folder)
    if not of_sources:
        return f"{folder} has no programs that --build-only made to the end"
    if of_sources != sources:
        return (f"the programs in {folder} were made from other sources than there are now: make "
                "them again with --build-only")
    if of_bitmaps != bitmaps:
        return f"the programs in {folder} were made with --bitmaps {of_bitmaps}"
    for mutant in mutants:
        if mutant.name not in patches or not os.path.exists(os.path.join(folder, mutant.name)):
            return f"there is no program of {mutant.name} in {folder}: make it with --build-only"
        if patches[mutant.name] != digest_of_patch(mutant):
            return (f"{mutant.name}.patch has changed since its program in {folder} was made: make "
                    "it again with --build-only")
    return ""
