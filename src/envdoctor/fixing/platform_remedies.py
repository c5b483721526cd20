"""Platforms as the cause: a line for some of them only, one platform less, or one that another can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.environment.selectors import evaluate
from envdoctor.fixing.illness import cost_of
from envdoctor.fixing.proposals import Proposal
from envdoctor.model.fixes import Action, Edit, FixKind, Setting
from envdoctor.model.names import Subdir

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.fixing.illness import Illness
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.specs import Requirement

_SELECTORS = ("linux", "osx", "win", "unix", "not win", "not osx", "not linux")
_RUNS = {"osx-arm64": ("osx-64", "Rosetta"), "win-arm64": ("win-64", "Windows' emulation")}
"""Platforms that can run the programs of another, and by what."""


def remedies(ill: Illness) -> tuple[Proposal, ...]:
    """Return what could be done about platforms that do not solve."""
    if not ill.refusals:
        return ()
    return (*_fewer(ill), *_emulated(ill))


def _fewer(ill: Illness) -> Iterator[Proposal]:
    if not ill.solved:
        return
    refused = [refusal.platform for refusal in ill.refusals]
    lines = _fewest_lines(ill)
    selector = _selector(ill.solved, refused)
    if lines and selector and all(line.platforms is None for line in lines):
        edits = tuple(
            Edit(
                place=line.place,
                action=Action.SELECT,
                kind=FixKind.SELECTOR,
                before=line.text,
                after=f"# [{selector}]",
            )
            for line in lines
        )
        note = (
            "Selectors in comments are read by envdoctor and conda-lock; conda and mamba install the line everywhere."
        )
        yield Proposal(kind=FixKind.SELECTOR, cost=cost_of(FixKind.SELECTOR, len(edits)), edits=edits, notes=(note,))
    yield _without(ill.environment, refused, ill.solved)


def _fewest_lines(ill: Illness) -> tuple[Requirement, ...]:
    """The lines that the refused platforms can do without, as few as there are."""
    found: dict[Requirement, None] = {}
    for refusal in ill.refusals:
        if not refusal.outcome.corrections:
            return ()
        found |= dict.fromkeys(refusal.outcome.corrections[0])
    return tuple(found)


def _selector(solved: Sequence[Subdir], refused: Sequence[Subdir]) -> str | None:
    """The shortest selector that is true on the solved platforms and on none of the refused."""
    exact = " or ".join(solved)
    for text in (*_SELECTORS, exact):
        chosen = evaluate(text) or ()
        if set(solved) <= set(chosen) and not set(refused) & set(chosen):
            return text
    return None


def _without(environment: EnvironmentSpec, refused: Sequence[Subdir], solved: Sequence[Subdir]) -> Proposal:
    """Only the platforms that solve: as the option has it, since a file's list says where it is wanted."""
    del environment
    setting = Setting(
        option="--platform",
        value=" --platform ".join(solved),
        kind=FixKind.PLATFORM,
        warning=f"Leaves out {', '.join(refused)}.",
    )
    return Proposal(kind=FixKind.PLATFORM, cost=cost_of(FixKind.PLATFORM), settings=(setting,))


def _emulated(ill: Illness) -> Iterator[Proposal]:
    platforms = list(ill.platforms)
    refused = [refusal.platform for refusal in ill.refusals]
    if len(refused) != 1 or refused[0] not in _RUNS:
        return
    other, by = _RUNS[refused[0]]
    if other in platforms:
        return
    wanted = [Subdir(other) if one == refused[0] else one for one in platforms]
    setting = Setting(
        option="--platform",
        value=" --platform ".join(wanted),
        kind=FixKind.PLATFORM,
        conda=f"CONDA_SUBDIR={other}",
        warning=f"{refused[0]} runs programs for {other} by {by}: slower, and the whole environment is for {other}.",
    )
    yield Proposal(kind=FixKind.PLATFORM, cost=cost_of(FixKind.PLATFORM) + 1, settings=(setting,))
