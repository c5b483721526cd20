"""The sample channels are real, closed and small, and every sample file has the verdict that its first line says."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rattler

import envdoctor
from envdoctor.channels.builtin import BUILT_IN_NAMES, SAMPLE, SAMPLE_EXTRA, built_in_channel_url
from envdoctor.engine.specs import parse_spec
from envdoctor.environment.read import read_environment
from envdoctor.model.names import NOARCH, Subdir
from envdoctor.records.virtual import virtual_packages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.environment import EnvironmentSpec

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_ENVS = ROOT / "sample_envs"
CHANNELS = ROOT / "src" / "envdoctor" / "channels" / "sample_channel"
LINUX, MAC, WINDOWS = Subdir("linux-64"), Subdir("osx-arm64"), Subdir("win-64")
PLATFORMS = (LINUX, MAC, WINDOWS)
UNMET = {("deepdiff", "cachebox")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a sample file shows: where it solves, and the lines of its only core where it does not."""

    file: str
    core: tuple[str, ...] = ()
    solves_on: tuple[Subdir, ...] = ()
    virtual: tuple[str, ...] = ("__cuda",)
    strict: bool = False
    before: str | None = None
    pins: tuple[str, ...] = ()


STORIES = (
    Story(file="data_science", solves_on=(LINUX,)),
    Story(file="web_service", solves_on=PLATFORMS),
    Story(file="numpy_twice", core=("numpy=1.26", "numpy>=2.2")),
    Story(file="geo_and_arrow", core=("gdal=3.8", "pyarrow=20")),
    Story(file="pandas_and_sqlalchemy", core=("pandas=2.2", "sqlalchemy=1.4")),
    Story(file="python_too_new", core=("python=3.13", "numba=0.60")),
    Story(file="typo", core=("pandsa",)),
    Story(file="pypi_name", core=("torch=2.4",)),
    Story(file="no_such_version", core=("pandas=2.9",)),
    Story(file="only_on_windows", core=("pywin32",)),
    Story(file="one_of_three", core=("mlx=0.20",), solves_on=(MAC,), virtual=("__osx=14.5",)),
    Story(file="old_macos", core=("mlx=0.20",)),
    Story(file="old_macos", solves_on=(MAC,), virtual=("__osx=14.5",)),
    Story(file="no_gpu", core=("pytorch=2.4=cuda*",)),
    Story(file="no_gpu", solves_on=(LINUX,), virtual=("__cuda=12.4",)),
    Story(file="strict_priority", core=("flask>=3",), strict=True),
    Story(file="strict_priority", solves_on=(LINUX,)),
    Story(file="too_recent", core=("numpy>=2.3",), before="2024-12-31"),
    Story(file="too_recent", solves_on=(LINUX,)),
    Story(file="broken_package", core=("deepdiff=9.1",)),
    Story(file="conda_and_pip", solves_on=(LINUX,)),
    Story(file="pinned", core=("numpy>=2.1",), pins=("numpy<2",)),
    Story(file="pinned", solves_on=(LINUX,)),
)


def ids(story: Story) -> str:
    return f"{story.file}-{'solves' if not story.core else 'fails'}"


def test_every_sample_file_has_a_story_and_says_it_in_its_first_line() -> None:
    files = {path.stem for path in SAMPLE_ENVS.glob("*.yml")}

    assert len(files) >= 14
    assert files == {story.file for story in STORIES} | {"exported_on_windows"}
    assert all(path.read_text("utf-8").startswith("# ") for path in SAMPLE_ENVS.iterdir())


@pytest.mark.parametrize("story", STORIES, ids=ids)
def test_a_sample_file_solves_where_its_story_says_so(story: Story) -> None:
    environment = read(story.file)
    texts = [line.text for line in environment.requirements]

    assert environment.notices == ()
    for platform in environment.platforms:
        assert solves(story, environment, texts, platform) is (platform in story.solves_on), platform


@pytest.mark.parametrize("story", [story for story in STORIES if story.core], ids=ids)
def test_a_conflict_has_one_core_and_no_line_of_it_is_idle(story: Story) -> None:
    environment = read(story.file)
    texts = [line.text for line in environment.requirements]
    platform = next(name for name in environment.platforms if name not in story.solves_on)

    assert set(story.core) <= set(texts)
    assert not solves(story, environment, list(story.core), platform)
    for line in story.core:
        assert solves(story, environment, [text for text in texts if text != line], platform), line


def test_an_export_of_windows_solves_there_and_fails_by_many_lines_on_linux() -> None:
    environment = read("exported_on_windows")
    story = Story(file="exported_on_windows")
    texts = [line.text for line in environment.requirements]

    assert solves(story, environment, texts, WINDOWS)
    alone = [text for text in texts if not solves(story, environment, [text], LINUX)]
    assert len(alone) > len(texts) / 2


def test_conda_and_pip_exclude_each_other_by_numpy() -> None:
    (line,) = read("conda_and_pip").pip

    assert (line.name, line.specifier) == ("numpy", ">=2")


@pytest.mark.parametrize("channel", BUILT_IN_NAMES)
def test_every_dependency_of_every_record_can_be_met(channel: str) -> None:
    by_platform = {platform: [*records(channel, platform), *records(channel, NOARCH)] for platform in PLATFORMS}
    unmet: set[tuple[str, str]] = set()
    for subdir in (*PLATFORMS, NOARCH):
        for record in records(channel, subdir):
            places = PLATFORMS if subdir == NOARCH else (subdir,)
            missing = [missing_on(place, record, by_platform[place]) for place in places]
            if all(missing):
                unmet |= {(record["name"], spec.partition(" ")[0]) for spec in min(missing, key=len)}

    assert unmet == (UNMET if channel == SAMPLE else set())


def test_the_sample_is_small_and_its_address_leads_to_it() -> None:
    assert sum(path.stat().st_size for path in CHANNELS.rglob("*") if path.is_file()) <= 300_000
    for name in BUILT_IN_NAMES:
        installed = Path(envdoctor.__file__).parent / "channels" / "sample_channel" / name
        assert built_in_channel_url(name) == f"{installed.as_uri()}/"
        assert (installed / "noarch" / "repodata.json").is_file()
    with pytest.raises(ValueError, match="no channel that comes with"):
        built_in_channel_url("conda-forge")


def test_the_script_cuts_the_same_sample_again(shared: Path, tmp_path: Path) -> None:
    assert shared.is_dir()
    spec = importlib.util.spec_from_file_location("cut_sample", ROOT / "tools" / "cut_sample.py")
    assert spec is not None
    assert spec.loader is not None
    cut_sample = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = cut_sample
    spec.loader.exec_module(cut_sample)

    cut_sample.main(tmp_path)

    assert content(tmp_path) == content(CHANNELS)


def read(file: str) -> EnvironmentSpec:
    return read_environment([str(SAMPLE_ENVS / f"{file}.yml")])


def records(channel: str, subdir: Subdir) -> list[dict[str, Any]]:
    path = CHANNELS / channel / subdir / "repodata.json"
    repodata = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return [record for section in ("packages", "packages.conda") for record in repodata.get(section, {}).values()]


def content(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.json")}


def missing_on(platform: Subdir, record: dict[str, Any], known: Sequence[dict[str, Any]]) -> list[str]:
    machine = {package.name for package in virtual_packages(platform, ["__cuda=12.4"], {}, Subdir("none"))}
    return [
        text
        for text in record["depends"]
        if not (
            text.partition(" ")[0] in machine if text.startswith("__") else any(matches(text, other) for other in known)
        )
    ]


def matches(text: str, record: dict[str, Any]) -> bool:
    return text.partition(" ")[0] == record["name"] and rattler.MatchSpec(text).matches(
        rattler.PackageRecord(
            name=record["name"],
            version=record["version"],
            build=rattler.BuildString(record["build"]),
            build_number=record["build_number"],
            subdir=record["subdir"],
        )
    )


def solves(story: Story, environment: EnvironmentSpec, texts: Sequence[str], platform: Subdir) -> bool:
    machine = virtual_packages(platform, story.virtual, {}, Subdir("none"))
    try:
        asyncio.run(
            rattler.solve(
                [rattler.Channel(built_in_channel_url(line.text)) for line in environment.channels],
                [rattler.MatchSpec(spec) for text in texts for spec in (text, parse_spec(text).name)],
                platforms=[rattler.Subdir(platform), rattler.Subdir("noarch")],
                virtual_packages=[
                    rattler.GenericVirtualPackage(
                        rattler.PackageName(package.name),
                        rattler.Version(package.version),
                        rattler.BuildString(package.build),
                    )
                    for package in machine
                ],
                channel_priority=rattler.ChannelPriority.Strict if story.strict else rattler.ChannelPriority.Disabled,
                constraints=[rattler.MatchSpec(pin) for pin in story.pins],
                exclude_newer=datetime.fromisoformat(story.before).replace(tzinfo=UTC) if story.before else None,
            )
        )
    except rattler.exceptions.SolverError:
        return False
    return True


def test_both_channels_have_flask_and_only_the_second_one_version_3() -> None:
    versions = {
        name: {
            record["version"]
            for subdir in (LINUX, NOARCH)
            for record in records(name, subdir)
            if record["name"] == "flask"
        }
        for name in (SAMPLE_EXTRA, SAMPLE)
    }

    assert {version.partition(".")[0] for version in versions[SAMPLE_EXTRA]} == {"1"}
    assert {version.partition(".")[0] for version in versions[SAMPLE]} == {"3"}
