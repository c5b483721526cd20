"""How a diagnosis of a log compares with the right answer (the format of ../shared/logs/README.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from typer.testing import CliRunner

from envdoctor.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One log: whether all its causes were found, how many wrong ones were called certain, which secrets came out."""

    name: str
    found: bool
    wrong_certain: int
    leaked: tuple[str, ...]
    exit_code: int


def scores(folder: Path) -> list[Score]:
    """Diagnose every log of a folder that has an answer."""
    return [_score(folder, path) for path in sorted(folder.glob("*.expect.yaml"))]


def _score(folder: Path, path: Path) -> Score:
    answer: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    done = CliRunner().invoke(app, ["diagnose", str(folder / answer["log"]), "--format", "json"])
    told: dict[str, Any] = yaml.safe_load(done.stdout)
    wanted = answer["causes"] or []
    classes = [{cause["class"], *cause.get("also_accept", ())} for cause in wanted]
    found = [
        any(one["class"] in known and _stands(one["line"], cause) for one in told["causes"])
        for cause, known in zip(wanted, classes, strict=True)
    ]
    wrong = [
        one
        for one in told["causes"]
        if one["confidence"] == "certain" and not any(one["class"] in known for known in classes)
    ]
    secrets = [secret for cause in wanted for secret in (cause.get("facts") or {}).get("secrets", ())]
    return Score(
        name=path.name.removesuffix(".expect.yaml"),
        found=all(found) and (bool(wanted) or not told["causes"]),
        wrong_certain=len(wrong),
        leaked=tuple(secret for secret in secrets if secret in done.stdout),
        exit_code=done.exit_code,
    )


def _stands(line: int, cause: dict[str, Any]) -> bool:
    """Whether a line is one of those that count as right."""
    first, last = cause.get("accept") or (min(cause["lines"]), max(cause["lines"]))
    return bool(first <= line <= last or line in cause["lines"])
