"""Locks of real environments: the formats hold the same, and their roots bring all of it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app
from envdoctor.environment.read import read_environment
from envdoctor.graph.locked import closure, key_of
from envdoctor.lockfile.read import read_lockfile
from envdoctor.model.lockfile import Manager
from tests.cli.test_diff import here

if TYPE_CHECKING:
    from tests.conftest import SharedChannels

__all__ = ["here"]

pytest.importorskip("conda_lock", reason="locking needs the extra `lock`")

FILES = (
    "0269-hydromt-sfincs-envs-hydromt-sfincs-min.yml",
    "0369-python-maproom-tuto-conda-environment.yml",
    "0413-gedi-subsetter-environment-dev.yml",
)
"""With 294 packages; with a version that has an epoch, and so two spellings in addresses; with bounds of all kinds."""
LOCKS = ("conda-lock.yml", "pixi.lock", "conda-linux-64.lock")


def envdoctor(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.mark.shared
@pytest.mark.parametrize("file", FILES)
def test_formats_hold_the_same_and_their_roots_bring_it_back(
    file: str, shared: Path, shared_channels: SharedChannels, monkeypatch: pytest.MonkeyPatch
) -> None:
    alias = shared_channels.root(full_only=False).as_uri()
    Path("condarc").write_text(f"channel_alias: {alias}\ndefault_channels: [{alias}/main]\n", "utf-8")
    monkeypatch.setenv("CONDARC", "condarc")
    Path("environment.yml").write_bytes((shared / "envs" / file).read_bytes())
    made = envdoctor("lock", "-p", "linux-64", "-k", "lock", "-k", "pixi", "-k", "explicit")
    assert made.exit_code == ExitCode.SOLVES, made.stdout + made.stderr

    for lock in LOCKS:
        # Only conda-lock.yml notes for which machine it was made, so only it can be compared with the file.
        other = "environment.yml" if lock == LOCKS[0] else LOCKS[0]
        done = envdoctor("diff", lock, other, "-p", "linux-64", "--exit-code")
        assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
        exported = envdoctor("export-spec", lock)
        Path("roots.yml").write_text(exported.stdout, "utf-8")
        wanted = [(Manager.CONDA, str(line.name)) for line in read_environment(["roots.yml"]).requirements]
        locked = read_lockfile("pixi.lock").packages
        assert closure(locked, wanted) == {key_of(package) for package in locked}
        assert len(wanted) < len(locked) / 3
