"""Proofs of fixes: the edited text is read from scratch, and py-rattler solves it on every platform."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.halves import conflicts_of_halves
from envdoctor.engine.records import native_name
from envdoctor.engine.specs import version
from envdoctor.environment.arguments import COMMAND_LINE
from envdoctor.environment.edited_values import with_edits
from envdoctor.environment.edits import edited
from envdoctor.environment.read import STANDARD_INPUT, raw_file, read_environment
from envdoctor.errors import InputError, RecordsError, UsageError
from envdoctor.model.fixes import Action, Fix, Proven, VersionChange
from envdoctor.solving.solution_check import is_solution
from envdoctor.solving.verdict import SecondOpinion, expressible
from envdoctor.workflows.requests import gateway_for, requests
from envdoctor.workflows.stating import with_settings

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
    gateway: Gateway
    opinions: tuple[tuple[Request, SecondOpinion], ...]
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An environment after its edits; `refusal` says why its text could not be edited, empty where it could."""

    environment: EnvironmentSpec
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """Proves proposals for one environment as it was read; `joint` knows what its lines could have got."""

    environment: EnvironmentSpec
    gateway: Gateway
    joint: Joint
    options: ExplainOptions
    surroundings: Surroundings
    deadline: float
    """When the time is up, as `time.monotonic` counts."""

    def start(self, proposal: Proposal) -> Started | None:
        """Begin a proof; None where the edits cannot be made, or leave what cannot be asked."""
        options = with_settings(self.options, proposal.settings)
        try:
            after = self._edited(proposal.edits)
            if conflicts_of_halves(after.environment):
                return None
            asked = requests(after.environment, options, self.surroundings)
        except (InputError, UsageError):
            return None
        if not all(expressible(request) for request in asked):
            return None
        gateway = self.gateway_to(after.environment, options)
        left = max(self.deadline - time.monotonic(), 0)
        opinions = tuple((request, SecondOpinion(request, gateway, left)) for request in asked)
        return Started(proposal=proposal, gateway=gateway, opinions=opinions, refusal=after.refusal)

    def finish(self, started: Started) -> Fix | None:
        """Return the proven fix; None where a platform does not solve, or not within the time limit."""
        proven: list[Proven] = []
        for request, opinion in started.opinions:
            natives = _answer(opinion)
            if natives is None or not is_solution(request, natives, started.gateway):
                return None
            changes = self._changes(started, request, natives)
            proven.append(Proven(platform=request.target.subdir, packages=len(natives), changes=changes))
        proposal = started.proposal
        return Fix(
            kind=proposal.kind,
            cost=proposal.cost,
            edits=proposal.edits,
            settings=proposal.settings,
            verified=tuple(proven),
            notes=proposal.notes,
            refusal=started.refusal,
        )

    def _edited(self, edits: Sequence[Edit]) -> Edited:
        """The environment with its texts edited and read anew. Raises `InputError`."""
        expected = with_edits(self.environment, edits)
        files = [source for source in self.environment.sources if source != COMMAND_LINE]
        specs = [line.text for line in expected.requirements if line.place.line is None]
        try:
            contents = edited_files(edits)
        except InputError as error:
            return Edited(environment=expected, refusal=error.message)
        if STANDARD_INPUT in files:
            return Edited(environment=expected)
        after = read_environment(files, specs=specs, instead=contents.get)
        if _lines(after) != _lines(expected):
            raise InputError("the edited file does not read as it should")
        return Edited(environment=after)

    def gateway_to(self, after: EnvironmentSpec, options: ExplainOptions) -> Gateway:
        """Return the gateway that knows the credentials of all channels: another one only for channels that are new."""
        known = {line.text for line in self.environment.channels} | set(self.options.channels)
        if known >= {line.text for line in after.channels} | set(options.channels):
            return self.gateway
        return gateway_for(after, options, self.surroundings)

    def _changes(
        self, started: Started, request: Request, natives: Sequence[NativeRecord]
    ) -> tuple[VersionChange, ...]:
        """What every line of the file gets, where that is not the newest that it matched as written."""
        got = {native_name(native): str(native.version) for native in natives}
        places = {(edit.place, edit.before) for edit in started.proposal.edits}
        gone = {(edit.place, edit.before) for edit in started.proposal.edits if edit.action is Action.REMOVE}
        known = {line.name for line in self.environment.requirements}
        found: dict[str, VersionChange] = {
            line.name: VersionChange(name=line.name, before=None, after=got.get(line.name), touched=True)
            for line in request.requirements
            if line.name not in known
        }
        for line in self.environment.requirements_on(request.target.subdir):
            if (line.place, line.text) in gone:
                continue
            shelf = self.joint.shelf(line)
            before = next((one for one in reversed(shelf.versions) if one in shelf.matched), None)
            after = got.get(line.name)
            if before != after:
                found[line.name] = VersionChange(
                    name=line.name,
                    before=before,
                    after=after,
                    older=before is not None and after is not None and version(after) < version(before),
                    newest=shelf.versions[-1] if shelf.versions else None,
                    touched=(line.place, line.text) in places,
                )
        return tuple(found.values())


def edited_files(edits: Sequence[Edit]) -> dict[str, bytes]:
    """Return the new bytes of each file that is edited. Raises `InputError` where that cannot be done."""
    files = dict.fromkeys(edit.place.file for edit in edits if edit.place.file != COMMAND_LINE)
    if STANDARD_INPUT in files:
        raise InputError("standard input is no file that could be edited; give the file's name")
    return {file: edited(raw_file(file), [edit for edit in edits if edit.place.file == file], file) for file in files}


def _lines(environment: EnvironmentSpec) -> tuple[Counter[str], list[str], Counter[str]]:
    """What an environment asks for, in a form that does not depend on places."""
    return (
        Counter(line.text for line in environment.requirements),
        [line.text for line in environment.channels],
        Counter(line.text for line in environment.pip),
    )


def _answer(opinion: SecondOpinion) -> tuple[NativeRecord, ...] | None:
    try:
        answer = opinion.answer()
    except RecordsError:
        return None
    return None if answer is None else answer[0]
