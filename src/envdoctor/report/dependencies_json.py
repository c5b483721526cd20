"""Dependencies as JSON (docs/json.md) and as drawings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from envdoctor.analysis.wording import listed
from envdoctor.graph import walks
from envdoctor.graph.conflict import Part
from envdoctor.report.drawing import Arrow, Picture, Shape
from envdoctor.report.layout import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.dependencies import Ask, Dependencies, DependencyReport, Package, Reasons
    from envdoctor.report.dependencies import Look

SCHEMA_VERSION = 1


def render_graph_json(report: DependencyReport, look: Look) -> str:
    """Return packages, needs, lines and weights of each platform."""
    return _text(
        {
            "schema_version": SCHEMA_VERSION,
            "name": report.name,
            "platforms": [_platform(one, look) for one in report.platforms],
            "notices": [str(notice) for notice in report.notices],
        }
    )


def render_why_json(name: str, report: DependencyReport, found: Sequence[Reasons]) -> str:
    """Return why a package is there."""
    return _text(
        {
            "schema_version": SCHEMA_VERSION,
            "name": report.name,
            "package": name,
            "platforms": [_reasons(one) for one in found],
            "notices": [str(notice) for notice in report.notices],
        }
    )


def _platform(one: Dependencies, look: Look) -> dict[str, Any]:
    part = walks.part_of(one, package=look.package, depth=look.depth, invert=look.invert)
    return {
        "platforms": list(part.platforms),
        "packages": [_package(package) for package in part.packages],
        "needs": [
            {"source": need.source, "target": need.target, "texts": list(need.texts), "needed": need.needed}
            for need in part.needs
        ],
        "lines": [_ask(ask) for ask in part.asks],
        "lines_known": part.asks_known,
        "cycles": [list(knot) for knot in walks.cycles(part)],
        "leaves": list(walks.leaves(part)),
        "weights": [
            {
                "line": _ask(weight.ask),
                "packages": weight.packages,
                "own_packages": weight.own_packages,
                "size": weight.size,
                "own_size": weight.own_size,
                "unknown": weight.unknown,
            }
            for weight in walks.weights(part)
        ],
    }


def _package(package: Package) -> dict[str, Any]:
    return {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "channel": package.channel,
        "size": package.size,
        "virtual": package.virtual,
    }


def _ask(ask: Ask) -> dict[str, Any]:
    place = ask.place
    return {
        "name": ask.name,
        "requirement": ask.text,
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
    }


def _reasons(one: Reasons) -> dict[str, Any]:
    return {
        "platforms": list(one.platforms),
        "package": None if one.package is None else _package(one.package),
        "ways": [
            {
                "line": _ask(way.ask),
                "steps": [{"package": _package(package), "text": text} for package, text in way.steps],
            }
            for way in one.ways
        ],
        "more_ways": one.cut,
        "bounds": [{"who": bound.who, "text": bound.text, "needed": bound.needed} for bound in one.bounds],
        "did_you_mean": list(one.near),
    }


def pictures_of(report: DependencyReport, look: Look) -> tuple[Picture, ...]:
    """Return one picture a platform, or for several that are alike: lines, packages, and who needs whom."""
    drawn = []
    for number, one in enumerate(report.platforms):
        part = walks.part_of(one, package=look.package, depth=look.depth, invert=look.invert)
        keys = {package.name: f"p{number}n{index}" for index, package in enumerate(part.packages)}
        shapes = [
            Shape(
                key=keys[package.name],
                label=shown(str(package)),
                part=Part.VIRTUAL_PACKAGE if package.virtual else Part.PACKAGE,
            )
            for package in part.packages
        ]
        arrows = [
            Arrow(
                source=keys[need.source],
                target=keys[need.target],
                label=shown("; ".join(need.texts)),
                link="needs" if need.needed else "allows-only",
            )
            for need in part.needs
            if need.needed
        ]
        if look.package is None and part.asks_known:
            for index, ask in enumerate(part.asks):
                place = ask.place
                where = "" if place is None else f" ({place.file}:{place.line})"
                shapes.append(
                    Shape(
                        key=f"p{number}l{index}",
                        label=shown(f"{ask.text}{where}"),
                        part=Part.LINE,
                        file="" if place is None else shown(place.file),
                        line=None if place is None else place.line,
                    )
                )
                if ask.name in keys:
                    arrows.append(
                        Arrow(source=f"p{number}l{index}", target=keys[ask.name], label="asks for", link="asks-for")
                    )
        drawn.append(Picture(title=listed(part.platforms), shapes=tuple(shapes), arrows=tuple(arrows)))
    return tuple(drawn)


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
