# SPDX-License-Identifier: GPL-2.0-or-later
"""
What ci/mutants --random has measured, kept as it comes: all mutants take hours, and a run that was
cut goes on with --resume where it was.

A measurement holds for the sources, the patch and the options that it was made with, and for the
way in which ci/mutants measured then, and no others.
"""

import json
import os
import re
import threading
from dataclasses import asdict

import mutants_hunt as hunt
import mutants_programs as made

NAME = "measured.json"
LOCK = threading.Lock()
FOLDER = os.path.dirname(os.path.abspath(__file__))
# Of ci/mutants and its modes as they are in this process, whatever is done to the files meanwhile.
METHOD = made.digest_of((name, os.path.join(FOLDER, name)) for name in os.listdir(FOLDER)
                        if re.fullmatch(r"mutants(_\w+\.py)?", name))


def conditions(mutant, options):
    return [METHOD, options.sources, made.digest_of_patch(mutant), options.bitmap_code,
            options.engine, options.seeds, options.seconds]


def read(options):
    try:
        with open(os.path.join(options.kept, NAME), encoding="utf-8") as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError):
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


def restore(mutant, one):
    hunts = [hunt.Hunt(**dict(fields, others=set(fields["others"]))) for fields in one["hunts"]]
    return hunt.RandomOutcome(mutant, one["complaint"], hunts)


def find(mutants, options):
    """The outcomes of those that were measured under these conditions, by name."""
    outcomes = {}
    all_of_them = read(options)
    for mutant in mutants:
        try:
            one = all_of_them[mutant.name]
            if one["conditions"] == conditions(mutant, options):
                outcomes[mutant.name] = restore(mutant, one)
        except (KeyError, TypeError):
            pass        # not measured, or written down in another form
    return outcomes
