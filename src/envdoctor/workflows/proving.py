"""Proofs of fixes: the edited text is read from scratch, and py-rattler solves it on every platform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.analysis.halves import conflicts_of_halves
from envdoctor.engine.records import native_name
from envdoctor.engine.specs import version
from envdoctor.environment.edits import edited
from envdoctor.environment.read import raw_file, read_environment
from envdoctor.errors import InputError, RecordsError, UsageError
from envdoctor.model.fixes import Fix, Proven, VersionChange
from envdoctor.solving.solution_check import is_solution
from envdoctor.solving.verdict import SecondOpinion, expressible
from envdoctor.workflows.requests import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.gateway import Gateway, NativeRecord
    from envdoctor.fixing.joint import Joint
    from envdoctor.fixing.proposals import Proposal
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.fixes import Edit
    from envdoctor.model.target import Request
    from envdoctor.workflows.options import ExplainOptions, Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A proposal whose proof is under way: one second engine at work for each platform."""

    proposal: Proposal
    opinions: tuple[tuple[Request, SecondOpinion], ...]


class Prover:
    """Proves proposals for one environment as it was read."""

    def __init__(self, environment: EnvironmentSpec, options: ExplainOptions, surroundings: Surroundings) -> None:
        self._environment = environment
        self._options = options
        self._surroundings = surroundings

    def start(self, proposal: Proposal, gateway: Gateway) -> Started | None:
        """Begin a proof; None where the edited text cannot be read or is not what the edits were to make of it."""
        options = with_settings(self._options, proposal)
        after = self.edited(proposal.edits)
        if after is None or conflicts_of_halves(after):
            return None
        try:
            asked = requests(after, options, self._surroundings)
        except (InputError, UsageError):
            return None
        if not all(expressible(request) for request in asked):
            return None
        return Started(
            proposal=proposal,
            opinions=tuple((request, SecondOpinion(request, gateway, options.time_limit)) for request in asked),
        )

    def finish(self, started: Started, gateway: Gateway, joint: Joint | None) -> Fix | None:
        """Return the proven fix; None where a platform does not solve, or not within the time limit."""
        proven: list[Proven] = []
        for request, opinion in started.opinions:
            natives = _answer(opinion)
            if natives is None or not is_solution(request, natives, gateway):
                return None
            proven.append(
                Proven(
                    platform=request.target.subdir,
                    packages=len(natives),
                    changes=_changes(self._environment, started.proposal.edits, request, natives, joint),
                )
            )
        proposal = started.proposal
        return Fix(
            kind=proposal.kind,
            cost=proposal.cost,
            edits=proposal.edits,
            settings=proposal.settings,
            verified=tuple(proven),
            notes=proposal.notes,
        )

    def edited(self, edits: Sequence[Edit]) -> EnvironmentSpec | None:
        """Return the environment with its texts edited and read anew; None where that is not to be had."""
        specs = _edited_specs(self._environment, edits)
        files = tuple(source for source in self._environment.sources if source != "<command line>")
        try:
            contents = edited_files([edit for edit in edits if edit.place.line is not None])
            return read_environment(files, specs=specs, instead=contents.get)
        except InputError:
            return None


def edited_files(edits: Sequence[Edit]) -> dict[str, bytes]:
    """Return the new bytes of each file that is edited. Raises `InputError` where that cannot be done."""
    files = dict.fromkeys(edit.place.file for edit in edits)
    return {file: edited(raw_file(file), [edit for edit in edits if edit.place.file == file], file) for file in files}


def with_settings(options: ExplainOptions, proposal: Proposal) -> ExplainOptions:
    """Return the options with what a proposal wants to be stated."""
    del proposal
    return replace(options)


def _edited_specs(environment: EnvironmentSpec, edits: Sequence[Edit]) -> tuple[str, ...]:
    """The specs of the command line after the edits of them."""
    changed = {edit.before: edit.after for edit in edits if edit.place.line is None}
    specs = [changed.get(line.text, line.text) for line in environment.requirements if line.place.line is None]
    return tuple(spec for spec in specs if spec)


def _answer(opinion: SecondOpinion) -> tuple[NativeRecord, ...] | None:
    try:
        answer = opinion.answer()
    except RecordsError:
        return None
    return None if answer is None else answer[0]


def _changes(
    environment: EnvironmentSpec,
    edits: Sequence[Edit],
    request: Request,
    natives: Sequence[NativeRecord],
    joint: Joint | None,
) -> tuple[VersionChange, ...]:
    """What every line of the file gets, where that is not the newest that it matched as written."""
    got = {native_name(native): str(native.version) for native in natives}
    found: dict[str, VersionChange] = {}
    for line in environment.requirements_on(request.target.subdir):
        shelf = None if joint is None else joint.shelf(line)
        allowed = [one for one in shelf.versions if one in shelf.matched] if shelf else []
        before, after = (allowed[-1] if allowed else None), got.get(line.name)
        if before != after:
            older = before is not None and after is not None and version(after) < version(before)
            newest = shelf.versions[-1] if shelf and shelf.versions else None
            found[line.name] = VersionChange(name=line.name, before=before, after=after, older=older, newest=newest)
    return tuple(found.values())
