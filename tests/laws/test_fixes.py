"""The laws of fixes, on small random worlds: what is shown does mend the file, and nothing cheaper was passed over."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given
from hypothesis import strategies as st

from envdoctor.engine.gateway import Gateway
from envdoctor.engine.specs import parse_spec
from envdoctor.environment.edits import edited
from envdoctor.fixing.corrections import corrections
from envdoctor.fixing.joint import Joint
from envdoctor.fixing.loosening import alternatives, removal
from envdoctor.fixing.nearest import nearest
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.fixes import Action, FixKind
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from envdoctor.workflows.apply_fix import apply_fix
from envdoctor.workflows.explain import explain_environment
from envdoctor.workflows.options import ExplainOptions, Surroundings
from tests.laws import worlds
from tests.laws.test_laws import lines_of
from tests.laws.test_least_change import few
from tests.laws.worlds import CHANNELS, NAMES, Plain, Recipe, recipes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from envdoctor.fixing.loosening import Alternative
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.specs import Requirement

FILE = "environment.yml"
OF_LINES = {FixKind.BUILD, FixKind.VARIANT, FixKind.PATCH, FixKind.MINOR, FixKind.MAJOR, FixKind.DUPLICATE}


@st.composite
def crowded(draw: st.DrawFn) -> Recipe:
    """Worlds with many versions of few names that need each other's versions, and lines that pin them."""
    versions = ("1.0", "1.1", "1.2", "2.0", "2.1", "3.0")
    records: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = {}
    for name in NAMES[:4]:
        for version in draw(st.lists(st.sampled_from(versions), min_size=2, max_size=6, unique=True)):
            others = st.sampled_from([other for other in NAMES[:4] if other != name])
            bound = st.sampled_from((">=1.1", ">=2", "<2", "<1.2", "1.*", "2.*", ">=1.1,<3", "==2.0", "*"))
            depends = draw(st.lists(st.tuples(others, bound), max_size=2, unique_by=lambda pair: pair[0]))
            record = {
                "name": name,
                "version": version,
                "build": "x0",
                "build_number": 0,
                "depends": [f"{other} {text}" for other, text in depends],
                "constrains": [],
                "timestamp": worlds.CUTOFF,
            }
            records[name, version] = ("first", record)
    pinned = st.sampled_from(("{} 1.0.*", "{} ==2.0", "{} 2.*", "{} <1.2", "{} >=2.1", "{} 3.*", "{}"))
    names = draw(st.lists(st.sampled_from(NAMES[:4]), min_size=2, max_size=4))
    return Recipe(
        records=tuple(record for _, record in sorted(records.items())),
        lines=tuple((draw(pinned).format(name), None) for name in names),
        pins=(),
        virtual=None,
        priority=ChannelPriority.STRICT,
        cutoff=False,
    )


any_world = st.one_of(crowded(), crowded(), recipes())


def without_extras(recipe: Recipe) -> Recipe:
    """A recipe whose request a file can say: no channels in lines, no pins, nothing about a machine or a date."""
    lines = tuple((text, None) for text, _ in recipe.lines if not text.startswith("__"))
    return replace(recipe, lines=lines, pins=(), virtual=None, cutoff=False, priority=ChannelPriority.STRICT)


@contextlib.contextmanager
def refused(recipe: Recipe) -> Iterator[World]:
    """The world of a recipe that cannot be solved; others are passed over."""
    assume(recipe.lines)
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        assume(not Plain(world).solvable(lines_of(world)))
        yield world


@contextlib.contextmanager
def refused_file(recipe: Recipe) -> Iterator[Path]:
    """A folder with an environment file that does not solve."""
    recipe = without_extras(recipe)
    with refused(recipe) as world:
        folder = Path(world.request.tiers[0].members[0].url.removeprefix("file://")).parent
        channels = "".join(f"  - {(folder / channel).as_uri()}\n" for channel in CHANNELS)
        lines = "".join(f"  - {text}   # {number}\n" for number, (text, _) in enumerate(recipe.lines))
        text = f"# é\nchannels:\n{channels}platforms: [linux-64]\ndependencies:\n{lines}variables:\n  A: b\n"
        (folder / FILE).write_text(text, "utf-8")
        with contextlib.chdir(folder):
            yield folder


def explained(folder: Path, most: int | None) -> Diagnosis:
    options = ExplainOptions(
        arguments=(FILE,), priority=ChannelPriority.STRICT, override_channels=True, fixes=most, proof=False
    )
    return explain_environment(options, Surroundings(environ={}, home=folder, folder=folder))


@few
@given(any_world)
def test_every_fix_mends_the_file_and_leaves_all_other_bytes(recipe: Recipe) -> None:
    with refused_file(recipe) as folder:
        raw = (folder / FILE).read_bytes()
        found = explained(folder, 5).fixes
        assert found is not None
        assert found.complete
        assert explained(folder, 5).fixes == found, "two runs differ"
        for fix in found.found:
            if fix.settings:
                continue
            apply_fix(fix, backup=False)
            assert explained(folder, 0).solvable
            assert (folder / FILE).read_bytes() == edited(raw, fix.edits, FILE)
            assert only_these_lines_differ(raw, (folder / FILE).read_bytes(), {edit.place.line for edit in fix.edits})
            (folder / FILE).write_bytes(raw)


def only_these_lines_differ(before: bytes, after: bytes, touched: set[int | None]) -> bool:
    kept = [line for number, line in enumerate(before.splitlines(keepends=True), start=1) if number not in touched]
    rest = iter(after.splitlines(keepends=True))
    return all(line in rest for line in kept)


@few
@given(any_world)
def test_no_change_of_one_line_is_cheaper(recipe: Recipe) -> None:
    """Every alternative of every line is tried by the plain solver, each in a world of its own."""
    with refused_file(recipe) as folder:
        found = explained(folder, None).fixes
        assert found is not None
        shown = [fix.cost for fix in found.found if len(fix.edits) == 1 and not fix.settings and fix.kind in OF_LINES]
        world = world_of(folder, recipe)
        costs = [one.cost for one in by_hand(world)]

        assert min(shown, default=None) == min(costs, default=None)


def world_of(folder: Path, recipe: Recipe) -> World:
    return World(worlds.request(without_extras(recipe), folder), Gateway())


def by_hand(world: World) -> Iterator[Alternative]:
    """The alternatives of one line that the plain solver accepts beside the others as they are."""
    joint, lines = Joint([Oracle(world)]), world.request.requirements
    for index, line in enumerate(lines):
        known = [*alternatives(line, joint.shelf(line))]
        if any(other.name == line.name for other in lines if other is not line):
            known.append(removal(line, FixKind.DUPLICATE))
        for one in known:
            changed = [line_with(one)] if one.text else []
            asked = (*lines[:index], *changed, *lines[index + 1 :])
            request = replace(world.request, requirements=asked, wanted_channels=(None,) * len(asked))
            if Plain(World(request, world.gateway)).solvable(range(len(asked))):
                yield one


def line_with(one: Alternative) -> Requirement:
    return replace(one.line, text=one.text, spec=parse_spec(one.text))


@few
@given(any_world)
def test_the_sets_that_give_way_are_all_and_minimal(recipe: Recipe) -> None:
    with refused(without_extras(recipe)) as world:
        lines = world.request.requirements
        assume(len(set(lines)) == len(lines))
        found = [one for one in corrections(Joint([Oracle(world)])) if not one.given_up]

        assert {frozenset(one.loosened) for one in found} == minimal_by_hand(world)


def minimal_by_hand(world: World) -> set[frozenset[Requirement]]:
    """The minimal sets of lines that mend everything as bare names."""
    lines = [line for line in world.request.requirements if not line.spec.is_bare]
    found: set[frozenset[Requirement]] = set()
    for size in range(len(lines) + 1):
        for chosen in map(frozenset, combinations(lines, size)):
            if any(smaller <= chosen for smaller in found):
                continue
            asked = tuple(bare(line) if line in chosen else line for line in world.request.requirements)
            request = replace(world.request, requirements=asked)
            if Plain(World(request, world.gateway)).solvable(range(len(asked))):
                found.add(chosen)
    return found


def bare(line: Requirement) -> Requirement:
    return replace(line, text=line.name, spec=parse_spec(line.name))


@few
@given(any_world)
def test_no_choice_for_several_lines_is_cheaper(recipe: Recipe) -> None:
    with refused(without_extras(recipe)) as world:
        lines = world.request.requirements
        assume(len(set(lines)) == len(lines))
        joint = Joint([Oracle(world)])
        for giving_way in corrections(joint):
            groups = [alternatives(line, joint.shelf(line)) for line in giving_way.loosened]
            if giving_way.given_up or not groups:
                continue
            written = [line for line in joint.lines if line not in giving_way.loosened]
            chosen = nearest(joint, written, groups)
            costs = [sum(one.cost for one in choice) for choice in choices_by_hand(world, groups)]

            assert (None if chosen is None else sum(one.cost for one in chosen)) == min(costs, default=None)


def choices_by_hand(world: World, groups: Sequence[tuple[Alternative, ...]]) -> Iterator[tuple[Alternative, ...]]:
    """All choices of one alternative a group that the plain solver accepts."""
    choices: list[tuple[Alternative, ...]] = [()]
    for group in groups:
        choices = [(*chosen, one) for chosen in choices for one in group]
    for choice in choices:
        changed = {one.line: line_with(one) for one in choice}
        asked = tuple(changed.get(line, line) for line in world.request.requirements)
        request = replace(world.request, requirements=asked, wanted_channels=(None,) * len(asked))
        if Plain(World(request, world.gateway)).solvable(range(len(asked))):
            yield choice


def test_the_actions_are_those_that_the_laws_know() -> None:
    assert {action.value for action in Action} == {"replace", "remove", "insert-before", "insert-after", "select"}
