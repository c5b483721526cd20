"""Dependencies as text: lists, trees, ways to a package, and what each line brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed
from envdoctor.graph import walks
from envdoctor.report.layout import BLANK, Line, Role, joined, lay_out
from envdoctor.report.words import counted, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.dependencies import (
        Ask,
        Bound,
        Dependencies,
        DependencyReport,
        Package,
        Reasons,
        Way,
        Weight,
    )
    from envdoctor.model.place import Notice

REPEAT = "(*)"
MOST_WEIGHTS = 5
MOST_BOUNDS, MOST_ALIKE = 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What of the dependencies is to be seen: what one package needs, or with `invert` who needs it, how deep."""

    package: str | None = None
    depth: int | None = None
    invert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What text is written on."""

    width: int
    colour: bool
    verbose: bool = False


def render_list(report: DependencyReport, look: Look, paper: Paper) -> str:
    """Return each package with what it needs, or who needs it, one line each."""
    blocks = []
    for one in report.platforms:
        part = walks.part_of(one, package=look.package, depth=look.depth, invert=look.invert)
        rows = [Line(indent=2, text=_row(part, package, invert=look.invert), hang=4) for package in part.packages]
        blocks.append((_title(report, one, _counted(part)), *rows))
    return lay_out(joined(*blocks, _notes(report)), width=paper.width, colour=paper.colour)


def _row(part: Dependencies, package: Package, *, invert: bool) -> str:
    names = [name for name, _ in walks.branches(part, package.name, invert=invert)]
    arrow = "←" if invert else "→"
    return f"{_words(package)} {arrow} {', '.join(names)}" if names else _words(package)


def _counted(part: Dependencies) -> str:
    return counted(sum(not package.virtual for package in part.packages), "package")


def _words(package: Package) -> str:
    return f"{package.name} {package.version}"


def _title(report: DependencyReport, one: Dependencies, words: str) -> Line:
    return Line(text=f"{report.name} on {listed(one.platforms)}: {words}", role=Role.HEADLINE, hang=2)


def _notes(report: DependencyReport) -> tuple[Line, ...]:
    return notice_lines(report.notices)


def notice_lines(notices: Sequence[Notice]) -> tuple[Line, ...]:
    """Return notices as lines."""
    return tuple(Line(text=str(notice), role=Role.WARNING, hang=2) for notice in notices)


def render_tree(report: DependencyReport, look: Look, paper: Paper) -> str:
    """Return an indented tree from the lines, or from one package; what stands above already is marked `(*)`."""
    blocks = []
    for one in report.platforms:
        writer = _Tree(one, look)
        blocks += [(_title(report, one, _counted(one)), *writer.lines()), _summary(one, look)]
    if any(REPEAT in line.text for block in blocks for line in block):
        what = "who needs it" if look.invert else "what it needs"
        blocks.append((Line(text=f"{REPEAT} {what} stands above"),))
    return lay_out(joined(*blocks, _notes(report)), width=paper.width, colour=paper.colour)


@dataclass(slots=True)
class _Tree:
    """Writes one tree, each package's branches once."""

    dependencies: Dependencies
    look: Look
    written: set[str] = field(default_factory=set)
    knots: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        """The rows of the tree."""
        packages = {package.name: package for package in self.dependencies.packages}
        self.knots = {name: knot for knot in walks.cycles(self.dependencies) for name in knot}
        if self.look.package is not None:
            found = packages.get(self.look.package)
            return [] if found is None else self._branch(found, packages, 0, "", ())
        rows: list[Line] = []
        for ask in self.dependencies.asks:
            package = packages.get(ask.name)
            if package is not None:
                rows += self._branch(package, packages, 0, _asked(ask, known=self.dependencies.asks_known), ())
        return rows

    def _branch(
        self, package: Package, packages: dict[str, Package], depth: int, said: str, above: tuple[str, ...]
    ) -> list[Line]:
        text = f"{_words(package)}{f'  {said}' if said else ''}"
        if package.name in above:
            return [Line(indent=2 + 2 * depth, text=f"{text} (cycle: needs itself)", hang=4)]
        below = walks.branches(self.dependencies, package.name, invert=self.look.invert)
        if package.name in self.written and below:
            return [Line(indent=2 + 2 * depth, text=f"{text} {REPEAT}", hang=4)]
        rows = [Line(indent=2 + 2 * depth, text=text, hang=4)]
        if self.look.depth is not None and depth >= self.look.depth:
            return rows
        self.written.add(package.name)
        for name, need in below:
            if name in packages:
                said = _needed("; ".join(need.texts), need.target)
                rows += self._branch(packages[name], packages, depth + 1, said, (*above, package.name))
        return rows


def _asked(ask: Ask, *, known: bool) -> str:
    if not known:
        return ""
    where = "" if ask.place is None else f" ({ask.place.file}:{ask.place.line})"
    return f"{ask.text}{where}"


def _needed(texts: str, target: str) -> str:
    """What is said beyond the name."""
    parts = [text.removeprefix(target).strip() for text in texts.split("; ")]
    return ", ".join(part for part in parts if part)


def _summary(one: Dependencies, look: Look) -> tuple[Line, ...]:
    if look.package is not None:
        return ()
    found, knots = walks.weights(one), walks.cycles(one)
    rows = [Line(text="What brings most, with all that it needs, and what nothing else would bring:")] if found else []
    rows += [Line(indent=2, text=_weight(weight), hang=4) for weight in found[:MOST_WEIGHTS]]
    if len(found) > MOST_WEIGHTS:
        rows.append(Line(indent=2, text=f"and {len(found) - MOST_WEIGHTS} more"))
    rows += [Line(text=f"Cycle: {' and '.join(knot)} need each other.", hang=2) for knot in knots]
    ends = walks.leaves(one)
    rows.append(Line(text=f"{counted(len(ends), 'package')} need{'s' if len(ends) == 1 else ''} no other."))
    return tuple(rows)


def _weight(weight: Weight) -> str:
    whole, own = counted(weight.packages, "package"), f"{weight.own_packages:,} of them alone"
    if weight.unknown == weight.packages:
        return f"{weight.ask.name}: {whole}, {own}"
    more = f" and {weight.unknown} of unknown size" if weight.unknown else ""
    return f"{weight.ask.name}: {whole}, {size(weight.size)}{more}; {own}, {size(weight.own_size)}"


def render_why(name: str, report: DependencyReport, found: Sequence[Reasons], paper: Paper) -> str:
    """Return why a package is there, platform by platform, those alike together."""
    told: dict[tuple[object, ...], list[Reasons]] = {}
    for reasons in found:
        told.setdefault((reasons.package, reasons.ways, reasons.bounds, reasons.near), []).append(reasons)
    blocks = []
    for alike in told.values():
        platforms = [platform for one in alike for platform in one.platforms]
        blocks.append(_why(name, report, alike[0], platforms, paper))
    return lay_out(joined(*blocks, _notes(report)), width=paper.width, colour=paper.colour)


def _why(
    name: str, report: DependencyReport, reasons: Reasons, platforms: Sequence[str], paper: Paper
) -> tuple[Line, ...]:
    where = f"{report.name} on {listed(platforms)}"
    if reasons.package is None:
        near = f"; did you mean {listed(reasons.near, 'or')}?" if reasons.near else ""
        return (Line(text=f"✗ {name} is not in {where}{near}", role=Role.FAILURE, hang=2),)
    rows = [Line(text=f"{reasons.package} is in {where}", role=Role.HEADLINE, hang=2), BLANK]
    rows += [Line(indent=2, text=way_words(way), hang=4, chain=True) for way in reasons.ways]
    if reasons.cut:
        rows.append(Line(indent=2, text=f"and {reasons.cut} more ways as short"))
    if not reasons.ways:
        rows.append(Line(indent=2, text="no line brings it"))
    rows += _bounded(reasons, verbose=paper.verbose)
    return tuple(rows)


def _bounded(reasons: Reasons, *, verbose: bool) -> list[Line]:
    """Who bounds the version, those together who say the same."""
    alike: dict[str, list[str]] = {}
    for bound in reasons.bounds:
        alike.setdefault("" if bound.of_line else _says(bound), []).append(bound.who)
    told = list(alike.pop("", []))
    told += [f"{_some(who, verbose=verbose)} {said}" for said, who in alike.items()]
    shown = told if verbose else told[:MOST_BOUNDS]
    rows = [Line(indent=2, text=text, hang=2) for text in shown]
    if len(shown) < len(told):
        rows.append(Line(indent=2, text=f"and {len(told) - len(shown)} more (--verbose)"))
    return [BLANK, Line(text="Its version is bound by:"), *rows] if rows else []


def _some(who: Sequence[str], *, verbose: bool) -> str:
    told = who if verbose or len(who) <= MOST_ALIKE else [*who[: MOST_ALIKE - 1], f"{len(who) - MOST_ALIKE + 1} more"]
    return listed(told)


def _says(bound: Bound) -> str:
    return f"{'→' if bound.needed else 'allows only'} {bound.text}"


def way_words(way: Way) -> str:
    """Return a way from a line to a package on one line."""
    ask = way.ask
    where = "" if ask.place is None else f" ({ask.place.file}:{ask.place.line})"
    first, *rest = way.steps
    start = f"{ask.text}{where}" if not rest else f"{ask.text}{where}: {_words(first[0])}"
    return " → ".join([start, *(f"{package.name} {package.version} ({text})" for package, text in rest)])
