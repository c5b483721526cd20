"""Laws of comparing: nothing differs from itself, both directions say the same, and the changes lead from A to B."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from envdoctor.graph.locked import closure, key_of, roots
from envdoctor.lockfile.compare import compare, differences
from envdoctor.model.comparison import DirectFrom, DirectLine, Side, Turn
from envdoctor.model.lockfile import LockedPackage, Manager
from envdoctor.model.names import Subdir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.graph.locked import Key

PLATFORMS = tuple(map(Subdir, ("linux-64", "osx-arm64", "win-64")))
NAMES = ("python", "pip", "numpy", "pandas", "six", "tzdata")


@st.composite
def packages(draw: st.DrawFn, platform: Subdir, name: str, manager: Manager) -> LockedPackage:
    version = draw(st.sampled_from(["1.2", "1.10", "1.10.post1", "2.0rc1", "2.0", "2026a"]))
    conda = manager is Manager.CONDA
    build = draw(st.sampled_from(["py310_0", "py311_0"])) if conda else None
    channel = draw(st.sampled_from(["https://one.example.com/forge", "https://two.example.com/forge"]))
    ending = draw(st.sampled_from([".conda", ".tar.bz2"])) if conda else "-py3-none-any.whl"
    digest = draw(st.sampled_from("abc")) * 64
    depends = draw(st.lists(st.sampled_from([one for one in NAMES if one != name]), unique=True, max_size=3))
    return LockedPackage(
        name=name,
        version=version,
        platform=platform,
        url=f"{channel}/{platform}/{name}-{version}-{build}{ending}",
        manager=manager,
        build=build,
        depends=tuple(f"{one} >=1" for one in depends),
        sha256=digest,
    )


@st.composite
def platform_packages(draw: st.DrawFn, platform: Subdir) -> tuple[LockedPackage, ...]:
    keys = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(Manager)), unique=True, max_size=8))
    return tuple(draw(packages(platform, name, manager)) for name, manager in keys)


@st.composite
def sides(draw: st.DrawFn) -> Side:
    platforms = tuple(draw(st.lists(st.sampled_from(PLATFORMS), unique=True, max_size=3)))
    locked = tuple(package for platform in platforms for package in draw(platform_packages(platform)))
    told = draw(st.sampled_from(DirectFrom))
    lines = () if told in {DirectFrom.ROOTS, DirectFrom.UNKNOWN} else draw(st.lists(st.sampled_from(NAMES), max_size=3))
    return Side(
        name=draw(st.sampled_from(["a", "b"])),
        platforms=platforms,
        packages=locked,
        direct_from=told,
        lines=tuple(DirectLine(name=name, manager=Manager.CONDA, text=name) for name in lines),
    )


@given(sides())
def test_nothing_differs_from_itself(side: Side) -> None:
    found = compare(side, side)

    assert not found.differ
    assert sum(one.same for one in found.platforms) == len(side.packages)


@given(sides(), sides())
def test_both_directions_say_the_same(one: Side, other: Side) -> None:
    there, back = compare(one, other), compare(other, one)
    turned = {Turn.UPGRADE: Turn.DOWNGRADE, Turn.DOWNGRADE: Turn.UPGRADE, None: None}

    assert (there.only_before, there.only_after) == (back.only_after, back.only_before)
    assert there.differ == back.differ
    for forth, again in zip(there.platforms, back.platforms, strict=True):
        assert (forth.platform, forth.same) == (again.platform, again.same)
        assert [
            (change.name, change.manager, change.before, change.after, change.parts, change.turn, change.direct)
            for change in forth.changes
        ] == [
            (one.name, one.manager, one.after, one.before, one.parts, turned[one.turn], one.direct)
            for one in again.changes
        ]


@given(sides(), sides())
def test_the_changes_lead_from_one_side_to_the_other(one: Side, other: Side) -> None:
    for comparison in compare(one, other).platforms:
        there = {key_of(package): package for package in one.packages if package.platform == comparison.platform}
        for change in comparison.changes:
            key = (change.manager, change.name)
            if change.before is not None:
                assert there.pop(key) == change.before
            if change.after is not None:
                there[key] = change.after
        wanted = {key_of(package): package for package in other.packages if package.platform == comparison.platform}
        assert there.keys() == wanted.keys()
        assert not any(list(differences(there[key], wanted[key])) for key in wanted)
        assert all((there[key].version, there[key].sha256) == (wanted[key].version, wanted[key].sha256) or
                   there[key].filename != wanted[key].filename for key in wanted)  # fmt: skip


@given(sides(), sides())
def test_the_order_in_which_packages_are_given_does_not_matter(one: Side, other: Side) -> None:
    turned = replace(one, packages=one.packages[::-1], platforms=one.platforms[::-1])

    assert compare(turned, other).platforms == compare(one, other).platforms


@given(sides(), sides())
def test_whoever_asks_is_there_and_says_so(one: Side, other: Side) -> None:
    for comparison in compare(one, other).platforms:
        for change in comparison.changes:
            side = one if change.after is None else other
            for asker in change.askers:
                if asker.by is None:
                    assert any(line.text == asker.text for line in side.lines)
                    assert not asker.rules_out
                else:
                    assert asker.by in side.packages
                    assert asker.text in (asker.by.depends or ())


def wanted_names(locked: Sequence[LockedPackage]) -> st.SearchStrategy[list[Key]]:
    return st.lists(st.sampled_from([key_of(package) for package in locked])) if locked else st.just([])


@given(st.data(), platform_packages(PLATFORMS[0]))
def test_roots_bring_in_everything_and_none_is_too_many(data: st.DataObject, locked: tuple[LockedPackage, ...]) -> None:
    wanted = data.draw(wanted_names(locked))
    found = roots(locked, wanted)

    assert closure(locked, found) == {key_of(package) for package in locked}
    assert set(wanted) <= set(found)
    for key in set(found) - set(wanted):
        rest = [other for other in found if other != key]
        assert closure(locked, rest) != closure(locked, found)
