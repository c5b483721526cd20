"""The SAT solvers that could answer the analysis's questions, on the same random requests.

usage: python -m benchmarks.sat_solvers CHANNELS [--count NUMBER] [--seed NUMBER] [--solver NAME]...

CHANNELS is the folder that `benchmarks/random_requests.py` takes. Seconds are those in which the analysis's thread
worked, for all requests that do not solve; all solvers must give the same number of conflicts.
"""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from statistics import median

from benchmarks.asking import packages_of, random_lines
from benchmarks.random_requests import CHANNEL, judged
from envdoctor.engine.gateway import Gateway
from envdoctor.solving import encoding

SOLVERS = ("glucose42", "glucose3", "minisat22", "cadical153", "cadical195")
"""Solvers of python-sat that take assumptions and new clauses between two questions."""


def main() -> None:
    """Try each solver, and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channels", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--solver", action="append", choices=SOLVERS, help="again for more (default: all)")
    options = parser.parse_args()
    channels = options.channels.resolve()
    packages, gateway = packages_of(channels / CHANNEL), Gateway()
    requests = [random_lines(packages, options.seed, number) for number in range(options.count)]
    gc.disable()  # as the command does
    print("| solver | conflicts | all requests | median | slowest |\n|---|---|---|---|---|")
    for name in options.solver or SOLVERS:
        encoding.SOLVER = name
        results = [judged(number, lines, channels, gateway) for number, lines in enumerate(requests)]
        told = [result for result in results if result.conflicts]
        busy = [result.busy for result in told]
        conflicts = sum(len(result.conflicts) for result in told)
        print(f"| {name} | {conflicts} | {sum(busy):.2f} s | {median(busy):.3f} s | {max(busy):.2f} s |", flush=True)
        gc.collect()


if __name__ == "__main__":
    main()
