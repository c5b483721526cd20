"""`envdoctor fix`: fixes are listed, shown as patches, made, and refused in words."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory

GIT = shutil.which("git") or "git"
ENVIRONMENT = """\
# what we work with
channels: [{channel}]
platforms: [linux-64]
dependencies:
  - python=3.11
  - "pandas =2.2"   # for the reports
  - sqlalchemy=1.4
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("CONDA")]:
        monkeypatch.delenv(name)
    return folder


@pytest.fixture
def file() -> Path:
    path = Path("environment.yml")
    path.write_text(ENVIRONMENT.format(channel="envdoctor-sample"), "utf-8")
    return path


def fix(*words: str) -> Result:
    return CliRunner().invoke(app, ["fix", *words])


def explain(*words: str) -> Result:
    return CliRunner().invoke(app, ["explain", *words])


def test_fixes_are_listed_and_the_file_stays(file: Path) -> None:
    before = file.read_bytes()
    done = fix()

    assert done.exit_code == ExitCode.CONFLICT
    assert "1. pandas =2.2 → pandas =2.1 (line 6)" in done.stdout
    assert "2. sqlalchemy=1.4 → sqlalchemy=2.0 (line 7)" in done.stdout
    assert file.read_bytes() == before


def test_a_fix_that_is_made_makes_the_file_solve(file: Path) -> None:
    before = file.read_text("utf-8")
    done = fix("--apply", "2", "--backup")

    assert done.exit_code == ExitCode.SOLVES
    assert file.read_text("utf-8") == before.replace("sqlalchemy=1.4", "sqlalchemy=2.0")
    assert Path("environment.yml.bak").read_text("utf-8") == before
    assert explain().exit_code == ExitCode.SOLVES
    assert fix().exit_code == ExitCode.SOLVES
    assert "nothing to fix" in fix().stdout


@pytest.mark.usefixtures("file")
def test_a_second_backup_does_not_overwrite_the_first() -> None:
    Path("environment.yml.bak").write_text("mine", "utf-8")
    fix("--apply", "1", "--backup")

    assert Path("environment.yml.bak").read_text("utf-8") == "mine"
    assert Path("environment.yml.bak1").is_file()


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_git_takes_the_patch(file: Path, end: str, here: Path) -> None:
    text = file.read_text("utf-8").rstrip("\n").replace("\n", "\r\n" if end == "\r\n" else "\n") + end
    file.write_bytes(text.encode())
    patch = fix("--diff", "--pick", "2")
    for words in (("init", "-q"), ("apply", "-")):
        subprocess.run([GIT, *words], input=patch.stdout_bytes, check=True, cwd=here)

    assert patch.exit_code == ExitCode.CONFLICT
    assert file.read_bytes() == text.replace("sqlalchemy=1.4", "sqlalchemy=2.0").encode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--apply", "9"), "there is no fix 9: there are fixes 1 to 2"),
        (("--apply", "0"), "there is no fix 0"),
        (("--diff", "--pick", "7"), "there is no fix 7"),
        (("--apply", "1", "--diff"), "exclude each other"),
        (("--interactive",), "needs a terminal"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(file: Path, words: tuple[str, ...], sentence: str) -> None:
    before = file.read_bytes()
    done = fix(*words)

    assert done.exit_code == ExitCode.INPUT
    assert sentence in done.stderr
    assert file.read_bytes() == before


def test_specs_of_the_command_line_are_fixed_in_words_only() -> None:
    specs = ("python=3.11", "pandas=2.2", "sqlalchemy=1.4", "-c", "envdoctor-sample", "--override-channels")
    listed = fix(*specs, "-p", "linux-64")
    made = fix(*specs, "-p", "linux-64", "--apply", "1")

    assert "1. pandas=2.2 → pandas=2.1" in listed.stdout
    assert "--apply" not in listed.stdout
    assert made.exit_code == ExitCode.INPUT
    assert "ask again with 'pandas=2.1'" in made.stderr


def test_an_alias_is_shown_as_a_fix_to_be_made_by_hand() -> None:
    text = "x-pandas: &pandas pandas=2.2\n" + ENVIRONMENT.format(channel="envdoctor-sample").replace(
        '"pandas =2.2"', "*pandas"
    )
    Path("environment.yml").write_text(text.replace("sqlalchemy=1.4", "sqlalchemy=1.4.54"), "utf-8")
    listed, made = fix(), fix("--apply", "1")

    assert "By hand" in listed.stdout
    assert made.exit_code == ExitCode.INPUT
    assert "alias" in made.stderr
    assert Path("environment.yml").read_text("utf-8") == text.replace("sqlalchemy=1.4", "sqlalchemy=1.4.54")


def test_a_setting_is_told_with_what_it_means_and_is_no_edit(make_channel: ChannelFactory) -> None:
    url = make_channel([{"name": "tool", "depends": ["__glibc >=2.40"]}])
    Path("environment.yml").write_text(f"channels: [{url}]\nplatforms: [linux-64]\ndependencies: [tool]\n", "utf-8")
    listed = fix("--virtual-package", "__glibc=2.17")
    made = fix("--virtual-package", "__glibc=2.17", "--apply", "1")

    assert "1. --virtual-package __glibc=2.40 (CONDA_OVERRIDE_GLIBC=2.40)" in listed.stdout
    assert "True only if the machine" in listed.stdout
    assert made.exit_code == ExitCode.INPUT
    assert "edits no file" in made.stderr


def test_leaving_a_package_out_is_the_last_resort_and_said_so() -> None:
    text = "channels: [envdoctor-sample]\nplatforms: [linux-64]\ndependencies:\n  - numpy\n  - {}\n"
    Path("environment.yml").write_text(text.format("ghost-of-a-package"), "utf-8")
    lost = fix().stdout
    Path("environment.yml").write_text(text.format("ucrt"), "utf-8")
    not_lost = fix().stdout

    assert "1. leave out ghost-of-a-package (line 5)\n     Last resort" in lost
    assert "1. leave out ucrt (line 5)\n" in not_lost
    assert "Last resort" not in not_lost


def json_of(done: Result) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def test_json_tells_the_same(file: Path) -> None:
    listed = json_of(fix("--format", "json"))
    first = listed["fixes"][0]

    assert listed["solvable"] is False
    assert first["kind"] == "minor"
    assert [(edit["file"], edit["line"], edit["from"], edit["to"]) for edit in first["edits"]] == [
        ("environment.yml", 6, "pandas =2.2", "pandas =2.1")
    ]
    assert [one["platform"] for one in first["verified"]] == ["linux-64"]
    assert {change["name"]: change["after"] for change in first["changes"]}["pandas"] == "2.1.4"
    assert json_of(explain("--format", "json"))["fixes"] == listed["fixes"]
    assert json_of(explain("--format", "json", "--no-fixes"))["fixes"] == []
    applied = json_of(fix("--apply", "1", "--format", "json"))
    assert applied["files"] == ["environment.yml"]
    assert file.read_text("utf-8").count("pandas =2.1") == 1


@pytest.mark.usefixtures("file")
def test_no_time_is_said_and_what_was_found_is_shown() -> None:
    done = fix("--time-limit", "0")

    assert done.exit_code == ExitCode.CONFLICT
    assert "cut short" in done.stdout


def interactive(*answers: str) -> tuple[int, str, str]:
    """Run the command on a terminal of its own, with answers typed in. Returns exit code, output, and the terminal."""
    import pty  # noqa: PLC0415 - not everywhere

    master, terminal = pty.openpty()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CONDA")}
    words = [sys.executable, "-m", "envdoctor", "fix", "--interactive"]
    with subprocess.Popen(words, stdin=terminal, stderr=terminal, stdout=subprocess.PIPE, env=environ) as running:
        os.close(terminal)
        os.write(master, "".join(f"{answer}\n" for answer in answers).encode())
        seen = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while part := os.read(master, 4096):
                seen += part
        output = running.stdout.read().decode() if running.stdout else ""
    os.close(master)
    return running.returncode, output, seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_one_picks_sees_the_patch_and_agrees(file: Path) -> None:
    before = file.read_text("utf-8")
    code, output, terminal = interactive("7", "2", "n", "2", "y")

    assert code == ExitCode.SOLVES
    assert "there is no fix 7" in terminal
    assert "+  - sqlalchemy=2.0" in terminal
    assert output.startswith("✓ fix 2 is in environment.yml")
    assert file.read_text("utf-8") == before.replace("sqlalchemy=1.4", "sqlalchemy=2.0")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_one_may_pick_none(file: Path) -> None:
    before = file.read_bytes()
    code, output, _ = interactive("0")

    assert (code, output) == (ExitCode.CONFLICT, "Nothing was changed.\n")
    assert file.read_bytes() == before


def test_no_credential_comes_out(file: Path) -> None:
    """It stands beside the edit, so a patch would show it; the edit itself can be made."""
    text = file.read_text("utf-8").replace(
        "  - sqlalchemy", "  # see https://ada:hunter2@wiki.example/\n  - sqlalchemy"
    )
    file.write_text(text, "utf-8")
    shown = fix("--diff")
    made = fix("--apply", "1", "--format", "json")

    assert "hunter2" not in shown.output + made.output
    assert shown.exit_code == ExitCode.INPUT
    assert "a credential stands beside the edit" in shown.stderr
    assert file.read_text("utf-8") == text.replace("pandas =2.2", "pandas =2.1")


def test_the_base_of_a_package_is_tried_where_the_rest_is_in_the_way(make_channel: ChannelFactory) -> None:
    url = make_channel(
        [
            {"name": "plots", "depends": ["plots-base", "window 6"]},
            {"name": "plots-base"},
            {"name": "window", "version": "5"},
            {"name": "window", "version": "6"},
        ]
    )
    listed = "".join(f"  - {line}\n" for line in ("plots", "window==5"))
    Path("environment.yml").write_text(f"channels: [{url}]\nplatforms: [linux-64]\ndependencies:\n{listed}", "utf-8")
    done = fix("--override-channels")

    assert "1. window==5 → window==6 (line 5)" in done.stdout
    assert "2. plots → plots-base (line 4)" in done.stdout
    assert "which is then not installed" in done.stdout


def test_what_cannot_be_proven_is_a_hint(make_channel: ChannelFactory) -> None:
    url = make_channel([{"name": "tool"}])
    text = f"channels: [{url}]\nplatforms: [linux-64]\ndependencies:\n  - tool\n  - ghost-of-a-package\n"
    Path("environment.yml").write_text(text, "utf-8")

    assert "Hint: If ghost-of-a-package is a project of PyPI" in fix("--override-channels").stdout
    assert len(json_of(fix("--override-channels", "--format", "json"))["fix_hints"]) == 1


def test_a_pip_line_that_clashes_after_the_edit_is_mended_too(make_channel: ChannelFactory) -> None:
    """numpy has to move to 2, and then contradicts the pip line that agreed with it before."""
    url = make_channel(
        [
            {"name": "numpy", "version": "1.26"},
            {"name": "numpy", "version": "2.0"},
            {"name": "app", "depends": ["numpy >=2"]},
            {"name": "pip"},
        ]
    )
    head = f"channels: [{url}]\nplatforms: [linux-64]\ndependencies:\n"
    text = head + "  - app\n  - numpy=1.26\n  - pip\n  - pip:\n    - numpy<1.27\n"
    Path("environment.yml").write_text(text, "utf-8")
    made = fix("--override-channels", "--apply", "1")

    assert made.exit_code == ExitCode.SOLVES
    assert Path("environment.yml").read_text("utf-8").endswith("  - app\n  - numpy=2.0\n  - pip\n")
    assert explain("--override-channels").exit_code == ExitCode.SOLVES
