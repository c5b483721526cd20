"""ES: the specs of conda lines."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from envdoctor.engine.specs import allows, version
from envdoctor.engine.versions import depth
from envdoctor.fixing.written import written
from envdoctor.knowledge.platforms import is_transitive, only_on
from envdoctor.model.findings import Severity
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.rules.rule import Rule, hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.fixing.written import Condition
    from envdoctor.model.findings import Subject
    from envdoctor.model.specs import Requirement
    from envdoctor.rules.rule import Hit

PYTHON = "python"
EXPORT_LINES = 15
_UNASKED = "most of its {} lines name packages that only others need"
EXPORT_SHARE = 0.5
_EXACT_BUILD = re.compile(r"[\w.+]*(?:_\d+|h[0-9a-f]{7}\w*)$")
"""A build with a number or hash at its end; `mkl` or `cpu` alone choose a variant."""

_GLUED_STAR = re.compile(r"(?<![.\w*])(?:=+\s*|\s)\d[\w.]*[\w]\*(?=$|[\s,|=])")
_BOUND_WITH_STAR = re.compile(r"[<>]=?\s*\d[\w.]*\.\*")


def _lines(subject: Subject) -> Sequence[Requirement]:
    """The file's own lines; an explicit list has none that could be written otherwise."""
    environment = subject.environment
    if environment is None or environment.explicit:
        return ()
    return [line for line in environment.requirements if line.spec.url is None and line.spec.extra is None]


def _rewritten(line: Requirement, after: str, kind: FixKind) -> Edit:
    return Edit(place=line.place, action=Action.REPLACE, kind=kind, before=line.text, after=after)


def _has_exact_build(line: Requirement) -> bool:
    return _EXACT_BUILD.match(line.spec.build or "") is not None


def is_export(lines: Sequence[Requirement]) -> bool:
    """Whether most lines have build strings, or name what nobody asks for: a list that a tool wrote."""
    exact = sum(_has_exact_build(line) for line in lines)
    unasked = sum(is_transitive(line.name) and line.spec.version is not None for line in lines)
    return len(lines) >= EXPORT_LINES and max(exact, unasked) >= EXPORT_SHARE * len(lines)


def _builds(subject: Subject) -> Iterator[Hit]:
    lines = _lines(subject)
    if is_export(lines):
        return
    for line in lines:
        if _has_exact_build(line):
            after = str(written(line).without_build())
            yield hit(line.place, _rewritten(line, after, FixKind.BUILD), line=line.text, after=after)


def _exports(subject: Subject) -> Iterator[Hit]:
    lines = _lines(subject)
    if is_export(lines):
        exact = sum(_has_exact_build(line) for line in lines)
        what = f"{exact} of its {len(lines)} lines have a build string" if exact else _UNASKED.format(len(lines))
        yield hit(lines[0].place, what=what)


def _by_name(lines: Sequence[Requirement]) -> Iterator[tuple[Requirement, Requirement]]:
    """Each line whose package an earlier line that counts on a common platform asks for, with that one."""
    seen: dict[str, list[Requirement]] = defaultdict(list)
    for line in lines:
        for earlier in seen[line.name]:
            apart = line.platforms is not None and earlier.platforms is not None
            if not (apart and set(line.platforms or ()).isdisjoint(earlier.platforms or ())):
                yield earlier, line
                break
        seen[line.name].append(line)


def _duplicates(subject: Subject) -> Iterator[Hit]:
    for earlier, line in _by_name(_lines(subject)):
        if not _excludes(earlier, line):
            edits: tuple[Edit, ...] = ()
            if line.text == earlier.text and line.platforms == earlier.platforms:
                edits = (Edit(place=line.place, action=Action.REMOVE, kind=FixKind.DUPLICATE, before=line.text),)
            yield hit(line.place, *edits, line=line.text, earlier=earlier.text, number=str(earlier.place.line or 0))


def _contradictions(subject: Subject) -> Iterator[Hit]:
    for earlier, line in _by_name(_lines(subject)):
        if _excludes(earlier, line):
            yield hit(line.place, line=line.text, earlier=earlier.text, number=str(earlier.place.line or 0))


def _excludes(one: Requirement, other: Requirement) -> bool:
    """Whether no version is both, as far as exact versions, series and bounds tell for certain."""
    for first, second in ((one, other), (other, one)):
        exact = _exact_version(first)
        if exact is not None and second.spec.version is not None and not allows(second.spec.text, exact):
            return True
    conditions = [*(written(one).conditions or ()), *(written(other).conditions or ())]
    return _is_empty(conditions)


def _exact_version(line: Requirement) -> str | None:
    text = line.spec.version or ""
    bare = text.removeprefix("==")
    return bare if text.startswith("==") and re.fullmatch(r"\d[\w.!+]*", bare) else None


def _is_empty(conditions: Sequence[Condition]) -> bool:
    """Whether a lower bound lies above an upper one, or on one that is not included."""
    lows = [(version(one.version), one.operator) for one in conditions if one.operator in {">", ">="} and _plain(one)]
    highs = [(version(one.version), one.operator) for one in conditions if one.operator in {"<", "<="} and _plain(one)]
    return any(
        low > high or (low == high and (left == ">" or right == "<")) for low, left in lows for high, right in highs
    )


def _plain(one: Condition) -> bool:
    return re.fullmatch(r"\d[\w.!+]*", one.version) is not None


def _empty_ranges(subject: Subject) -> Iterator[Hit]:
    for line in _lines(subject):
        if _is_empty(written(line).conditions or ()):
            yield hit(line.place, line=line.text)


def _exact_python(subject: Subject) -> Iterator[Hit]:
    for line in _lines(subject):
        exact = _exact_version(line)
        if line.name == PYTHON and line.spec.build is None and exact is not None and depth(exact) == 2:  # noqa: PLR2004
            after = str(written(line).with_version(f"={exact}"))
            yield hit(line.place, _rewritten(line, after, FixKind.PATCH), line=line.text, exact=exact, after=after)


def _glued_stars(subject: Subject) -> Iterator[Hit]:
    for line in _lines(subject):
        parts = written(line)
        found = _GLUED_STAR.search(f" {parts.version}")
        if found and "|" not in parts.version:
            after = str(parts.with_version(re.sub(r"(?<=\w)\*", ".*", parts.version)))
            yield hit(line.place, _rewritten(line, after, FixKind.PATCH), line=line.text, after=after)


def _bounds_with_star(subject: Subject) -> Iterator[Hit]:
    for line in _lines(subject):
        parts = written(line)
        if _BOUND_WITH_STAR.search(parts.version):
            after = str(parts.with_version(re.sub(r"([<>]=?\s*\d[\w.]*?)\.\*", r"\1", parts.version)))
            yield hit(line.place, _rewritten(line, after, FixKind.PATCH), line=line.text, after=after)


def _python_builds(subject: Subject) -> Iterator[Hit]:
    """From 3.13 on, python's builds on conda-forge end in `_cp313` and the like."""
    for line in _lines(subject):
        series = re.match(r"=?=?(3\.\d+)", line.spec.version or "")
        late = series is not None and version(series.group(1)) >= version("3.13")
        if line.name == PYTHON and late and (line.spec.build or "").endswith("_cpython"):
            after = str(written(line).without_build())
            yield hit(line.place, _rewritten(line, after, FixKind.BUILD), line=line.text, build=line.spec.build or "")


def _no_python(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None or environment.explicit or not environment.pip:
        return
    if all(line.name != PYTHON for line in environment.requirements):
        yield hit(environment.pip[0].place)


def _unbounded_python(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    for line in _lines(subject):
        if line.name != PYTHON or environment is None or not environment.pip:
            continue
        conditions = written(line).conditions
        pinned = any(other.kind == "named" and "==" in other.specifier for other in environment.pip)
        if pinned and conditions is not None and all(one.operator in {">", ">=", "!="} for one in conditions):
            yield hit(line.place, line=line.text)


def _unlisted_channels(subject: Subject) -> Iterator[Hit]:
    if subject.environment is None:
        return
    listed = {channel.text for channel in subject.environment.channels}
    for line in _lines(subject):
        if line.spec.channel is not None and line.spec.channel not in listed and listed:
            yield hit(line.place, line=line.text, channel=line.spec.channel)


def _for_one_platform(subject: Subject) -> Iterator[Hit]:
    for line in _lines(subject):
        bound = only_on(line.name)
        if bound is None or not bound.verified or line.platforms is not None:
            continue
        others = [platform for platform in subject.platforms if not bound.is_on(platform)]
        if others:
            yield hit(line.place, line=line.text, where=", ".join(others), systems=" and ".join(bound.systems))


RULES = (
    Rule(
        code="ES101",
        kind="build-string-pin",
        severity=Severity.WARNING,
        message="{line} pins one build, which exists on one platform and goes away when the package is built anew",
        fix="write {after}",
        why="a build string names one artifact. Channels keep it for a while; other platforms never have it.",
        example="- numpy=1.26.4=py312heda63a1_0",
        source="conda docs, package match specifications",
        ignore="where exactly that artifact is meant; a lockfile says it better",
        find=_builds,
        fixable=True,
    ),
    Rule(
        code="ES102",
        kind="export",
        severity=Severity.INFO,
        message="the file is an export: {what}",
        fix="keep the roots (envdoctor export-spec) and lock them (envdoctor lock)",
        why="an export holds for one platform and cannot be updated: every line pins all the others.",
        example="- _libgcc_mutex=0.1=conda_forge\n- _openmp_mutex=4.5=2_gnu\n- bzip2=1.0.8=h4bc722e_7\n…",
        source="conda docs, sharing an environment",
        ignore="where the file is a record and not meant to be used elsewhere",
        find=_exports,
    ),
    Rule(
        code="ES103",
        kind="duplicate-package",
        severity=Severity.WARNING,
        message="{line} asks for a package that line {number} asks for already ({earlier})",
        fix="join the two lines",
        why="conda lets both count; conda-lock's own parser keeps the last alone.",
        example="- numpy\n- numpy>=2",
        source="conda-lock, aggregate_lock_specs",
        ignore="where a tool of yours writes both and only conda reads them",
        find=_duplicates,
        fixable=True,
        safe=True,
    ),
    Rule(
        code="ES104",
        kind="contradicting-lines",
        severity=Severity.ERROR,
        message="{line} and line {number} ({earlier}) exclude each other: no version is both",
        fix="keep one of them",
        why="both lines count, so nothing can be installed.",
        example="- python=3.12\n- python==3.11.4",
        source="conda docs, package match specifications",
        ignore="never",
        find=_contradictions,
    ),
    Rule(
        code="ES105",
        kind="empty-range",
        severity=Severity.ERROR,
        message="no version fulfils {line}: its lower bound is not below its upper one",
        fix="mend the bounds",
        why="all conditions of a line have to hold.",
        example="- numpy>=2,<1.26",
        source="conda docs, package match specifications",
        ignore="never",
        find=_empty_ranges,
    ),
    Rule(
        code="ES106",
        kind="exact-python",
        severity=Severity.WARNING,
        message="{line} asks for python {exact}.0 alone, not for the newest {exact}",
        fix="write {after}",
        why="`==` is exact, and {exact} equals {exact}.0; `=` takes the whole series.".replace("{exact}", "3.12"),
        example="- python==3.12",
        source="conda docs, package match specifications",
        ignore="where the first release is meant",
        find=_exact_python,
        fixable=True,
    ),
    Rule(
        code="ES107",
        kind="glued-star",
        severity=Severity.INFO,
        message="the star of {line} stands right behind a digit, so a reader may take 1.2* for 1.20 too",
        fix="write {after}",
        why="conda and rattler read `1.2*` as `1.2.*`; people and older tools do not always.",
        example="- numpy=1.2*",
        source="conda/models/version.py, rattler_conda_types",
        ignore="where the meaning is clear to everybody",
        find=_glued_stars,
        fixable=True,
        safe=True,
    ),
    Rule(
        code="ES108",
        kind="bound-with-star",
        severity=Severity.WARNING,
        message="the star in {line} has no meaning behind a bound",
        fix="write {after}",
        why="conda drops `.*` behind `>=` and `<` with a warning, and a future version may refuse it.",
        example="- numpy>=1.26.*",
        source="conda/models/version.py (VersionSpec)",
        ignore="never",
        find=_bounds_with_star,
        fixable=True,
        safe=True,
    ),
    Rule(
        code="ES109",
        kind="python-build-that-cannot-be",
        severity=Severity.ERROR,
        message="no build of conda-forge's python matches {build}: from 3.13 on they end in _cp313, _cp314, …",
        fix="leave the build out",
        why="the build strings of python changed with 3.13.",
        example="- python=3.13=*_cpython",
        source="conda-forge/python-feedstock, recipe/meta.yaml (as of 2026-06-12)",
        ignore="where python comes from another channel that still names its builds so",
        find=_python_builds,
        fixable=True,
    ),
    Rule(
        code="ES110",
        kind="no-python",
        severity=Severity.WARNING,
        message="the file has a `pip:` section and no line on python, so any python comes with pip",
        fix="add a line such as `python=3.12`",
        why="which wheels pip takes depends on python's version.",
        example="dependencies:\n  - pip\n  - pip:\n    - requests",
        source="conda docs, using pip in an environment",
        ignore="where the newest python is always right",
        find=_no_python,
    ),
    Rule(
        code="ES111",
        kind="unbounded-python",
        severity=Severity.INFO,
        message="{line} has no upper end, while pip lines are pinned exactly: a newer python may have no wheels for "
        "them",
        fix="bound it, such as `python>=3.11,<3.13`",
        why="a new python arrives every October, old releases of packages are not built for it.",
        example="- python>=3.10\n- pip:\n  - numpy==1.26.4",
        source="PEP 602",
        ignore="where the pins are pure Python",
        find=_unbounded_python,
    ),
    Rule(
        code="ES112",
        kind="channel-not-listed",
        severity=Severity.INFO,
        message="{line} names the channel {channel}, which is not in the list of channels",
        fix="list the channel, below the others",
        why="its packages' own dependencies are then looked for in the listed channels alone.",
        example="channels: [conda-forge]\ndependencies:\n  - pytorch::pytorch",
        source="conda docs, package match specifications",
        ignore="where only that one package is wanted from it",
        find=_unlisted_channels,
    ),
    Rule(
        code="ES113",
        kind="platform-only-package",
        severity=Severity.ERROR,
        message="{line} exists on {systems} only, and the file is for {where} too",
        fix="give the line a selector that your tools read, or leave it out",
        why="on the other platforms nothing can be installed.",
        example="platforms: [linux-64, win-64]\ndependencies:\n  - vs2015_runtime",
        source="records of conda-forge (as of 2026-08-22)",
        ignore="where another channel has it for all platforms",
        find=_for_one_platform,
    ),
)
