"""Random requests over the real records: what envdoctor says of each, whether it is proven, how long it takes.

usage: python -m benchmarks.random_requests CHANNELS [--count NUMBER] [--seed NUMBER] [--only NUMBERS] [--stories FILE]

CHANNELS is the folder that `python ../shared/tools/unpack_channels.py CHANNELS --full-only` makes. A request follows
from the seed and its number, so `--only 17,230` replays those two and prints what a user would read.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.asking import packages_of, random_lines
from envdoctor.analysis.conflicts import Tools, explain
from envdoctor.engine.gateway import Gateway
from envdoctor.engine.specs import parse_spec
from envdoctor.errors import DisagreementError
from envdoctor.model.channels import Channel, ChannelTier
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.environment import EnvironmentSpec
from envdoctor.model.names import Subdir, package_name
from envdoctor.model.outcome import Check, PlatformDiagnosis, Unsatisfiable
from envdoctor.model.place import Place
from envdoctor.model.records import VirtualPackage
from envdoctor.model.specs import Requirement
from envdoctor.model.target import Request, Target
from envdoctor.records.elsewhere import Elsewhere
from envdoctor.records.world import World
from envdoctor.report.stories import by_reason
from envdoctor.report.terminal import render_text
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.verdict import SecondOpinion, Solved, confirm, decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.model.outcome import Conflict

CHANNEL = "conda-forge"
FILE = "environment.yml"
FIRST_LINE = 5
"""Where the first requirement would stand in a file with name and channels."""
PLATFORM = Subdir("linux-64")
MACHINE = (("__unix", "0", "0"), ("__linux", "5.10", "0"), ("__glibc", "2.35", "0"), ("__archspec", "1", "x86_64_v3"))
"""The virtual packages of an ordinary machine without a GPU: name, version, build."""
WIDTH = 100
PATIENCE = 300.0
"""Seconds for the second engine, which must be heard here."""
MOST_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one request.

    `conflicts` holds, for each conflict told, the lines that a reader sees of it; `report` the lines of the whole
    report, blank ones not counted. `seconds` run from the loaded records to the verdict with all its explanations,
    `busy` are those of them in which this thread worked. `failures` say what must not be, in words.
    """

    number: int
    lines: tuple[str, ...]
    solvable: bool
    seconds: float
    busy: float
    conflicts: tuple[int, ...] = ()
    report: int = 0
    text: str = ""
    failures: tuple[str, ...] = ()


def request_of(lines: Sequence[str], channels: Path) -> Request:
    """Return the lines as a request to the channel `conda-forge` in the folder."""
    return Request(
        target=Target(
            subdir=PLATFORM,
            virtual_packages=tuple(
                VirtualPackage(name=package_name(name), version=version, build=build)
                for name, version, build in MACHINE
            ),
        ),
        requirements=tuple(
            Requirement(text=text, spec=parse_spec(text), place=Place(FILE, line, 5))
            for line, text in enumerate(lines, start=FIRST_LINE)
        ),
        tiers=(ChannelTier(name=CHANNEL, members=(Channel(name=CHANNEL, url=f"{(channels / CHANNEL).as_uri()}/"),)),),
    )


def judged(number: int, lines: tuple[str, ...], channels: Path, gateway: Gateway) -> Result:
    """Explain one request, check what was said of it, and count what a reader gets."""
    world = World(request_of(lines, channels), gateway)
    start, busy = time.perf_counter(), time.thread_time()
    opinion = SecondOpinion(world.request, world.gateway, PATIENCE)
    oracle = Oracle(world)
    outcome: Unsatisfiable | None = None
    try:
        verdict = decide(oracle, opinion)
        if not isinstance(verdict, Solved):
            outcome = explain(Tools(oracle=oracle, elsewhere=Elsewhere(world)))
        seconds, busy = time.perf_counter() - start, time.thread_time() - busy
        heard = verdict.check if isinstance(verdict, Solved) else confirm(opinion)
    except DisagreementError as error:
        failure = f"DISAGREEMENT: {error.message}"
        return Result(number=number, lines=lines, solvable=False, seconds=0, busy=0, failures=(failure,))
    failures = () if heard is Check.AGREED else (f"the second engine was {heard.value}",)
    result = Result(number=number, lines=lines, solvable=outcome is None, seconds=seconds, busy=busy, failures=failures)
    return result if outcome is None else _told(result, world, outcome)


def _told(result: Result, world: World, outcome: Unsatisfiable) -> Result:
    """The result of a request that does not solve, with what a reader gets."""
    text = _text(outcome, outcome.conflicts)
    # The first line of a report says that the file does not solve.
    each = (_read_lines(_text(outcome, group)) - 1 for group in by_reason(outcome.conflicts))
    return replace(
        result,
        conflicts=tuple(each),
        report=_read_lines(text),
        text=text,
        failures=(*result.failures, *_unproven(world, outcome)),
    )


def _unproven(world: World, outcome: Unsatisfiable) -> Iterable[str]:
    """What is wrong with the proofs: facts that do not forbid their core, and cores that are not minimal."""
    index_of = {line: index for index, line in enumerate(world.request.requirements)}
    full = Oracle(world)
    if not outcome.complete:
        yield "the search for cores was cut short"
    if not outcome.conflicts:
        yield "no conflict was told"
    for conflict in outcome.conflicts:
        core = [index_of[line] for line in conflict.core]
        told = ", ".join(line.text for line in conflict.core)
        if Oracle(world, conflict.facts).satisfiable(core):
            yield f"UNPROVEN: the facts told of {told} do not forbid them"
        yield from (
            f"NOT MINIMAL: {told}"
            for index in core
            if not full.satisfiable([other for other in core if other != index])
        )


def _text(outcome: Unsatisfiable, conflicts: Sequence[Conflict]) -> str:
    """The report of some of the conflicts, as it would be printed into a pipe."""
    told = Unsatisfiable(request=outcome.request, conflicts=tuple(conflicts), complete=outcome.complete)
    diagnosis = Diagnosis(
        environment=EnvironmentSpec(sources=(FILE,), requirements=outcome.request.requirements),
        platforms=(PlatformDiagnosis(platform=PLATFORM, outcome=told, check=Check.AGREED),),
    )
    return render_text(diagnosis, width=WIDTH, colour=False, verbose=False)


def _read_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())


def table(results: Sequence[Result], seed: int) -> str:
    """Return the figures of a run, and which requests to look at again."""
    refused = [result for result in results if not result.solvable]
    told = [result for result in refused if result.conflicts]
    failed = [result for result in results if result.failures]
    conflicts = [lines for result in told for lines in result.conflicts]
    rows = [
        f"requests (seed {seed}): {len(results)}, {len(refused)} do not solve ({len(refused) / len(results):.0%})",
        f"failures: {len(failed)}; conflicts told: {len(conflicts)}",
    ]
    rows += [f"  {result.number}: {failure}" for result in failed for failure in result.failures]
    if not told:
        return "\n".join(rows)
    rows += [
        f"{'':34}{'median':>8}{'90 %':>8}{'max':>8}",
        _row("lines of a conflict", conflicts),
        _row("lines of all conflicts", [sum(result.conflicts) for result in told]),
        _row("lines of the whole report", [result.report for result in told]),
        _row("conflicts of a request", [len(result.conflicts) for result in told]),
        _row("seconds of analysis", [result.seconds for result in told]),
        _row("seconds of analysis, busy", [result.busy for result in told]),
        _row("seconds to a solvable verdict", [result.seconds for result in results if result.solvable]),
        "slowest (--only NUMBER):",
        *(f"  {one.number}: {one.seconds:.2f} s  {' '.join(one.lines)}" for one in _most(told, "seconds")),
        "longest (--only NUMBER):",
        *(f"  {one.number}: {max(one.conflicts)} lines  {' '.join(one.lines)}" for one in _most(told, "conflicts")),
    ]
    return "\n".join(rows)


def _most(results: Sequence[Result], what: str) -> list[Result]:
    def size(result: Result) -> float:
        return max(result.conflicts) if what == "conflicts" else result.seconds

    return sorted(results, key=lambda result: (-size(result), result.number))[:MOST_LISTED]


def _row(name: str, figures: Sequence[float]) -> str:
    if not figures:
        return f"{name:34}{'–':>8}"
    ordered = sorted(figures)
    ninth = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    return f"{name:34}" + "".join(f"{_number(figure):>8}" for figure in (median(ordered), ninth, ordered[-1]))


def _number(figure: float) -> str:
    return f"{figure:.2f}" if isinstance(figure, float) and not figure.is_integer() else f"{figure:.0f}"


def main() -> None:
    """Run what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channels", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first request")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="numbers of requests, with commas: run these and print their reports")
    parser.add_argument("--stories", type=Path, help="write all reports into this file")
    options = parser.parse_args()
    channels = options.channels.resolve()
    numbers = range(options.first, options.first + options.count)
    chosen = [int(number) for number in options.only.split(",")] if options.only else numbers
    results = []
    packages, gateway = packages_of(channels / CHANNEL), Gateway()
    gc.disable()  # as the command does
    for done, number in enumerate(chosen, start=1):
        result = judged(number, random_lines(packages, options.seed, number), channels, gateway)
        results.append(result)
        if options.only:
            print(f"#{number}: {' '.join(result.lines)}  {result.seconds:.2f} s\n{result.text}")
        elif done % 50 == 0:
            print(f"{done} of {len(chosen)}", file=sys.stderr, flush=True)
            gc.collect()
    if options.stories:
        told = (f"#{one.number}: {' '.join(one.lines)}  {one.seconds:.2f} s\n{one.text}" for one in results if one.text)
        options.stories.write_text("\n".join(itertools.chain(told)), "utf-8")
    print(table(results, options.seed))


if __name__ == "__main__":
    main()
