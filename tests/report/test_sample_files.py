"""Real diagnoses, of the sample files: every report of them is sound, and the page on JSON shows one of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from envdoctor.model.names import Subdir
from envdoctor.report.graphs import render_graph
from envdoctor.report.json import render_json
from envdoctor.report.layout import columns
from envdoctor.report.terminal import render_text
from envdoctor.workflows.explain import explain_environment
from envdoctor.workflows.options import ExplainOptions, Surroundings
from tests.report.test_graphs import read_back
from tests.report.test_json import SCHEMA, closed

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "json.md"
LINUX = Subdir("linux-64")


def explained(file: str, tmp_path: Path, *platforms: Subdir) -> Diagnosis:
    surroundings = Surroundings(environ={}, home=tmp_path, folder=tmp_path)
    return explain_environment(ExplainOptions(arguments=(file,), platforms=platforms, fixes=5), surroundings)


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / "sample_envs").glob("*.yml")))
def test_reports_of_sample_files_are_sound(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    diagnosis = explained(f"sample_envs/{file}", tmp_path)
    jsonschema.Draft202012Validator(closed(SCHEMA)).validate(json.loads(render_json(diagnosis)))
    for width in (60, 100):
        rows = render_text(diagnosis, width=width, colour=False, verbose=True).splitlines()
        assert [row for row in rows if columns(row) > width and len(row.split()) > 1] == []
    for kind in ("mermaid", "dot", "graphml"):
        read_back(render_graph(diagnosis, kind), kind)


def general(value: dict[str, Any]) -> dict[str, Any]:
    """A diagnosis without what depends on the machine."""
    for platform in value["platforms"]:
        platform["virtual_packages"] = []
        for channel in platform["channels"]:
            for member in channel["members"]:
                member["url"] = re.sub(r"file://.*/channels/", "file:///…/channels/", member["url"])
    return value


def test_the_page_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.chdir(ROOT)
    value = general(json.loads(render_json(explained("sample_envs/numpy_twice.yml", tmp_path, LINUX))))
    example = json.dumps(value, ensure_ascii=False, indent=2)
    page = PAGE.read_text("utf-8")
    begin = page.index("```json\n", page.index("## An example")) + len("```json\n")
    end = page.index("```", begin)
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(f"{page[:begin]}{example}\n{page[end:]}", "utf-8")
    else:
        assert page[begin:end] == f"{example}\n", "`pytest tests/report --snapshot-update` writes it anew"
