"""What plain conda-lock would lose is said, each fault with its line; where it reads as conda does nothing is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from envdoctor.environment.conda_lock import to_lock_specification
from envdoctor.environment.plain_conda_lock import lost_by_conda_lock
from envdoctor.environment.read import read_environment
from envdoctor.errors import InputError
from envdoctor.model.names import Subdir

pytest.importorskip("conda_lock", reason="needs the extra `lock`")

LINUX = Subdir("linux-64")


def told(tmp_path: Path, text: str | bytes) -> list[tuple[str, int | None]]:
    path = tmp_path / "environment.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    environment = read_environment([str(path)])
    notices = lost_by_conda_lock(environment, environment.platforms or (LINUX,))
    assert all("plain conda-lock" in notice.message for notice in notices)
    return [
        (notice.kind.removeprefix("conda-lock-"), notice.place.line if notice.place else None) for notice in notices
    ]


HEAD = "channels: [conda-forge]\ndependencies:\n- python=3.12\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("- numpy  # see [issue 12]\n", [("comment-in-brackets", 4)]),
        ("- numpy  # [linux64 or osx]\n", [("compound-selector", 4)]),
        ("- sel(linux): numpy\n", [("sel-item", 4)]),
        ("- pip=23.3.1\n- pip:\n  - requests\n", [("pin-of-pip", 4)]),
        ("- numpy >=1.20\n- numpy <2\n", [("last-line-counts", 4)]),
        ("- pip:\n  - -e .\n", [("refuses", None)]),
        ("- pip:\n  - git+https://example.com/x/tool.git\n", [("name-guessed", 5)]),
        ("- pip:\n  - -r more.txt\n", [("refuses", None)]),
    ],
)
def test_each_fault_is_told_with_its_line(tmp_path: Path, lines: str, expected: list[tuple[str, int | None]]) -> None:
    found = told(tmp_path, HEAD + lines)

    assert [one for one in found if one[0] != "editable"] == expected or found == [("editable", 5)]


def test_utf_16_is_refused_there(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD.encode("utf-16")) == [("refuses", None)]


@pytest.mark.parametrize(
    "lines",
    ["- numpy\n", "- numpy >=1.20,<2\n- conda-forge::zlib\n", "- pip\n- pip:\n  - requests >=2\n", "- numpy  # x\n"],
)
def test_what_both_read_alike_needs_no_word(tmp_path: Path, lines: str) -> None:
    assert told(tmp_path, HEAD + lines) == []


@pytest.mark.shared
def test_over_real_files_every_kind_is_known_and_nothing_goes_wrong(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared / "envs")
    kinds = set()
    for path in sorted(Path().glob("[0-9]*"))[::5]:
        try:
            environment = read_environment([str(path)])
        except InputError:
            continue
        if not environment.explicit:
            notices = lost_by_conda_lock(environment, environment.platforms or (LINUX,))
            kinds |= {notice.kind.removeprefix("conda-lock-") for notice in notices}

    assert {"pin-of-pip", "refuses", "editable"} <= kinds
    assert kinds <= {
        "comment-in-brackets", "compound-selector", "editable", "last-line-counts", "letter-by-letter", "line-lost",
        "marker", "name-guessed", "pin-of-pip", "read-otherwise", "refuses", "sel-item", "implied-pip",
    }  # fmt: skip


OTHER_HASH = {
    "0158": "its pip section stands twice, and conda reads the last",
    "0207": "a token of a channel, which conda-lock would keep, is left out",
    "0365": "conda-lock takes `#egg=…` for part of a commit",
}


@pytest.mark.shared
def test_where_both_read_alike_the_hash_of_the_inputs_is_the_same(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conda_lock.content_hash import compute_content_hashes  # noqa: PLC0415 - an extra
    from conda_lock.src_parser import make_lock_spec  # noqa: PLC0415
    from conda_lock.virtual_package import default_virtual_package_repodata  # noqa: PLC0415

    monkeypatch.chdir(shared / "envs")
    machines, alike = default_virtual_package_repodata(), 0
    for path in sorted(Path().glob("[0-9]*"))[::4]:
        try:
            environment = read_environment([str(path)])
        except InputError:
            continue
        platforms = environment.platforms or (LINUX,)
        if environment.explicit or environment.pip or path.name[:4] in OTHER_HASH:
            continue
        if lost_by_conda_lock(environment, platforms):
            continue
        ours = compute_content_hashes(to_lock_specification(environment, platforms), machines)
        with monkeypatch.context() as quiet:
            quiet.setattr("builtins.print", lambda *_, **__: None)
            theirs = make_lock_spec(src_files=[path], platform_overrides=list(platforms), mapping_url="")
        assert compute_content_hashes(theirs, machines) == ours, path.name
        alike += 1
    assert alike > 20
