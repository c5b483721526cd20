"""No credential of a channel reaches a lock, whatever its form; variables stay unexpanded."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from envdoctor.cli.exit_codes import ExitCode
from tests.engine.channel_server import Answer, serving
from tests.lockfile.test_locking import here, lock, package

__all__ = ["here"]

SECRET = "tk-hidden-123"  # noqa: S105 - made up
KINDS = [word for kind in ("lock", "explicit", "env", "pixi") for word in ("--kind", kind)]


def answers(prefix: str) -> dict[str, Answer]:
    records = [package("menu", "1", "dropdown"), package("dropdown")]
    known = {
        f"{one['name']}-1-0.conda": {"build": "0", "build_number": 0, "subdir": "linux-64", **one} for one in records
    }
    whole = {"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": known}
    empty = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}}
    return {
        f"{prefix}/own/linux-64/repodata.json": Answer(body=json.dumps(whole).encode()),
        f"{prefix}/own/noarch/repodata.json": Answer(body=json.dumps(empty).encode()),
    }


@pytest.mark.parametrize("way", ["solved by envdoctor", "solved by the executable"])
@pytest.mark.parametrize(
    "form",
    [
        "http://user:{secret}@{host}/own",
        "http://${{WHO}}:${{PASS}}@{host}/own",
        "http://{host}/t/{secret}/own",
        "http://{host}/t/$PASS/own",
        "http://{host}/t/${{PASS}}/own",
    ],
)
def test_a_channels_secret_reaches_no_file_and_no_output(
    form: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "solved by the executable" and "{secret}" in form:
        pytest.skip("a password that is no variable is not handed to another program")
    monkeypatch.setenv("WHO", "user")
    monkeypatch.setenv("PASS", SECRET)
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(tmp_path / "cache"))
    with serving(answers(f"/t/{SECRET}" if "/t/" in form else "")) as server:
        channel = form.format(secret=SECRET, host=server.url.removeprefix("http://"))
        Path("environment.yml").write_text(
            f"channels: ['{channel}', nodefaults]\nplatforms: [linux-64]\ndependencies: [menu]\n", "utf-8"
        )
        words = (
            [] if way == "solved by envdoctor" else ["--solver", str(Path(sys.executable).with_name("envdoctor-conda"))]
        )

        done = lock(*KINDS, *words)
        checked = lock("--check")

    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    assert checked.exit_code == ExitCode.SOLVES, checked.stdout
    written = [path for path in Path().iterdir() if path.name != "environment.yml"]
    assert len(written) == 4
    for path in written:
        assert SECRET not in path.read_text("utf-8"), path.name
    assert SECRET not in done.stdout + done.stderr + checked.stdout + checked.stderr
    if "$" in form:
        (named,) = _channels(Path("conda-lock.yml"))
        assert "$" in named


def _channels(path: Path) -> list[str]:
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return [one["url"] for one in document["metadata"]["channels"]]


@pytest.mark.parametrize("refuses", [True, False])
def test_a_server_that_fails_is_one_sentence_and_one_that_has_plain_repodata_alone_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, refuses: bool
) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(tmp_path / "cache"))
    # What is not plain repodata is answered with nonsense, as some filters do.
    plain = {"*": Answer(status=500)} if refuses else {**answers(""), "*": Answer(body=b"<html>sign in</html>")}
    with serving(plain) as server:
        Path("environment.yml").write_text(
            f"channels: ['{server.url}/own', nodefaults]\nplatforms: [linux-64]\ndependencies: [menu]\n", "utf-8"
        )

        done = lock()

    assert done.exit_code == (ExitCode.RECORDS if refuses else ExitCode.SOLVES), done.stdout + done.stderr
    assert done.stderr.count("\n") == (1 if refuses else 0)
    if refuses:
        assert "500" in done.stderr
        assert "/own/" in done.stderr
