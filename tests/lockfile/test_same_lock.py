"""The same inputs give the same lock, byte for byte, wherever it is made; and a lock is whole or not there."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lockfile.test_locking import package

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import ChannelFactory

pytest.importorskip("conda_lock", reason="locking needs the extra `lock`")

COMMAND = [str(Path(sys.executable).with_name("envdoctor")), "lock"]
RUNS = 20
LOCALES = ("C", "POSIX", "C.UTF-8", "en_US.ISO-8859-1", "tr_TR.UTF-8")
ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia")
THREADS = ("1", "2", "7")


@pytest.fixture
def channel(make_channel: ChannelFactory) -> str:
    """Enough packages that an order which is left to chance would show."""
    records = [package(f"part{number}", version) for number in range(30) for version in ("1", "2")]
    records += [package("all", "1", *(f"part{number} >=1" for number in range(30)))]
    for subdir in ("linux-64", "osx-arm64", "win-64"):
        make_channel(records, subdir=subdir)
    return make_channel([])


def project(folder: Path, channel: str, *lines: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = f"channels: [{channel}]\nplatforms: [win-64, linux-64, osx-arm64]\ndependencies:\n"
    (folder / "environment.yml").write_text(text + "".join(f"  - {line}\n" for line in lines), "utf-8")
    return folder


def surroundings(home: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CONDA", "LC_", "LANG", "TZ"))}
    return clean | {"HOME": str(home)} | more


def run(folder: Path, environ: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], cwd=folder, env=environ, capture_output=True, text=True, check=False)


def test_twenty_machines_make_one_lock(channel: str, tmp_path: Path) -> None:
    machines = list(islice(zip(cycle(LOCALES), cycle(ZONES), cycle(THREADS), strict=False), RUNS))

    def lock_on(number: int) -> bytes:
        locale, zone, threads = machines[number]
        folder = project(tmp_path / f"machine {number}" / "wörk", channel, "all")
        environ = surroundings(
            tmp_path / f"machine {number}",
            LC_ALL=locale,
            TZ=zone,
            PYTHONHASHSEED=str(number * 7919),
            TOKIO_WORKER_THREADS=threads,
            RAYON_NUM_THREADS=threads,
            **({} if number % 3 else {"PYTHONUTF8": "0"}),
        )
        done = run(folder, environ, "--kind", "lock", "--kind", "explicit", "--kind", "env", "--kind", "pixi")
        assert done.returncode == 0, done.stderr
        written = sorted(path for path in folder.iterdir() if path.name != "environment.yml")
        assert len(written) == 8
        return b"\0".join(path.name.encode() + path.read_bytes() for path in written)

    with ThreadPoolExecutor(2) as pool:
        locks = list(pool.map(lock_on, range(RUNS)))

    assert set(locks) == {locks[0]}


@pytest.mark.parametrize("python", ["python3.11", "python3.12", "python3.13"])
def test_every_python_makes_the_same_lock(python: str, channel: str, tmp_path: Path) -> None:
    """With other interpreters only where they have envdoctor's dependencies, which this test does not install."""
    found = shutil.which(python)
    if found is None:
        pytest.skip(f"there is no {python} on this machine")
    source = str(Path(__file__).resolve().parents[2] / "src")
    environ = surroundings(tmp_path, PYTHONPATH=source)
    known = subprocess.run(
        [found, "-c", "import conda_lock, rattler, pysat"], env=environ, capture_output=True, check=False
    )
    if known.returncode:
        pytest.skip(f"{python} lacks envdoctor's dependencies")
    folder, other = project(tmp_path / "ours", channel, "all"), project(tmp_path / "other", channel, "all")

    run(folder, surroundings(tmp_path))
    done = subprocess.run([found, "-m", "envdoctor", "lock"], cwd=other, env=environ, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (other / "conda-lock.yml").read_bytes() == (folder / "conda-lock.yml").read_bytes()


def test_a_killed_run_leaves_the_old_lock_or_the_new_one(channel: str, tmp_path: Path) -> None:
    folder, environ = project(tmp_path / "project", channel, "part1"), surroundings(tmp_path)
    run(folder, environ)
    old = (folder / "conda-lock.yml").read_bytes()
    project(folder, channel, "all")
    began = time.monotonic()
    run(folder, environ, "--lockfile", "new.yml")
    takes = time.monotonic() - began
    new = (folder / "new.yml").read_bytes().replace(b"new.yml", b"conda-lock.yml")
    chance = random.Random(4)  # noqa: S311 - moments, not secrets
    seen = set()

    for _ in range(int(os.environ.get("ENVDOCTOR_KILLS", "6"))):
        (folder / "conda-lock.yml").write_bytes(old)
        with subprocess.Popen(COMMAND, cwd=folder, env=environ, stdout=subprocess.DEVNULL) as running:
            try:
                running.wait(chance.uniform(0.5, 1.1) * takes)
            except subprocess.TimeoutExpired:
                running.kill()
        seen.add((folder / "conda-lock.yml").read_bytes())

    assert seen <= {old, new}


def test_two_runs_at_once_leave_one_whole_lock(channel: str, tmp_path: Path) -> None:
    folder, environ = project(tmp_path / "project", channel, "part1"), surroundings(tmp_path)
    other = project(tmp_path / "other", channel, "all")
    shutil.copy(other / "environment.yml", folder / "all.yml")
    expected = set()
    for file in ("environment.yml", "all.yml"):
        run(folder, environ, file)
        expected.add((folder / "conda-lock.yml").read_bytes())

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda file: run(folder, environ, file), ("environment.yml", "all.yml")))

    assert [one.returncode for one in done] == [0, 0]
    assert (folder / "conda-lock.yml").read_bytes() in expected
    assert {path.name for path in folder.iterdir()} == {"environment.yml", "all.yml", "conda-lock.yml"}


def test_a_full_disk_is_one_sentence_and_the_old_lock_stays(channel: str, tmp_path: Path) -> None:
    folder, environ = project(tmp_path / "project", channel, "part1"), surroundings(tmp_path)
    run(folder, environ)
    old = (folder / "conda-lock.yml").read_bytes()
    project(folder, channel, "all")

    done = subprocess.run(
        COMMAND,
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        # No file may grow beyond this, as on a disk that is full; what is written for conda-lock's eyes is smaller.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (24_000, 24_000)),
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr
    assert (folder / "conda-lock.yml").read_bytes() == old
    assert {path.name for path in folder.iterdir()} == {"environment.yml", "conda-lock.yml"}


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_read_only_folder_is_one_sentence_and_the_old_lock_stays(channel: str, tmp_path: Path) -> None:
    folder, environ = project(tmp_path / "project", channel, "part1"), surroundings(tmp_path)
    run(folder, environ)
    old = (folder / "conda-lock.yml").read_bytes()
    project(folder, channel, "all")
    folder.chmod(0o500)

    done = run(folder, environ)

    folder.chmod(0o700)
    assert done.returncode == 2
    assert "cannot be written: permission denied" in done.stderr
    assert (folder / "conda-lock.yml").read_bytes() == old
