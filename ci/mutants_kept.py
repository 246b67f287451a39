# SPDX-License-Identifier: GPL-2.0-or-later
"""
What ci/mutants --random has measured, kept as it comes: all mutants take hours, and a run that was
cut goes on with --resume where it was.

A measurement holds for the sources, the patch and the options that it was made with, and no others.
"""

import json
import os
import threading
from dataclasses import asdict

import mutants_hunt as hunt
import mutants_programs as made

NAME = "measured.json"
LOCK = threading.Lock()


def conditions(mutant, options):
    return [options.sources, made.digest_of_patch(mutant), options.bitmaps, options.engine,
            options.seeds, options.seconds]


def read(options):
    try:
        with open(os.path.join(options.kept, NAME), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def note(outcome, options):
    """Writes it down, and forgets what was measured of this mutant before."""
    with LOCK:
        all_of_them = read(options)
        all_of_them[outcome.mutant.name] = {
            "conditions": conditions(outcome.mutant, options),
            "complaint": outcome.complaint,
            "hunts": [dict(asdict(one), others=sorted(one.others)) for one in outcome.hunts],
        }
        path = os.path.join(options.kept, NAME)
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(all_of_them, file, indent=1, sort_keys=True)
        os.rename(path + ".new", path)


def find(mutants, options):
    """The outcomes of those that were measured under these conditions, by name."""
    outcomes = {}
    all_of_them = read(options)
    for mutant in mutants:
        one = all_of_them.get(mutant.name)
        if one and one["conditions"] == conditions(mutant, options):
            hunts = [hunt.Hunt(**dict(fields, others=set(fields["others"])))
                     for fields in one["hunts"]]
            outcomes[mutant.name] = hunt.RandomOutcome(mutant, one["complaint"], hunts)
    return outcomes
