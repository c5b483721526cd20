"""EF: the form of the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.model.findings import Severity
from envdoctor.rules.rule import Rule, hit, key_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from envdoctor.model.findings import Subject
    from envdoctor.rules.rule import Hit

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PWD|API_?KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?)(?:_|$)", re.IGNORECASE
)
_HARMLESS = re.compile(
    r"$|\$|<|\*+$|/|\.|(?:x+|change_?me|none|null|true|false|\d{1,3}|your[-_ ].*|todo)$", re.IGNORECASE
)
"""Values that are none: empty, a variable, a placeholder, a path."""

_SELECTOR = re.compile(r"#\s*\[[^\]]*\]")

_UNREAD = (
    ("duplicate-key", re.compile(r"is given twice")),
    ("tab", re.compile(r"\btab\b", re.IGNORECASE)),
    ("template", re.compile(r"template", re.IGNORECASE)),
    ("encoding", re.compile(r"UTF-8|UTF-16|binary content|Windows-1252")),
    ("number-for-package", re.compile(r"a dependency must be a package such as")),
)
"""What the reader's sentences are about; whatever else it refuses is just unreadable."""


def _unread(kind: str | None) -> Callable[[Subject], Iterator[Hit]]:
    def find(subject: Subject) -> Iterator[Hit]:
        if subject.unread is None:
            return
        seen = next((name for name, pattern in _UNREAD if pattern.search(subject.unread.message)), None)
        if seen == kind:
            yield hit(subject.unread.place, said=subject.unread.message)

    return find


def _noticed(kind: str) -> Callable[[Subject], Iterator[Hit]]:
    """What the reader has a notice of."""

    def find(subject: Subject) -> Iterator[Hit]:
        for notice in subject.environment.notices if subject.environment else ():
            if notice.kind == kind and notice.place is not None:
                yield hit(notice.place, said=notice.message)

    return find


def _unknown_keys(subject: Subject) -> Iterator[Hit]:
    """None where the keys are those of another tool, whose file conda can read too (anaconda-project)."""
    if all(key_place(subject, key) is None for key in ("commands", "env_specs", "packages")):
        yield from _noticed("unknown-key")(subject)


def _prefix(subject: Subject) -> Iterator[Hit]:
    place = key_place(subject, "prefix")
    if subject.environment is not None and subject.environment.prefix and place is not None:
        yield hit(place)


def _secrets(subject: Subject) -> Iterator[Hit]:
    for variable in subject.environment.variables if subject.environment else ():
        if _SECRET_NAME.search(variable.name) and not _HARMLESS.match(variable.value.strip()):
            yield hit(variable.place, name=variable.name)


def _selectors(subject: Subject) -> Iterator[Hit]:
    if subject.environment is None:
        return
    for line in subject.environment.requirements:
        text = subject.lines[line.place.line - 1] if line.place.line and line.place.file == subject.file else ""
        if line.platforms is not None and _SELECTOR.search(text):
            yield hit(line.place, line=line.text)


RULES = (
    Rule(
        code="EF101",
        kind="prefix",
        severity=Severity.INFO,
        message="`prefix:` is a folder of the machine that exported the file",
        fix="delete the line; `conda env create -n NAME` or -p says where",
        why="conda ignores the key where a name or path is given and otherwise writes into that folder, which other "
        "machines do not have.",
        example="prefix: /home/ada/miniconda3/envs/geo",
        source="what conda env export writes",
        ignore="where the file is for one machine only",
        find=_prefix,
    ),
    Rule(
        code="EF102",
        kind="unknown-key",
        severity=Severity.WARNING,
        message="{said}",
        fix="delete the key, or write the one that was meant",
        why="conda passes over keys that it does not know, so what stands below them has no effect.",
        example="dependecies:\n  - numpy",
        source="conda/env/env.py",
        ignore="where another tool reads the key",
        find=_unknown_keys,
    ),
    Rule(
        code="EF103",
        kind="unreadable",
        severity=Severity.ERROR,
        message="{said}",
        fix="mend the file at this place",
        why="conda cannot create an environment from what it cannot read.",
        example="dependencies:\n  numpy: 1.26",
        source="conda/env/env.py, YAML 1.2",
        ignore="never; exclude files that are no environment files",
        find=_unread(None),
    ),
    Rule(
        code="EF104",
        kind="duplicate-key",
        severity=Severity.ERROR,
        message="{said}",
        fix="join the two",
        why="YAML allows a key once; readers that do not refuse the file take the last and lose the first.",
        example="dependencies: [numpy]\ndependencies: [pandas]",
        source="YAML 1.2, 3.2.1.3",
        ignore="never",
        find=_unread("duplicate-key"),
    ),
    Rule(
        code="EF105",
        kind="number-for-package",
        severity=Severity.ERROR,
        message="{said}",
        fix="write the package's name before the version, and quotes around versions such as '3.10'",
        why="YAML reads 3.10 as the number 3.1.",
        example="dependencies:\n  - 3.10",
        source="YAML 1.2, 10.3.2",
        ignore="never",
        find=_unread("number-for-package"),
    ),
    Rule(
        code="EF106",
        kind="tab",
        severity=Severity.ERROR,
        message="{said}",
        fix="write blanks instead",
        why="YAML forbids tabs in indentation.",
        example="dependencies:\n\t- numpy",
        source="YAML 1.2, 6.1",
        ignore="never",
        find=_unread("tab"),
    ),
    Rule(
        code="EF107",
        kind="template",
        severity=Severity.ERROR,
        message="{said}",
        fix="render the template first, or write the value",
        why="conda does not render templates in environment files.",
        example="dependencies:\n  - python={{ python }}",
        source="conda/env/env.py",
        ignore="where the file is a template for another tool; exclude it then",
        find=_unread("template"),
    ),
    Rule(
        code="EF108",
        kind="encoding",
        severity=Severity.ERROR,
        message="{said}",
        fix="save the file as UTF-8",
        why="conda reads environment files as UTF-8, then as UTF-16, and nothing else.",
        example="# caf\\xe9",
        source="conda/gateways/disk/read.py",
        ignore="never",
        find=_unread("encoding"),
    ),
    Rule(
        code="EF109",
        kind="selector-of-conda-build",
        severity=Severity.WARNING,
        message="{said}",
        fix="leave the selector out, or use one of platforms and a tool that reads it",
        why="selectors such as `[py>36]` belong to recipes; here they are comments.",
        example="- dataclasses  # [py<37]",
        source="docs of conda-build and conda-lock",
        ignore="where a script of yours reads them",
        find=_noticed("selector-of-conda-build"),
    ),
    Rule(
        code="EF110",
        kind="selector-in-comment",
        severity=Severity.INFO,
        message="the selector behind {line} is read by conda-lock and envdoctor; conda and mamba install the line "
        "everywhere",
        fix="lock the file, or keep one file for each platform",
        why="for conda a selector is a comment.",
        example="- pywin32  # [win]",
        source="conda-lock README, platform selectors",
        ignore="where the file is only ever locked",
        find=_selectors,
    ),
    Rule(
        code="EF111",
        kind="pip-section-overwritten",
        severity=Severity.ERROR,
        message="{said}",
        fix="join the two sections",
        why="conda keeps the last `pip:` section and forgets the others.",
        example="- pip:\n    - a\n- pip:\n    - b",
        source="conda/env/env.py (Dependencies.parse)",
        ignore="never",
        find=_noticed("pip-section-overwritten"),
    ),
    Rule(
        code="EF112",
        kind="pip-section-empty",
        severity=Severity.WARNING,
        message="{said}",
        fix="delete the line",
        why="some versions of conda fail on a `pip:` section with nothing in it.",
        example="- pip:",
        source="conda/env/env.py (Dependencies.parse)",
        ignore="where only newer tools read the file",
        find=_noticed("pip-section-empty"),
    ),
    Rule(
        code="EF113",
        kind="secret-in-variables",
        severity=Severity.ERROR,
        message="the variable {name} looks like a secret, and its value stands in the file",
        fix="take the value out, make it invalid, and set it on the machine",
        why="environment files are committed, exported and pasted into issues.",
        example="variables:\n  API_TOKEN: 3f9a…",
        source="conda docs, environment variables",
        ignore="where the value is public",
        find=_secrets,
    ),
    Rule(
        code="EF114",
        kind="no-dependencies",
        severity=Severity.WARNING,
        message="{said}",
        fix="list packages, or delete the file",
        why="nothing will be installed.",
        example="dependencies: []",
        source="conda/env/env.py",
        ignore="where an empty environment is wanted",
        find=_noticed("no-dependencies"),
    ),
)
