"""The answers to the recorded logs are well formed: classes, lines, ranges and secrets hold."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import yaml

OWN = Path(__file__).parent / "own"
ANSWERS = sorted(OWN.glob("*.expect.yaml"))
CLASSES = frozenset(
    [
        "conflict",
        "foreign-build-strings",
        "platform-missing",
        "solver-hang",
        "package-missing",
        "strict-priority",
        "hidden-pin",
        "cuda-virtual",
        "system-virtual",
        "python-unsupported",
        "mixed-channels",
        "spec-syntax",
        "file-missing",
        "env-missing",
        "env-exists",
        "encoding",
        "pip-step",
        "pip-compiler",
        "pip-headers",
        "pip-rust",
        "pip-build-backend",
        "pip-resolution",
        "pip-no-match",
        "pip-requires-python",
        "pip-git",
        "pip-overwrites",
        "lock-pip-solve",
        "numpy2-abi",
        "glibcxx",
        "channel-404",
        "stale-mirror",
        "connection",
        "dns",
        "timeout",
        "proxy",
        "tls",
        "not-repodata",
        "offline",
        "server-error",
        "rate-limit",
        "auth",
        "checksum",
        "cache-race",
        "tos",
        "activate",
        "conda-missing",
        "permissions",
        "oom",
        "disk-full",
        "docker-arch",
        "docker-context",
        "docker-daemon",
        "registry-auth",
        "registry-rate-limit",
        "registry-network",
        "registry-missing",
        "registry-mirror-dead",
        "ci-runner",
        "lock-stale",
        "tool-version",
        "apt",
        "test-failure",
        "syntax-error",
        "compile-error",
        "unknown",
    ]
)


def _text(name: str) -> str:
    data = (OWN / name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    return data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8")


@pytest.fixture(params=ANSWERS, ids=lambda path: path.name.removesuffix(".expect.yaml"))
def answer(request: pytest.FixtureRequest) -> dict[str, Any]:
    value = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    assert value["log"].startswith(request.param.name.removesuffix(".expect.yaml") + ".log")
    return value


def test_every_log_has_its_answer_and_the_corpus_is_small() -> None:
    logs = {path.name for path in OWN.iterdir() if not path.name.endswith(".yaml")}
    assert logs == {yaml.safe_load(path.read_text(encoding="utf-8"))["log"] for path in ANSWERS}
    assert len(logs) >= 40
    assert all((OWN / name).stat().st_size <= 60_000 for name in logs)
    assert sum((OWN / name).stat().st_size for name in logs) <= 1_200_000


def test_classes_are_known_and_every_cause_has_its_fix(answer: dict[str, Any]) -> None:
    assert answer["outcome"] in {"failed", "succeeded"}
    assert answer["tools"]
    assert answer["source"]
    for cause in answer["causes"]:
        assert {cause["class"], *cause.get("also_accept", ())} <= CLASSES
        assert cause["class"] not in cause.get("also_accept", ())
        assert cause["fix"]


def test_lines_stand_in_the_log_and_in_their_range(answer: dict[str, Any]) -> None:
    lines = _text(answer["log"]).split("\n")
    for cause in answer["causes"]:
        first, last = cause["accept"]
        assert 1 <= first <= last <= len(lines)
        assert all(first <= line <= last and lines[line - 1].strip() for line in cause["lines"])
        assert all(last < line <= len(lines) for line in cause.get("repeats", ()))
        assert not any(first <= line <= last for line in answer["consequences"])
    assert all(1 <= line <= len(lines) for line in answer["consequences"])


def test_a_failed_log_has_a_cause_and_a_tag_says_what_is_hidden(answer: dict[str, Any]) -> None:
    tags = answer["tags"]
    if answer["outcome"] == "failed":
        assert answer["causes"]
    elif answer["causes"]:
        assert "silent-failure" in tags
    else:
        assert "nothing-failed" in tags
    assert ("two-causes" in tags) == (len(answer["causes"]) > 1)


def test_secrets_occur_in_the_log_and_nothing_names_the_machine(answer: dict[str, Any]) -> None:
    text = _text(answer["log"])
    secrets = [secret for cause in answer["causes"] for secret in cause["facts"].get("secrets", ())]
    assert all(secret in text for secret in secrets)
    assert bool(secrets) == ("secret" in answer["tags"])
    assert not any(word in text for word in (".pyenv", "/srv/L", "/work/", "h-corpus"))
