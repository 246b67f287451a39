# SPDX-License-Identifier: GPL-2.0-or-later
"""
What random runs and the shrinker make of mutants: the modes --random and --shrink of ci/mutants.

A mistake that only a scenario written for it finds says nothing of mistakes that nobody thought
of.  So random runs alone have to find the mutants, too, and what they find must become small.
Random numbers go by the seed, and limits by CPU time, so that a busy machine changes nothing but
the time that all of it takes.
"""

import os
import re
import shutil
import statistics
import tempfile
from dataclasses import dataclass, field

from mutants_measure import run_measured

# Random runs come in slices that grow, so that what is found at once costs little.
FIRST_SLICE, LAST_SLICE, MAX_SLICES = 64, 8192, 1000
# CPU seconds after which a run hangs; for the shrinker, which tries many that hang, too.
RUN_LIMIT = 1
# A scenario should have no more steps once it is shrunk, and half of them no more than that.
MAX_STEPS, MEDIAN_STEPS = 8, 5


# ---- random runs --------------------------------------------------------------------

@dataclass
class Hunt:
    """One seed."""
    finding: str = ""           # that was promised; empty: none came
    others: set = field(default_factory=set)    # that came on the way and were not promised
    runs: int = 0
    seconds: float = 0
    scenario: str = ""          # the file of the finding


@dataclass
class RandomOutcome:
    mutant: object
    complaint: str = ""
    hunts: list = field(default_factory=list)


def is_for_random_runs(mutant):
    """Random runs expect nothing, and nothing is to be found in what is equivalent."""
    return any(name != "expectation" for name in mutant.promised)


def soak(program, seed, n_runs, folder):
    code, text, seconds = run_measured(
        [program, "soak", "--runs", str(n_runs), "--seed", str(seed), "--jobs", "1", "--replay",
         "0", "--timeout", str(RUN_LIMIT), "--keep", folder], folder)
    found = re.findall(r"^([a-z-]+)(?: on .*)?: \d+ runs, first (\d+)\n(?:(?:  .*)?\n)*?"
                       r"  scenario: (.*)$", text, re.MULTILINE)
    found = [(int(run), name, path) for name, run, path in found]
    if code not in (0, 1, 3, 4) or (code and not found):
        raise ValueError(f"random runs end with code {code}: {text[-400:]}")
    return found, seconds


def take(hunt, mutant, found):
    """Of (run, name, scenario), the first that was promised, if any was; returns its run."""
    hunt.others |= {name for _, name, _ in found} - set(mutant.promised)
    promised = [finding for finding in sorted(found) if finding[1] in mutant.promised]
    if not promised:
        return None
    run, hunt.finding, hunt.scenario = promised[0]
    return run


def hunt_by_soak(mutant, program, seed, limit, folder):
    hunt = Hunt()
    for number in range(MAX_SLICES):
        if hunt.seconds >= limit:
            break
        n_runs = min(FIRST_SLICE << number, LAST_SLICE)
        if hunt.runs:
            # Runs that hang are slow; there is no time for many of them.
            n_runs = min(n_runs, int((limit - hunt.seconds) / hunt.seconds * hunt.runs) + 1)
        found, seconds = soak(program, seed * MAX_SLICES + number, n_runs, folder)
        run = take(hunt, mutant, found)
        hunt.seconds += seconds
        hunt.runs += n_runs if run is None else run + 1
        if hunt.finding:
            break
    return hunt


def accept_others(mutant, path):
    """A list for --known, so that only a promised finding ends a campaign."""
    with open(path, "w", encoding="utf-8") as known:
        for name in sorted(mutant.others):
            known.write(f"{name} *  # not promised\n")


def hunt_by_fuzz(mutant, program, seed, limit, folder):
    campaign, known = os.path.join(folder, "campaign"), os.path.join(folder, "known.txt")
    accept_others(mutant, known)
    code, text, seconds = run_measured(
        [program, "fuzz", "--first", "--dir", campaign, "--jobs", "1", "--seed", str(seed),
         "--timeout", str(RUN_LIMIT), "--known", known], folder, limit)
    runs = re.search(r"^(\d+) runs in ", text, re.MULTILINE)
    if code not in (0, 1, 3, 4) or not runs:
        raise ValueError(f"bax fuzz ends with code {code}: {text[-400:]}")
    found = []
    for name in sorted(os.listdir(os.path.join(campaign, "findings"))):
        found.append((int(runs[1]), name.rpartition("-")[0],
                      os.path.join(campaign, "findings", name, "original.scn")))
    hunt = Hunt(runs=int(runs[1]), seconds=seconds)
    take(hunt, mutant, found)
    return hunt


ENGINES = {"soak": hunt_by_soak, "fuzz": hunt_by_fuzz}


def hunt_mutant(mutant, program, options):
    """All seeds; what they find is kept as NAME-SEED.scn."""
    outcome = RandomOutcome(mutant)
    for seed in range(1, options.seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            hunt = ENGINES[options.engine](mutant, program, seed, options.seconds, folder)
            if hunt.scenario:
                kept = os.path.join(options.kept, f"{mutant.name}-{seed}.scn")
                hunt.scenario = shutil.copy(hunt.scenario, kept)
        outcome.hunts.append(hunt)
    if not any(hunt.finding for hunt in outcome.hunts):
        others = sorted(set().union(*(hunt.others for hunt in outcome.hunts)))
        outcome.complaint = (f"is not found by random runs in {options.seconds} s"
                             + (f", but they find {', '.join(others)}" if others else ""))
    return outcome


def random_row(outcome):
    hunts = outcome.hunts
    found = [hunt for hunt in hunts if hunt.finding]
    others = sorted(set().union(*(hunt.others for hunt in hunts)))
    runs, seconds = [hunt.runs for hunt in hunts], [hunt.seconds for hunt in hunts]
    return {
        "mutant": outcome.mutant.name, "found": f"{len(found)}/{len(hunts)}",
        "median runs": round(statistics.median(runs)), "worst runs": max(runs),
        "median s": round(statistics.median(seconds), 2), "worst s": round(max(seconds), 2),
        "by": ", ".join(sorted({hunt.finding for hunt in found})) or "NOTHING",
        "besides": ", ".join(others),
    }


def progress(outcome):
    """One mutant as soon as it is measured: the table comes when all are."""
    row = random_row(outcome)
    return (f"{row['mutant']}: {row['found']}, median {row['median runs']} runs, {row['median s']} s, "
            f"worst {row['worst runs']} runs, {row['worst s']} s, by {row['by']}")


def random_summary(outcomes, options):
    hunted = [outcome for outcome in outcomes if outcome.hunts]
    apart = [outcome.mutant.name for outcome in outcomes
             if outcome.mutant.promised == ["expectation"]]
    always = [outcome for outcome in hunted if all(hunt.finding for hunt in outcome.hunts)]
    never = [outcome for outcome in hunted if outcome.complaint]
    lines = [f"{len(always)} of {len(hunted)} mutants are found with every seed, each within "
             f"{options.seconds} s of CPU time; {len(hunted) - len(never)} with one "
             "seed at least."]
    if hunted:
        hunts = [hunt for outcome in hunted for hunt in outcome.hunts]
        lines.append(f"Median of all: {round(statistics.median(h.runs for h in hunts))} runs, "
                     f"{statistics.median(h.seconds for h in hunts):.2f} s.")
    if apart:
        lines.append("Only expectations tell of these, and random runs have none: "
                     + ", ".join(apart) + ".")
    return lines


# ---- shrinking ----------------------------------------------------------------------

@dataclass
class ShrinkOutcome:
    mutant: object
    complaint: str = ""
    finding: str = ""
    before: int = 0             # steps
    after: int = 0
    runs: int = 0
    seconds: float = 0


def finding_to_shrink(mutant, names):
    """What a check says is worth more than what one scenario expects; None: not promised."""
    return min((name for name in names if name in mutant.promised),
               key=lambda name: (name == "expectation", mutant.promised.index(name)),
               default=None)


def shrink(mutant, program, scenario, finding, options):
    """@scenario has the @finding; the small one is kept as NAME.scn."""
    outcome = ShrinkOutcome(mutant, finding=finding)
    code, text, outcome.seconds = run_measured(
        [program, "shrink", "--jobs", "1", "--timeout", str(RUN_LIMIT), "--finding", finding,
         "--output", os.path.join(options.kept, mutant.name + ".scn"), scenario], options.kept)
    told = re.search(r": (\d+) steps? to (\d+), (\d+) runs", text)
    if code != 0 or not told:
        outcome.complaint = f"cannot be shrunk: {text.strip()[-400:]}"
        return outcome
    outcome.before, outcome.after, outcome.runs = (int(number) for number in told.groups())
    allowed = max(MAX_STEPS, mutant.shrinks_to)
    if outcome.after > allowed:
        outcome.complaint = f"has {outcome.after} steps when it is shrunk, and {allowed} are allowed"
    return outcome


def shrink_row(outcome):
    return {
        "mutant": outcome.mutant.name, "finding": outcome.finding or "NOTHING",
        "steps": outcome.before, "shrunk to": outcome.after, "runs": outcome.runs,
        "s": round(outcome.seconds, 2),
    }


def shrink_summary(outcomes, _options):
    steps = [outcome.after for outcome in outcomes if outcome.after]
    if not steps:
        return []
    median = statistics.median(steps)
    return [f"{len(steps)} findings: median {median:g} steps, at most {max(steps)}; "
            f"median {statistics.median(o.runs for o in outcomes if o.after):g} runs, "
            f"{statistics.median(o.seconds for o in outcomes if o.after):.2f} s."
            + ("" if median <= MEDIAN_STEPS else f" The median should be {MEDIAN_STEPS}.")]


# ---- tables -------------------------------------------------------------------------

def print_table(rows, summary, form):
    if not rows:
        cells = []
    else:
        cells = [list(rows[0])] + [[str(cell) for cell in row.values()] for row in rows]
    if form == "markdown":
        for number, row in enumerate(cells):
            print("| " + " | ".join(row) + " |")
            if number == 0:
                print("|" + "---|" * len(row))
        print()
    else:
        widths = [max(map(len, column)) for column in zip(*cells)]
        for row in cells:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    for line in summary:
        print(line)
