"""Fixes of random requests over the real records: how many get some, of what kind, and how long that takes.

usage: python -m benchmarks.fixes CHANNELS [--count NUMBER] [--first NUMBER] [--seed NUMBER] [--only NUMBERS]

CHANNELS is the folder that `python ../shared/tools/unpack_channels.py CHANNELS --full-only` makes; the requests are
those of `benchmarks.random_requests`. For each that does not solve, its records are read first; then the time runs
over the search and the proof of the first fix, and in a world of its own over those of five. One full solve by
py-rattler of the same request, refused as it is, is timed in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.asking import packages_of, random_lines
from envdoctor.analysis.conflicts import Tools, explain
from envdoctor.engine import solver
from envdoctor.engine.gateway import Gateway
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.names import Subdir
from envdoctor.model.outcome import Check, PlatformDiagnosis, Unsatisfiable
from envdoctor.records.elsewhere import Elsewhere
from envdoctor.records.world import World
from envdoctor.report.fixes import fix_words
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.verdict import single_channels
from envdoctor.workflows.fixing import find_fixes
from envdoctor.workflows.options import ExplainOptions, Surroundings, TargetOptions
from envdoctor.workflows.requests import read_environment_of, requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.fixes import Fixes

CHANNEL = "conda-forge"
FILE = "environment.yml"
MACHINE = ("__unix=0", "__linux=5.10", "__glibc=2.35", "__archspec=1=x86_64_v3", "__cuda")
"""An ordinary machine without a GPU."""
PATIENCE = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one request that does not solve; times in seconds after its records were read."""

    number: int
    lines: tuple[str, ...]
    fixes: Fixes
    first: float
    five: float
    explained: float
    solve: float


@contextlib.contextmanager
def folder_with(lines: Sequence[str]) -> Iterator[Path]:
    """Work in a folder with an environment file of these lines."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        listed = "".join(f"  - {line}\n" for line in lines)
        Path(FILE).write_text(f"name: random\nchannels: [{CHANNEL}]\ndependencies:\n{listed}", "utf-8")
        yield Path(name)


def fixed(number: int, lines: tuple[str, ...], channels: Path, gateway: Gateway) -> Result | None:
    """Fix one request; None where it solves."""
    with folder_with(lines) as folder:
        surroundings = Surroundings(environ={"CONDA_CHANNEL_ALIAS": channels.as_uri()}, home=folder, folder=folder)
        options = ExplainOptions(
            arguments=(FILE,),
            platforms=(Subdir("linux-64"),),
            target=TargetOptions(virtual_packages=MACHINE),
            priority=ChannelPriority.STRICT,
            time_limit=PATIENCE,
        )
        environment = read_environment_of(options, surroundings)
        (request,) = requests(environment, options, surroundings)
        oracle = Oracle(World(request, gateway))
        everything = range(len(request.requirements))
        if oracle.satisfiable(everything):
            return None
        times: list[float] = []
        explained: list[float] = []
        fixes: Fixes | None = None
        for most in (1, 5):
            diagnosis, oracle, seconds = _diagnosed(environment, World(request, gateway))
            explained.append(seconds)
            asked = replace(options, fixes=most)
            start = time.perf_counter()
            fixes = find_fixes(diagnosis, [oracle], gateway, asked, surroundings)
            times.append(time.perf_counter() - start)
        start = time.perf_counter()
        solver.solve(gateway, request, single_channels(request))
        solve = time.perf_counter() - start
    if fixes is None:  # pragma: no cover - both runs set it
        return None
    return Result(
        number=number, lines=lines, fixes=fixes, first=times[0], five=times[1], explained=explained[1], solve=solve
    )


def _diagnosed(environment: EnvironmentSpec, world: World) -> tuple[Diagnosis, Oracle, float]:
    """The diagnosis of a world, its oracle, and the seconds that it took."""
    start = time.perf_counter()
    oracle = Oracle(world)
    outcome: Unsatisfiable = explain(Tools(oracle=oracle, elsewhere=Elsewhere(world), proof=False))
    seconds = time.perf_counter() - start
    platform = PlatformDiagnosis(platform=world.request.target.subdir, outcome=outcome, check=Check.AGREED)
    return Diagnosis(environment=environment, platforms=(platform,)), oracle, seconds


def table(results: Sequence[Result], count: int, seed: int) -> str:
    """Return the figures of a run."""
    kinds = Counter(result.fixes.found[0].kind.value for result in results if result.fixes.found)
    sizes = Counter(result.fixes.found[0].lines for result in results if result.fixes.found)
    without = [result for result in results if not result.fixes.found]
    rows = [
        f"requests (seed {seed}): {count}, {len(results)} do not solve",
        f"without a proven fix: {len(without)}; cut short: {sum(not result.fixes.complete for result in results)}",
        f"kind of the first fix: {', '.join(f'{kind} {number}' for kind, number in kinds.most_common())}",
        f"changes in the first fix: {', '.join(f'{size}: {number}' for size, number in sorted(sizes.items()))}",
        f"{'':34}{'median':>8}{'90 %':>8}{'max':>8}",
        _row("fixes shown", [float(len(result.fixes.found)) for result in results]),
        _row("seconds to the first fix", [result.first for result in results]),
        _row("seconds to all five", [result.five for result in results]),
        _row("seconds of the explanation before", [result.explained for result in results]),
        _row("seconds of py-rattler's refusal", [result.solve for result in results]),
        _row("first fix / one solve", [result.first / result.solve for result in results]),
        _row("all five / one solve", [result.five / result.solve for result in results]),
        "slowest (--only NUMBER):",
    ]
    slowest = sorted(results, key=lambda result: -result.five)[:5]
    return "\n".join([*rows, *(f"  {one.number}: {one.five:.2f} s  {' '.join(one.lines)}" for one in slowest)])


def _row(name: str, figures: Sequence[float]) -> str:
    ordered = sorted(figures)
    ninth = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    return f"{name:34}" + "".join(f"{figure:>8.2f}" for figure in (median(ordered), ninth, ordered[-1]))


def main() -> None:
    """Run what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channels", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first request")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="numbers of requests, with commas: run these and print their fixes")
    options = parser.parse_args()
    channels = options.channels.resolve()
    chosen = range(options.first, options.first + options.count)
    numbers = [int(number) for number in options.only.split(",")] if options.only else list(chosen)
    packages, gateway = packages_of(channels / CHANNEL), Gateway()
    gc.disable()  # as the command does
    results = []
    for done, number in enumerate(numbers, start=1):
        result = fixed(number, random_lines(packages, options.seed, number), channels, gateway)
        results += [] if result is None else [result]
        if options.only and result is not None:
            shown = "\n".join(f"  {fix.cost} {fix_words(fix)}" for fix in result.fixes.found)
            print(f"#{number}: {' '.join(result.lines)}  {result.first:.2f} {result.five:.2f} s\n{shown}")
        elif done % 50 == 0:
            print(f"{done} of {len(numbers)}", file=sys.stderr, flush=True)
            gc.collect()
    print(table(results, len(numbers), options.seed))


if __name__ == "__main__":
    main()
