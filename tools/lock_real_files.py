"""Lock every file of ../shared/envs that solves on ../shared/channels, and write the counts of docs/locking.md.

    python -m tools.lock_real_files CHANNELS [--files 20] [--check]

`CHANNELS` is a folder with the channels of ../shared/channels, unpacked. Each file is locked for each platform on which
it solves: twice, which must give the same bytes; `--check` must find nothing; and each way of tampering must be named.
The pip part is left out, for it depends on PyPI of the day. With `--check` nothing is written to the page.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from envdoctor.engine import solver
from envdoctor.environment.read import read_environment
from envdoctor.errors import EnvdoctorError, InputError, RecordsError
from envdoctor.model.lockfile import LockFormat
from envdoctor.model.locking import CheckReport, LockReport
from envdoctor.model.names import Subdir
from envdoctor.solving.verdict import single_channels
from envdoctor.workflows.check_lock import check_plan
from envdoctor.workflows.lock import lock_plan, plan_of
from envdoctor.workflows.options import ExplainOptions, LockOptions, Surroundings
from tools.tampering import TAMPERING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.workflows.lock import Plan

ROOT = Path(__file__).resolve().parents[1]
ENVS = ROOT.parent / "shared" / "envs"
PAGE = ROOT / "docs" / "locking.md"
BEGIN, END = "<!-- counts: python -m tools.lock_real_files CHANNELS -->", "<!-- end of counts -->"
PLATFORMS = tuple(Subdir(name) for name in ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64"))


@dataclass(slots=True)
class Outcome:
    """What came of one file."""

    file: str
    read: bool = True
    without_records: int = 0
    refused: int = 0
    locked: list[str] = field(default_factory=list)
    packages: int = 0
    wrong: list[str] = field(default_factory=list)
    caught: Counter[str] = field(default_factory=Counter)


def outcome_of(path: str, channels: str) -> Outcome:
    """Lock one file for every platform on which it solves, and try everything on each lock."""
    found = Outcome(Path(path).name)
    try:
        environment = replace(read_environment([path]), pip=())
    except InputError:
        found.read = False
        return found
    if environment.explicit or not environment.requirements:
        found.read = False
        return found
    for platform in environment.platforms or PLATFORMS:
        try:
            _lock_on(environment, platform, channels, found)
        except RecordsError:
            found.without_records += 1
        except EnvdoctorError as error:
            found.wrong.append(f"{platform}: {type(error).__name__}: {error}")
    return found


def _lock_on(environment: EnvironmentSpec, platform: Subdir, channels: str, found: Outcome) -> None:
    with tempfile.TemporaryDirectory() as folder:
        surroundings = Surroundings(environ=_environ(channels), home=Path(folder), folder=Path(folder))
        options = LockOptions(
            explain=ExplainOptions(platforms=(platform,), time_limit=60, proof=False),
            lockfile=Path(folder, "conda-lock.yml"),
            kinds=(LockFormat.CONDA_LOCK,),
        )
        plan = plan_of(environment, options, surroundings)
        (request,) = plan.requests
        if solver.solve(plan.gateway, request, single_channels(request)) is None:
            found.refused += 1
            return
        report = lock_plan(plan, options, surroundings)
        if not isinstance(report, LockReport):
            found.wrong.append(f"{platform}: solves, but was not locked: {report}"[:300])
            return
        first = options.lockfile.read_bytes()
        lock_plan(plan, replace(options, fresh=True), surroundings)
        if options.lockfile.read_bytes() != first:
            found.wrong.append(f"{platform}: two runs, two locks")
        found.locked.append(platform)
        found.packages += report.platforms[0].conda
        _check(plan, options, surroundings, found)


def _check(plan: Plan, options: LockOptions, surroundings: Surroundings, found: Outcome) -> None:
    platform = plan.platforms[0]
    checked = check_plan(plan, options, surroundings)
    if checked.reasons:
        found.wrong.append(f"{platform}: not what was asked for: {checked.reasons[0].message}")
        return
    whole = options.lockfile.read_text("utf-8")
    for kind, (change, words) in TAMPERING.items():
        document = yaml.load(whole, yaml.CSafeLoader)
        change(document)
        options.lockfile.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper), "utf-8")
        if _names(check_plan(plan, options, surroundings), words):
            found.caught[kind] += 1
        else:
            found.wrong.append(f"{platform}: not caught: {kind}")
    options.lockfile.write_text(whole, "utf-8")


def _names(report: CheckReport, words: str) -> bool:
    return any(words in reason.message for reason in report.reasons)


def _environ(channels: str) -> dict[str, str]:
    folder = Path(channels).resolve().as_uri()
    return {
        "CONDA_CHANNEL_ALIAS": folder,
        "CONDA_DEFAULT_CHANNELS": f"{folder}/main,{folder}/r",
        "PATH": os.environ["PATH"],
    }


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the counts as Markdown."""
    outcomes = list(outcomes)
    read = [one for one in outcomes if one.read]
    locks = sum(len(one.locked) for one in read)
    by_platform = Counter(platform for one in read for platform in one.locked)
    caught: Counter[str] = Counter()
    for one in read:
        caught.update(one.caught)
    refused, without = sum(one.refused for one in read), sum(one.without_records for one in read)
    right = locks - _wrong(read, "two locks", "asked for")
    platforms = ", ".join(f"{count} for {platform}" for platform, count in sorted(by_platform.items()))
    named = ", ".join(f"{kind} {caught[kind]}/{locks}" for kind in TAMPERING)
    lines = (
        f"{len(outcomes)} files, {len(read)} of which are read and ask for packages.",
        f"{sum(1 for one in read if one.locked)} files solve on at least one platform; {locks} locks: {platforms}.",
        f"{refused} times a file does not solve on a platform, {without} times a channel is not in the snapshot.",
        f"{sum(one.packages for one in read):,} packages were locked.",
        f"Two runs gave the same bytes, and `--check` found nothing, {right} of {locks} times.",
        f"Tampering that was named, of as many tries: {named}.",
    )
    return "\n".join(f"- {line}" for line in lines)


def _wrong(outcomes: Iterable[Outcome], *words: str) -> int:
    return sum(1 for one in outcomes for text in one.wrong if any(word in text for word in words))


def main() -> int:
    """Lock all files and renew the page. Returns 1 where anything went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("channels")
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    files = sorted(str(path) for path in ENVS.iterdir() if path.suffix not in {".md", ".tsv", ".jsonl"})
    files = files[:: max(1, len(files) // arguments.files)] if arguments.files else files
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(2) as pool:
        for outcome in pool.map(outcome_of, files, [arguments.channels] * len(files)):
            outcomes.append(outcome)
            for text in outcome.wrong:
                print(f"{outcome.file}: {text}", flush=True)
            if len(outcomes) % 50 == 0:
                print(f"{len(outcomes)} of {len(files)}", file=sys.stderr, flush=True)
    text = table(outcomes)
    print(text)
    if not arguments.check:
        page = PAGE.read_text("utf-8")
        head, _, rest = page.partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")
    return 1 if any(one.wrong for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
