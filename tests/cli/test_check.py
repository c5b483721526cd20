"""`envdoctor check`: which files are looked at, what is accepted, what is mended, and what comes out in which form."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app
from envdoctor.rules.registry import RULES
from envdoctor.workflows import checking
from tests.rules.examples import lock, noted

GIT = shutil.which("git") or "git"
DAY = "2026-11-25"
BAD = """\
channels:
  - conda-forge
  - defaults   # for one package
dependencies:
  - python=3.8
  - numpy>=1.2.*
  - pandas
  - pandas
"""
GOOD = "channels: [conda-forge]\ndependencies:\n  - python=3.13\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("CONDA")]:
        monkeypatch.delenv(name)
    return folder


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", "--as-of", DAY, *words])


def codes(done: Result) -> list[str]:
    return [finding["code"] for finding in json.loads(done.stdout)["findings"]]


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_findings_are_told_with_line_and_caret_and_what_to_do() -> None:
    write("environment.yml", BAD)
    done = check("--select", "ES")

    assert done.exit_code == ExitCode.CONFLICT
    assert done.stdout.splitlines() == [
        "environment.yml",
        "  6:5 warning ES108: the star in numpy>=1.2.* has no meaning behind a bound",
        "      - numpy>=1.2.*",
        "        ^",
        "    → write numpy>=1.2",
        "  8:5 warning ES103: pandas asks for a package that line 7 asks for already (pandas)",
        "      - pandas",
        "        ^",
        "    → join the two lines",
        "",
        "2 warnings in 1 file (as of 2026-11-25); --fix mends 2, --fix --unsafe 2",
    ]


def test_a_file_with_nothing_to_say_about_is_good() -> None:
    write("environment.yml", GOOD)
    done = check()

    assert done.exit_code == ExitCode.SOLVES
    assert done.stdout == "✓ nothing to say about 1 file (as of 2026-11-25)\n"


def test_what_is_only_worth_knowing_fails_nothing() -> None:
    write("environment.yml", GOOD + "prefix: /home/ada/envs/x\n")

    assert check().exit_code == ExitCode.SOLVES
    assert "EF101" in check().stdout
    assert check("--severity", "warning").stdout.startswith("✓")


def test_the_day_decides_and_the_same_day_says_the_same() -> None:
    write("environment.yml", "channels: [conda-forge]\ndependencies:\n  - python=3.12\n")

    assert check("--select", "EP101").exit_code == ExitCode.SOLVES
    later = CliRunner().invoke(app, ["check", "--as-of", "2029-01-01", "--select", "EP101"])
    assert "python=3.12 keeps python at 3.12" in later.stdout


def test_folders_are_searched_for_environment_files_that_git_does_not_ignore() -> None:
    subprocess.run([GIT, "init", "-q"], check=True)
    write("environment.yml", GOOD)
    write("ci/envs/test-environment.yaml", GOOD)
    write("build/environment.yml", GOOD)
    write(".gitignore", "build/\n")
    write("compose.yml", "services: {}\n")
    write("docs/environment.yml", "a: file of another kind\n")
    looked_at = json.loads(check("--format", "json").stdout)["files"]

    assert looked_at == ["ci/envs/test-environment.yaml", "environment.yml"]


def test_a_comment_accepts_what_stands_in_its_line() -> None:
    write("environment.yml", BAD.replace("numpy>=1.2.*", "numpy>=1.2.*  # envdoctor: ignore[ES108] old tools"))
    assert "ES108" not in codes(check("--format", "json"))
    write("environment.yml", "# envdoctor: ignore-file[ES, EC103]\n" + BAD)
    assert codes(check("--format", "json")) == ["EC101", "EP101", "EP102"]


def test_a_baseline_accepts_today_and_fails_tomorrow() -> None:
    file = write("environment.yml", BAD)
    made = check("--baseline", "baseline.json", "--write-baseline")
    same = check("--baseline", "baseline.json")
    file.write_text(BAD + "  - pandas\n", "utf-8")
    more = check("--baseline", "baseline.json", "--format", "json")

    assert (made.exit_code, same.exit_code, more.exit_code) == (0, 0, 1)
    assert codes(more) == ["ES103"]


@pytest.mark.parametrize("name", ["pyproject.toml", ".envdoctor.toml"])
def test_a_project_keeps_its_settings(name: str) -> None:
    write("environment.yml", BAD)
    head = "[tool.envdoctor]\n" if name == "pyproject.toml" else ""
    write(name, f"{head}select = ['ES']\nignore = ['ES103']\n")

    assert codes(check("--format", "json")) == ["ES108"]
    assert codes(check("--format", "json", "--select", "EP101")) == ["EP101"]


def test_a_wrong_setting_is_one_sentence() -> None:
    write(".envdoctor.toml", "selct = ['ES']\n")
    done = check()

    assert done.exit_code == ExitCode.INPUT
    assert "there is no setting 'selct'; known are select" in done.stderr


def test_fix_mends_what_is_safe_and_leaves_every_other_byte() -> None:
    file = write("environment.yml", BAD)
    done = check("--fix", "--select", "ES")

    assert file.read_text("utf-8") == BAD.replace("numpy>=1.2.*", "numpy>=1.2").replace("  - pandas\n", "", 1)
    assert done.exit_code == ExitCode.SOLVES
    assert "mended 2 findings in 1 files" in done.stderr


def test_what_is_not_safe_is_mended_on_request_alone() -> None:
    file = write("environment.yml", GOOD + "  - numpy=1.26.4=py312heda63a1_0\n")
    check("--fix")
    assert file.read_text("utf-8").endswith("numpy=1.26.4=py312heda63a1_0\n")
    check("--fix", "--unsafe")
    assert file.read_text("utf-8").endswith("  - numpy=1.26.4\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere.yml",), "there is no file or folder `nowhere.yml`"),
        (("--select", "ES999"), "no rule has the code 'ES999'"),
        (("--explain", "ES999"), "no rule has the code 'ES999'"),
        (("--unsafe",), "--unsafe belongs to --fix"),
        (("--write-baseline",), "needs --baseline FILE"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(words: tuple[str, ...], sentence: str) -> None:
    write("environment.yml", GOOD)
    done = check(*words)

    assert done.exit_code == ExitCode.INPUT
    assert sentence in done.stderr


def test_an_unreadable_file_is_a_finding() -> None:
    Path("environment.yml").write_bytes(b"\x00\x01\x02")
    done = check("environment.yml", "--format", "json")

    assert done.exit_code == ExitCode.CONFLICT
    assert codes(done) == ["EF108"]


def test_rules_are_listed_and_explained() -> None:
    listed = check("--list-rules").stdout

    assert [line.split()[0] for line in listed.splitlines()] == [rule.code for rule in RULES]
    assert "Source: " in check("--explain", "ES101").stdout
    assert check("--explain", "build-string-pin").stdout == check("--explain", "ES101").stdout


def test_json_is_as_its_schema_says() -> None:
    write("environment.yml", BAD)
    schema: dict[str, Any] = json.loads(files("envdoctor.report").joinpath("findings.schema.json").read_text("utf-8"))
    value = json.loads(check("--format", "json").stdout)

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(value)
    first = value["findings"][0]
    assert (first["code"], first["kind"], first["severity"], first["line"]) == ("EC101", "defaults", "warning", 3)


def test_sarif_names_the_rules_and_keeps_fingerprints_while_lines_move() -> None:
    file = write("environment.yml", BAD)
    (run,) = json.loads(check("--format", "sarif").stdout)["runs"]
    file.write_text("# a line more\n" + BAD, "utf-8")
    (later,) = json.loads(check("--format", "sarif").stdout)["runs"]

    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    prints = [result["partialFingerprints"] for result in run["results"]]
    assert prints == [result["partialFingerprints"] for result in later["results"]]
    region = run["results"][0]["locations"][0]["physicalLocation"]
    assert region == {"artifactLocation": {"uri": "environment.yml"}, "region": {"startLine": 3, "startColumn": 5}}


def test_annotations_of_github_are_one_line_each_and_escaped() -> None:
    write("a,b:c-environment.yml", BAD)
    rows = check("a,b:c-environment.yml", "--format", "github").stdout.splitlines()

    assert rows[0].startswith("::warning file=a%2Cb%3Ac-environment.yml,line=3,col=5,title=EC101 defaults::")
    assert all(row.startswith("::") for row in rows)


def test_gitlab_junit_and_markdown_tell_the_same() -> None:
    write("environment.yml", BAD)
    found = codes(check("--format", "json"))
    gitlab = json.loads(check("--format", "gitlab").stdout)
    suite = ET.fromstring(check("--format", "junit").stdout)  # noqa: S314 - our own
    markdown = check("--format", "markdown").stdout

    assert [row["description"].split(":")[0] for row in gitlab] == found
    assert len({row["fingerprint"] for row in gitlab}) == len(gitlab)
    assert suite.attrib["failures"] == "1"
    assert markdown.count("\n") == len(found) + 2


def test_no_secret_comes_out_in_any_format() -> None:
    head = "channels: [https://ada:hunter2@conda.example.org/x]\ndependencies:\n  - numpy\n  - numpy\n"
    write("environment.yml", head + "  - pip:\n    - --index-url https://ada:hunter2@pypi.example.org/simple\n")
    for form in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown"):
        done = check("--format", form)
        assert "hunter2" not in done.stdout + done.stderr, form
        assert "EC108" in done.stdout, form


def test_many_files_looked_at_side_by_side_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [write(f"envs/{number}.yml", BAD.replace("3.8", f"3.{number}")).as_posix() for number in range(6, 14)]
    one_by_one = check("--format", "json", *names)
    monkeypatch.setattr(checking, "FILES_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    assert check("--format", "json", *names).stdout == one_by_one.stdout
    assert len(codes(one_by_one)) > 8


def test_a_folder_without_an_environment_file_is_said_to_have_none() -> None:
    done = check()

    assert done.exit_code == ExitCode.SOLVES
    assert done.stdout == "no environment file or lock was found; name the file, whatever it is called\n"


@pytest.mark.parametrize(("image", "found"), [("debian:9", ["EL108"]), ("debian:12", [])])
def test_a_lock_is_held_against_the_image_that_it_is_for(image: str, found: list[str]) -> None:
    write("conda-lock.yml", lock(depends="{__glibc: '>=2.28'}"))

    done = check("--image", image, "--select", "EL108", "--format", "json")

    assert codes(done) == found


def test_a_driver_that_is_stated_is_held_against_the_toolkit() -> None:
    write("environment.yml", "channels: [conda-forge]\nplatforms: [linux-64]\ndependencies:\n  - cuda-version=12.8\n")

    done = check("--virtual-package", "__cuda=11.4", "--select", "EG106")

    assert "cuda-version=12.8 needs a newer driver than linux-64 (--virtual-package) has" in done.stdout


def test_a_lock_beside_a_changed_file_is_stale_without_asking_a_channel() -> None:
    write("environment.yml", "channels: [conda-forge]\nplatforms: [linux-64]\ndependencies:\n  - numpy=1.26\n")
    write("conda-lock.yml", lock(notes=noted("numpy=2.2")))

    done = check("--select", "EL111", "--format", "json")

    (finding, *_) = json.loads(done.stdout)["findings"]
    assert finding["file"] == "conda-lock.yml"
    assert "numpy=1.26" in finding["message"]


def test_fixes_in_sarif_say_the_same_as_those_that_are_made() -> None:
    """Made in SARIF's own terms, they give the file that `--fix --unsafe` writes."""
    text = "channels:\n  - conda-forge\ndependencies:\n  - python=3.13\n  - numpy=1.2*  # why\n  - torch\n  - pep8\n"
    path = write("environment.yml", text)
    (run,) = json.loads(check("--format", "sarif").stdout)["runs"]
    replacements = [
        replacement
        for result in run["results"]
        for fix in result.get("fixes", ())
        for change in fix["artifactChanges"]
        for replacement in change["replacements"]
    ]
    lines = text.split("\n")
    for replacement in replacements:
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        before, after = line[: region["startColumn"] - 1], line[region["endColumn"] - 1 :]
        lines[region["startLine"] - 1] = before + replacement["insertedContent"]["text"] + after
    check("--fix", "--unsafe")

    assert replacements
    assert "\n".join(lines) == path.read_text("utf-8")


def test_sarif_has_relative_addresses_below_the_folder_of_the_run(tmp_path: Path) -> None:
    inside = write("some folder/environment.yml", BAD).resolve()
    outside = tmp_path / "environment.yml"
    outside.write_text(BAD)
    (run,) = json.loads(check(str(inside), str(outside), "--format", "sarif").stdout)["runs"]

    addresses = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]}
    assert addresses == {"some%20folder/environment.yml", outside.as_uri()}


def test_in_a_folder_sections_of_projects_and_explicit_locks_are_found_too() -> None:
    section = '[tool.conda-lock]\nchannels = ["conda-forge"]\n[tool.conda-lock.dependencies]\npython = "3.8.*"\n'
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    write("pyproject.toml", f'{build}[project]\nname = "x"\nversion = "1"\n{section}')
    write("other/pyproject.toml", '[project]\nname = "y"\nversion = "1"\n')
    write("conda-linux-64.lock", "@EXPLICIT\nhttps://conda.example.org/linux-64/numpy-2.2.0-py313_0.conda\n")

    found = json.loads(check("--format", "json").stdout)

    assert found["files"] == ["conda-linux-64.lock", "pyproject.toml"]
    assert {finding["code"] for finding in found["findings"]} == {"EL101", "EP101", "EP102"}


def test_a_list_of_noarch_packages_alone_is_a_lock_for_any_platform() -> None:
    """conda installs it, so it is not unreadable; its hashes are looked at as those of any other."""
    write("explicit.txt", "@EXPLICIT\nhttps://conda.example.org/conda-forge/noarch/tzdata-2025b-h78e105d_0.conda\n")

    assert codes(check("explicit.txt", "--format", "json")) == ["EL101"]
