"""The answers to the container and CI files are well formed: known kinds, lines that exist, words that are said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

OWN = Path(__file__).parent / "own"
ANSWERS = sorted(OWN.glob("*.expect.yaml"))
KINDS = frozenset(
    [
        "base-unpinned",
        "base-defaults-channel",
        "base-unmaintained",
        "base-musl",
        "glibc-too-old",
        "cuda-mismatch",
        "arch-mismatch",
        "python-pin-conflicts-base",
        "copy-all-before-env",
        "clean-in-other-layer",
        "never-cleaned",
        "no-lock",
        "unpinned-install",
        "many-conda-layers",
        "missing-yes",
        "conda-in-final-stage",
        "activate-without-hook",
        "source-activate-under-sh",
        "activation-not-persisted",
        "env-not-inherited-by-stage",
        "prefix-moved",
        "bashrc-activation-only",
        "env-not-active",
        "installer-unverified",
        "installer-http",
        "installer-latest",
        "mambaforge-removed",
        "mirror-baked-in",
        "mirror-dead",
        "mirror-http",
        "proxy-in-env",
        "secret-exposed",
        "ssl-verify-off",
        "compilers-mixed",
        "pip-before-conda",
        "pip-outside-env",
        "conda-update-all",
        "channel-order",
        "defaults-not-removed",
        "env-name-mismatch",
        "env-file-path-mismatch",
        "cuda-override-missing",
        "root-at-runtime",
        "compose-volume-hides-env",
        "compose-platform-mismatch",
        "compose-secret-build-arg",
        "ci-no-login-shell",
        "ci-cache-key-no-hash",
        "ci-cache-no-date",
        "ci-no-lock",
        "ci-defaults-used",
        "ci-python-matrix-conflict",
        "ci-version-float",
    ]
)
ONCE = {"no-lock", "never-cleaned", "clean-in-other-layer", "many-conda-layers", "ci-no-lock", "root-at-runtime"}


@pytest.fixture(params=ANSWERS, ids=lambda path: path.name.removesuffix(".expect.yaml"))
def answer(request: pytest.FixtureRequest) -> dict[str, Any]:
    value = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    assert value["file"].startswith(request.param.name.removesuffix(".expect.yaml") + ".")
    return value


def _places(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [*answer["findings"], *answer["not_findings"], *answer.get("debatable", [])]


def test_the_table_has_53_kinds_and_the_corpus_its_clean_files() -> None:
    values = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in ANSWERS]
    assert len(KINDS) == 53
    assert len([value for value in values if value["file"].endswith(".Dockerfile")]) >= 20
    assert len([value for value in values if value["file"].endswith(".compose.yml")]) >= 4
    assert len([value for value in values if value["file"].endswith(".ci.yml")]) >= 4
    assert len([value for value in values if not value["findings"]]) >= 6


def test_kinds_are_known_and_lines_stand_in_the_file(answer: dict[str, Any]) -> None:
    lines = (OWN / answer["file"]).read_text(encoding="utf-8").splitlines()
    for place in _places(answer):
        assert place["kind"] in KINDS
        for line in (place["line"], place.get("instruction", place["line"]), *place.get("also", ())):
            assert 1 <= line <= len(lines)
            assert lines[line - 1].strip()
        assert place.get("instruction", place["line"]) <= place["line"]
        assert place["line"] not in place.get("also", ())


def test_findings_are_explained_and_counted_as_agreed(answer: dict[str, Any]) -> None:
    kinds = [finding["kind"] for finding in answer["findings"]]
    assert all(kinds.count(kind) == 1 for kind in ONCE & set(kinds))
    for finding in answer["findings"]:
        assert finding["severity"] in {"error", "warning", "info"}
        assert finding["why"]
        assert finding["fix"]
    assert all(place["reason"] for place in [*answer["not_findings"], *answer.get("debatable", [])])


def test_nothing_is_asked_for_and_forbidden_at_one_place(answer: dict[str, Any]) -> None:
    asked = {(finding["kind"], finding["line"]) for finding in answer["findings"]}
    debatable = {(place["kind"], place["line"]) for place in answer.get("debatable", [])}
    forbidden = {(place["kind"], place["line"]) for place in answer["not_findings"]}
    assert not asked & forbidden
    assert not asked & debatable
    assert not forbidden & debatable


def test_named_files_are_there_and_yaml_is_yaml(answer: dict[str, Any]) -> None:
    named = [answer["file"], *answer.get("context", ())]
    if "environment" in answer:
        named.append(answer["environment"])
    for name in named:
        text = (OWN / name).read_text(encoding="utf-8")
        if name.endswith(".yml"):
            assert isinstance(yaml.safe_load(text), dict)
