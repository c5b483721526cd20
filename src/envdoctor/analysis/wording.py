"""Facts, domains and chains in words. The field's words, whole sentences, no box drawing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.model.facts import Constrains, HiddenByPriority, NewerThanCutoff, VirtualPackageIs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.outcome import Chain, Domain, Step
    from envdoctor.model.specs import Requirement

PYTHON_ABI = "python_abi"
WIDEST_START = 36
"""Beginnings of rows that are longer do not push the others' arrows to the right."""
MOST_RANGES = 3
MOST_ROWS = 11
"""Rows of chains; with the note on joined steps an explanation has twelve lines below its headline at the most."""

JOINED = "(+)"
JOINED_NOTE = f"{JOINED} together with the rows above"


def placed(line: Requirement) -> str:
    """Return a line with its place: `gdal=3.8 (line 6)`, with the file's name where it is no plain file line."""
    if line.place.line is None:
        return line.text
    return f"{line.text} (line {line.place.line})"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Return `a, b and c`."""
    if len(words) < 2:  # noqa: PLR2004
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def versions(domain: Domain) -> str:
    """Return the versions of a domain: the bound where there is one, else the runs, cut in the middle if many."""
    if domain.bound is not None:
        return domain.bound
    runs = [str(run) for run in domain.ranges]
    if len(runs) > MOST_RANGES:
        runs = [*runs[: MOST_RANGES - 1], "…", runs[-1]]
    return ", ".join(runs)


def step_words(step: Step) -> str:
    """Return one step of a chain: `libgdal 3.8.3–3.8.5`."""
    domain = step.domain
    if domain.name == PYTHON_ABI:
        # A package is built for a python; the ABI package that says so is nothing a person asks for.
        return " ".join(["built for python", versions(domain), *([JOINED] if step.joined else [])])
    if isinstance(step.fact, VirtualPackageIs) and not domain.ranges:
        return f"no {domain.name}"
    words = [domain.name, versions(domain)]
    if domain.builds is not None:
        # A share of the builds says itself what it counts.
        words.append(f"({domain.builds})" if domain.builds.endswith(" builds") else f"(build {domain.builds})")
    if step.backward:
        words.insert(0, "leaves" if domain.ranges else "leaves no")
    elif isinstance(step.fact, Constrains):
        words.insert(0, "allows only" if domain.ranges else "allows no")
    if step.joined:
        words.append(JOINED)
    return " ".join(word for word in words if word)


def chain_lines(chains: Sequence[Chain]) -> tuple[str, ...]:
    """Return the chains as lines, their beginnings in one column, and the note on joined steps where one is needed."""
    rows = [_row(chain) for chain in chains if _says_more_than_its_line(chain)]
    width = max((len(start) for start, _ in rows if len(start) <= WIDEST_START), default=0)
    lines = [f"{start:<{width}} → {rest}" if rest else start for start, rest in rows]
    if len(lines) > MOST_ROWS:
        lines = [*lines[: MOST_ROWS - 1], f"… and {len(lines) - MOST_ROWS + 1} more steps (--verbose)"]
    if any(JOINED in line for line in lines):
        lines.append(JOINED_NOTE)
    return tuple(lines)


def _says_more_than_its_line(chain: Chain) -> bool:
    own_abi = chain.start is not None and chain.start.name == "python" and chain.steps[-1].domain.name == PYTHON_ABI
    return bool(chain.end or chain.through) or chain.start is None or (len(chain.steps) > 1 and not own_abi)


def _says_nothing(step: Step) -> bool:
    """Whether a step is about python's ABI and leaves them all."""
    return step.domain.name == PYTHON_ABI and [str(run) for run in step.domain.ranges] == ["3.*"]


def _row(chain: Chain) -> tuple[str, str]:
    steps = list(chain.steps)
    ends_at_once = chain.end and len(steps) == 1
    if chain.through:
        begin = " + ".join(line.text for line in (chain.start, *chain.also) if line is not None)
        return begin, f"{step_words(replace(steps[0], joined=False))} (by way of {listed(chain.through)})"
    if chain.start is not None:
        begin = chain.start.text
        # The line's own package says nothing that the line does not say, unless it is all there is to say.
        shown = steps[1:] or ([] if ends_at_once else steps)
    elif chain.pin is not None:
        begin, shown = f"pin {chain.pin.text}", steps
    elif isinstance(steps[0].fact, (HiddenByPriority, NewerThanCutoff)):
        begin = "strict priority" if isinstance(steps[0].fact, HiddenByPriority) else "--exclude-newer"
        shown = [replace(steps[0], backward=True), *steps[1:]]
    else:
        begin, shown = step_words(steps[0]).removeprefix("built for "), steps[1:]
    shown = [step for step in shown if not _says_nothing(step)]
    words = [step_words(step) for step in shown]
    if chain.end.startswith("but "):
        return begin, f"{' → '.join(words)}, {chain.end}"
    if chain.end:
        # What is asked for and not there says it better than an empty step.
        words = (
            [*words, chain.end] if chain.end.startswith("but ") else [*words[:-1], chain.end] if words else [chain.end]
        )
    return begin, " → ".join(words)


def cannot_be_together(lines: Sequence[Requirement], why: str) -> str:
    """Return the headline of a clash: which lines, and why not."""
    together = "cannot both hold" if len(lines) == 2 else "cannot hold together"  # noqa: PLR2004
    return f"{listed([placed(line) for line in lines])} {together}: {why}."
