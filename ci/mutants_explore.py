# SPDX-License-Identifier: GPL-2.0-or-later
"""
Which mutants does bax explore find within a bound: the mode --explore of ci/mutants.

A bound that is exhausted without a finding says of a mutant that no sequence of steps within it
shows the mistake: it is out of reach, which is no failure.  A finding that was not promised is one.
"""

import json
import shlex
from dataclasses import dataclass

from mutants_measure import run_measured

# Real time, so that one mutant that makes states without end does not keep the others waiting.
SECONDS = 600
RESULTS = {"exhausted": "out of reach", "unfinished": "not exhausted"}


@dataclass
class ExploreOutcome:
    mutant: object
    complaint: str = ""
    finding: str = ""           # promised ones first; empty: none
    result: str = ""
    steps: int = 0              # of the finding, which no shorter sequence has
    runs: int = 0
    states: int = 0
    seconds: float = 0


def explore(mutant, program, options):
    outcome = ExploreOutcome(mutant)
    code, text, outcome.seconds = run_measured(
        [program, "explore", *shlex.split(options.explore), "--jobs", "1", "--for", str(SECONDS),
         "--format", "json"], options.kept)
    try:
        said = json.loads(text[text.index("{"):text.rindex("}") + 1])
    except ValueError as error:
        raise ValueError(f"bax explore ends with code {code}: {text.strip()[-400:]}") from error
    outcome.runs, outcome.states = said["done"]["runs"], said["done"]["states"]
    outcome.result = RESULTS.get(said["result"], "found")
    if said["finding"]:
        names = [finding["name"] for finding in said["finding"]["findings"]]
        promised = [name for name in names if name in mutant.promised]
        outcome.finding = (promised or names or [said["finding"]["verdict"]])[0]
        outcome.steps = said["finding"]["steps"]
        if not promised:
            outcome.complaint = (f"is found by {outcome.finding}, and "
                                 f"{' or '.join(mutant.promised)} was promised")
    return outcome


def row(outcome):
    return {
        "mutant": outcome.mutant.name, "finding": outcome.finding or outcome.result or "FAILED",
        "steps": outcome.steps or "", "states": outcome.states, "runs": outcome.runs,
        "s": round(outcome.seconds, 2),
    }


def summary(outcomes, options):
    found = sum(bool(outcome.finding) for outcome in outcomes)
    return [f"{found} of {len(outcomes)} mutants are found by bax explore {options.explore}; "
            f"{sum(outcome.result == RESULTS['exhausted'] for outcome in outcomes)} are out of its "
            "reach."]
