"""The pip part of a lock, solved against an index on this machine."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.lockfile.conda_lock import without_secrets_in
from tests.lockfile.simple_index import simple_index, wheel
from tests.lockfile.test_locking import here, lock, locked, package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import ChannelFactory

__all__ = ["here"]

WHEELS = [
    wheel("teapot", "1.0"),
    wheel("teapot", "2.0", ["saucer>=2", "numpy>=1"]),
    wheel("saucer", "1.0"),
    wheel("saucer", "2.5"),
    wheel("numpy", "1.26.4"),
    wheel("numpy", "2.2.0"),
    wheel("needs-new-numpy", "1.0", ["numpy>=2"]),
    wheel("needs-old-saucer", "1.0", ["saucer<2"]),
]


@pytest.fixture
def index() -> Iterator[str]:
    with simple_index(WHEELS) as address:
        yield address


@pytest.fixture
def channel(make_channel: ChannelFactory) -> str:
    return make_channel(
        [
            package("python", "3.12.1", build="h0_cpython"),
            package("pip", "24.0", "python >=3.8"),
            package("numpy", "1.26.4", "python >=3.9", build="py312_0"),
            package("pandas", "2.1.0", "python >=3.9", "numpy >=1.26,<2", build="py312_0"),
        ]
    )


def write(channel: str, index: str, *pip: str, conda: str = "") -> None:
    lines = "".join(f"    - {json.dumps(line)}\n" for line in pip)
    Path("environment.yml").write_text(
        f"channels: [{channel}]\nplatforms: [linux-64]\npip-repositories: [{index}]\nallow-pypi-requests: false\n"
        f"dependencies:\n- python=3.12\n- pip\n{conda}- pip:\n{lines}",
        "utf-8",
    )


def pip_packages() -> dict[str, dict[str, object]]:
    return {one["name"]: one for one in locked()["package"] if one["manager"] == "pip"}


def test_pip_lines_are_locked_with_what_they_need_but_not_what_conda_has(channel: str, index: str) -> None:
    write(channel, index, "teapot>=2", conda="- numpy\n")

    done = lock()

    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    found = pip_packages()
    assert {name: one["version"] for name, one in found.items()} == {"saucer": "2.5", "teapot": "2.0"}
    assert found["teapot"]["hash"] == {
        "sha256": hashlib.sha256(dict(WHEELS)["teapot-2.0-py3-none-any.whl"]).hexdigest()
    }
    assert lock("--check").exit_code == ExitCode.SOLVES


def test_a_pip_line_against_a_conda_line_is_a_conflict_with_both_lines(channel: str, index: str) -> None:
    write(channel, index, "numpy>=2", conda="- numpy<2\n")

    done = lock()

    said = " ".join(done.stdout.split())
    assert done.exit_code == ExitCode.CONFLICT
    assert "numpy<2 (environment.yml:8)" in said
    assert "numpy>=2 (environment.yml:10)" in said
    assert not Path("conda-lock.yml").exists()


def test_a_pip_package_that_needs_what_conda_does_not_have_is_no_silent_override(channel: str, index: str) -> None:
    write(channel, index, "needs-new-numpy", conda="- pandas\n")

    done = lock()

    said = " ".join(done.stdout.split())
    assert done.exit_code == ExitCode.CONFLICT
    assert "conda installs numpy 1.26.4, and pip would replace it by 2.2.0" in said
    assert "pandas 2.1.0" in said
    assert "needs-new-numpy 1.0 (pip) needs numpy >=2" in said
    assert not Path("conda-lock.yml").exists()


def test_pip_lines_that_exclude_each_other_are_told_with_their_places(channel: str, index: str) -> None:
    write(channel, index, "teapot==2.0", "needs-old-saucer")

    done = lock()

    said = " ".join(done.stdout.split())
    assert done.exit_code == ExitCode.CONFLICT
    assert "teapot==2.0 (environment.yml:9), needs-old-saucer (environment.yml:10)" in said
    assert "saucer" in said
    assert "_dummy_package_" not in said
    told = json.loads(lock("--format", "json").stdout)["refused"]
    assert (told["kind"], [line["line"] for line in told["lines"]]) == ("pip", [9, 10])


def test_what_cannot_be_locked_is_named_and_stays_in_the_metadata(channel: str, index: str, here: Path) -> None:
    (here / "more.txt").write_text("saucer\n", "utf-8")
    lines = ("teapot", "-e .", "./local.whl", "git+https://example.com/x.git#egg=x", "--pre", "-r more.txt")
    write(channel, index, *lines)

    done = lock()

    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    noted = json.loads(locked()["metadata"]["custom_metadata"]["envdoctor.not_locked"])
    assert [(one["text"], one["place"]) for one in noted] == [
        ("-e .", "environment.yml:10"),
        ("./local.whl", "environment.yml:11"),
        ("git+https://example.com/x.git#egg=x", "environment.yml:12"),
        ("--pre", "environment.yml:13"),
    ]
    assert "Not locked: environment.yml:10 `-e .`" in done.stdout
    assert set(pip_packages()) == {"numpy", "saucer", "teapot"}


def test_a_locked_pip_package_stays_until_it_is_to_be_updated(channel: str, index: str) -> None:
    write(channel, index, "teapot<2")
    lock()
    write(channel, index, "teapot")

    lock()
    stayed = pip_packages()["teapot"]["version"]
    lock("--update", "teapot")

    assert (stayed, pip_packages()["teapot"]["version"]) == ("1.0", "2.0")


def test_an_index_of_the_pip_section_is_asked(channel: str, index: str) -> None:
    write(channel, "http://127.0.0.1:9/simple/", f"--index-url {index}", "saucer")
    text = Path("environment.yml").read_text("utf-8")
    Path("environment.yml").write_text(text.replace("pip-repositories: [http://127.0.0.1:9/simple/]\n", ""), "utf-8")

    done = lock()

    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    assert pip_packages()["saucer"]["version"] == "2.5"


@pytest.mark.parametrize("form", ["literal", "variables"])
def test_the_password_of_an_index_reaches_no_lock(channel: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDEX_USER", "user")
    monkeypatch.setenv("INDEX_SECRET", "hidden")
    with simple_index(WHEELS, password="hidden") as index:  # noqa: S106 - of this test
        user = "user:hidden" if form == "literal" else "$INDEX_USER:$INDEX_SECRET"
        write(channel, index.replace("http://", f"http://{user}@"), "saucer")

        done = lock("--kind", "lock", "--kind", "explicit", "--kind", "env", "--kind", "pixi")

    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    assert pip_packages()["saucer"]["version"] == "2.5"
    written = [path for path in Path().iterdir() if path.name != "environment.yml"]
    assert len(written) == 4
    assert all(b"hidden" not in path.read_bytes() for path in written)
    assert "hidden" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://user:hidden@example.com/x.whl", "https://example.com/x.whl"),
        ("git+https://hidden@example.com/x.git@0123", "git+https://example.com/x.git@0123"),
        ("https://example.com/t/hidden/x.whl", "https://example.com/t/***/x.whl"),
        ("https://example.com/x.whl?token=hidden", "https://example.com/x.whl?token=***"),
        ("https://$WHO:$PASS@example.com/x.whl", "https://$WHO:$PASS@example.com/x.whl"),
    ],
)
def test_the_password_of_a_direct_address_reaches_no_lock(address: str, kept: str) -> None:
    models = pytest.importorskip("conda_lock.lockfile.v2prelim.models")
    package = models.LockedDependency(
        name="x",
        version="1",
        manager="pip",
        platform="linux-64",
        url=address,
        hash={},
        source={"type": "url", "url": address},
    )

    plain = without_secrets_in(package)

    assert (plain.url, plain.source.url) == (kept, kept)


def test_an_address_of_plain_http_is_named_as_not_locked(channel: str, index: str) -> None:
    write(channel, index, "saucer", "teapot @ http://user:hidden@example.com/teapot-1.0-py3-none-any.whl")

    done = lock()

    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    assert "takes an address of plain http for a path" in " ".join(done.stdout.split())
    assert "hidden" not in done.stdout + done.stderr + Path("conda-lock.yml").read_text("utf-8")


def test_an_index_that_cannot_be_reached_is_one_sentence(channel: str) -> None:
    write(channel, "http://127.0.0.1:9/simple/", "saucer")

    done = lock()

    assert done.exit_code == ExitCode.RECORDS
    assert done.stderr.startswith("envdoctor: the pip part cannot be solved for linux-64")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("teapot >=3", "the pip line `teapot >=3` is asked for, and the lock has teapot 2.0"),
        ("other", "the pip line `other` is asked for, and the lock has no other"),
        ("saucer", "no pip line asks for teapot, which the lock has"),
    ],
)
def test_a_check_looks_at_pip_lines_too(channel: str, index: str, change: str, reason: str) -> None:
    write(channel, index, "teapot")
    lock()
    write(channel, index, change)

    done = lock("--check")

    assert done.exit_code == ExitCode.CONFLICT
    assert reason in " ".join(done.stdout.split())
