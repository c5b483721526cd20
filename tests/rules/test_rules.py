"""Every rule speaks where it should and holds its tongue where it is nearly the case; code, page and registry agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from envdoctor.model.channels import ChannelPriority
from envdoctor.rules.registry import FAMILIES, RULES
from envdoctor.workflows.checking import CheckOptions, check, mended, subject_of
from envdoctor.workflows.options import ExplainOptions, Surroundings, TargetOptions
from tests.conftest import SHARED
from tests.rules.examples import BESIDE, EXAMPLES, LATER, NUMPY, RECORDS, TARGETS, lock, own
from tools.rules_page import PAGE, page

if TYPE_CHECKING:
    from envdoctor.model.findings import Finding
    from tests.conftest import ChannelFactory

DAY = "2026-11-25"
CODES = [rule.code for rule in RULES]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_channel: ChannelFactory) -> Path:
    monkeypatch.chdir(tmp_path)
    make_channel(RECORDS)
    return tmp_path


def findings(text: str | bytes, code: str, machine: tuple[str, ...] = ()) -> list[Finding]:
    Path("environment.yml").write_bytes(text if isinstance(text, bytes) else text.encode())
    if code in BESIDE:
        Path("inputs.yml").write_text(BESIDE[code])
    asked = ExplainOptions(priority=ChannelPriority.STRICT, override_channels=True)
    target = TargetOptions(virtual_packages=machine or TARGETS.get(code, ("__cuda",)))
    options = CheckOptions(
        paths=("environment.yml",),
        as_of=LATER.get(code, DAY),
        select=(code,),
        target=target,
        resolve=asked if code.startswith("ER") or code == "EL112" else None,
    )
    return list(check(options, Surroundings(environ={}, home=Path(), folder=Path())).findings)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_speaks_where_it_should(code: str) -> None:
    (found, *_) = findings(EXAMPLES[code][0], code)

    assert found.code == code
    assert found.message
    assert "{" not in found.message.replace("{{", "").replace("{%", "") or code == "EF107"
    assert found.fix
    assert found.place.file == "environment.yml"


@pytest.mark.parametrize("code", CODES)
def test_a_rule_holds_its_tongue_where_it_is_nearly_the_case(code: str) -> None:
    assert findings(EXAMPLES[code][1], code) == []


@pytest.mark.parametrize("code", [rule.code for rule in RULES if rule.fixable])
def test_a_fix_mends_its_finding_and_is_idempotent(code: str) -> None:
    before = EXAMPLES[code][0]
    assert findings(before, code)
    options = CheckOptions(paths=("environment.yml",), as_of=DAY, select=(code,))
    files, number = mended(check(options), unsafe=True)
    after = Path("environment.yml").read_bytes()

    assert (files, number) == (("environment.yml",), 1)
    assert check(options).findings == ()
    assert mended(check(options), unsafe=True) == ((), 0)
    assert Path("environment.yml").read_bytes() == after
    assert subject_of("environment.yml", DAY).unread is None


def test_every_rule_has_its_examples_and_no_example_is_left_over() -> None:
    assert list(EXAMPLES) == CODES


def test_codes_and_kinds_are_unique_and_in_order_of_the_families() -> None:
    assert len(set(CODES)) == len(CODES)
    assert len({rule.kind for rule in RULES}) == len(RULES)
    families = [family for family, _ in FAMILIES]
    assert sorted(CODES, key=lambda code: (families.index(code[:2]), code)) == CODES
    assert all(re.fullmatch(r"E[A-Z]\d{3}", code) for code in CODES)


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_a_rule_says_why_with_an_example_a_source_and_when_to_ignore_it(rule: object) -> None:
    for word in ("message", "fix", "why", "example", "source", "ignore"):
        assert str(getattr(rule, word)).strip()


def test_the_page_of_rules_is_what_the_registry_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `python -m tools.rules_page`"


@pytest.mark.shared
def test_the_real_files_are_looked_at_in_order_and_the_same_way_twice() -> None:
    files = tuple(sorted(str(path) for path in (SHARED / "envs").rglob("*.yml")))
    options = CheckOptions(paths=files, as_of=DAY)
    report = check(options)

    assert len(report.files) > 500
    assert report == check(options)
    keys = [finding.sort_key for finding in report.findings]
    assert keys == sorted(keys)


@pytest.mark.shared
def test_fixes_of_real_files_mend_and_move_nothing_else(here: Path) -> None:
    """All edits over all real files: the file reads as before or better, the second run has nothing to mend."""
    for path in sorted((SHARED / "envs").rglob("*.yml")):
        copy = here / path.name
        copy.write_bytes(path.read_bytes())
        options = CheckOptions(paths=(str(copy),), as_of=DAY)
        before = check(options)
        if not any(finding.edits for finding in before.findings):
            continue
        _, number = mended(before, unsafe=True)
        after = check(options)
        if not number:
            # Its text comes from an alias, and is left to people.
            assert b"*" in path.read_bytes(), path.name
            continue
        assert subject_of(str(copy), DAY).unread is None, path.name
        lines, left = path.read_bytes().split(b"\n"), copy.read_bytes().split(b"\n")
        assert abs(len(lines) - len(left)) <= number
        assert sum(bool(finding.edits) for finding in after.findings) < sum(
            bool(finding.edits) for finding in before.findings
        ), path.name


def test_a_further_variant_of_python_is_no_move_of_it() -> None:
    """conda-forge builds for 3.14 beside the others; a package that has a build for 3.14 alone is no migration."""
    assert findings(own("python=3.13", "newest"), "ER105")
    assert findings(own("python=3.13", "newest"), "ER112") == []


@pytest.mark.parametrize(("name", "said"), [("new", ["v3"]), ("old", [])])
def test_the_level_of_a_processor_is_not_read_out_of_its_name(name: str, said: list[str]) -> None:
    """There is a 4 in x86_64 too."""
    told = findings(own(name), "ER114", ("__archspec=1=x86_64_v2" if name == "old" else "__archspec=1=x86_64_v3",))

    assert [finding.message.rsplit("-", 1)[-1] for finding in told] == said


@pytest.mark.parametrize(
    "channel", ["https://conda.example.org/robot/label/main", "https://conda.example.org/t/TOKEN-1234/conda-forge"]
)
def test_a_channel_of_a_lock_is_known_by_its_path(channel: str) -> None:
    """`/t/TOKEN/` is no part of it, and `t/` at the end of a name is no token."""
    path = "robot/label/main" if "robot" in channel else "conda-forge"
    text = lock(f"https://conda.example.org/{path}/linux-64/{NUMPY}").replace("url: conda-forge", f"url: {channel}")

    assert findings(text, "EL109") == []
