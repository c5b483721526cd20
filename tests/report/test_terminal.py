from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from envdoctor.report.layout import columns
from envdoctor.report.terminal import render_text
from tests.report.diagnoses import CLASH, DIAGNOSES, MISSING, diagnosis, unsolved

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

WIDTHS = (60, 80, 100)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", WIDTHS)
def test_text_is_as_agreed(name: str, width: int, snapshot: SnapshotAssertion) -> None:
    assert render_text(DIAGNOSES[name], width=width, colour=False, verbose=False) == snapshot


def test_verbose_text_is_as_agreed(name: str, snapshot: SnapshotAssertion) -> None:
    assert render_text(DIAGNOSES[name], width=80, colour=False, verbose=True) == snapshot


@pytest.mark.parametrize("name", ["two_lines", "solved", "took_part"])
def test_coloured_text_is_as_agreed(name: str, snapshot: SnapshotAssertion) -> None:
    assert render_text(DIAGNOSES[name], width=80, colour=True, verbose=False) == snapshot


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("width", [1, *WIDTHS, 240])
def test_colour_adds_nothing_but_colour(name: str, width: int, *, verbose: bool) -> None:
    plain = render_text(DIAGNOSES[name], width=width, colour=False, verbose=verbose)
    coloured = render_text(DIAGNOSES[name], width=width, colour=True, verbose=verbose)
    assert "\x1b" not in plain
    assert coloured != plain
    assert ANSI.sub("", coloured) == plain


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_row_is_too_wide_but_for_one_word(name: str, width: int, *, verbose: bool) -> None:
    text = render_text(DIAGNOSES[name], width=width, colour=False, verbose=verbose)
    wide = [row for row in text.splitlines() if columns(row) > width]
    assert [row for row in wide if len(row.split()) > 1] == []


def test_rows_have_no_spaces_at_their_ends_and_no_two_are_blank(name: str) -> None:
    text = render_text(DIAGNOSES[name], width=80, colour=False, verbose=True)
    assert text.endswith("\n")
    assert not text.startswith("\n")
    assert "\n\n\n" not in text
    assert [row for row in text.splitlines() if row != row.rstrip()] == []


def test_words_stay_whole_at_any_width(name: str) -> None:
    """Only rows of tables, which are laid out anew, may differ in more than where lines break."""
    wide = render_text(DIAGNOSES[name], width=400, colour=False, verbose=False)
    narrow = render_text(DIAGNOSES[name], width=60, colour=False, verbose=False)
    if DIAGNOSES[name].platforms and any(one.choices for one in DIAGNOSES[name].platforms):
        assert {word.strip(":") for word in wide.split()} <= {word.strip(":") for word in narrow.split()} | {"of"}
    else:
        assert wide.split() == narrow.split()


def test_secrets_and_control_characters_are_not_shown() -> None:
    text = render_text(DIAGNOSES["hostile"], width=100, colour=False, verbose=True)
    assert "hunter2" not in text
    assert "to-12345" not in text
    assert "conda.example" in text
    assert [mark for mark in text if mark != "\n" and not mark.isprintable()] == []
    text.encode()


def test_a_place_stays_on_one_row() -> None:
    for width in range(20, 90):
        text = render_text(DIAGNOSES["two_lines"], width=width, colour=False, verbose=False)
        assert "(line 6)" in text
        assert "(line 9)" in text


def test_lines_of_one_cause_are_told_once_and_cut() -> None:
    short = render_text(DIAGNOSES["exported"], width=100, colour=False, verbose=False)
    long = render_text(DIAGNOSES["exported"], width=100, colour=False, verbose=True)
    assert short.count("exported on another system") == 1
    assert "and 19 more (--verbose)" in short
    assert len(re.findall(r"^  package\d+=", short, re.MULTILINE)) == 12
    assert len(re.findall(r"^  package\d+=", long, re.MULTILINE)) == 31
    assert "more (--verbose)" not in long


def test_platforms_of_one_story_are_told_once() -> None:
    text = render_text(DIAGNOSES["same_story"], width=100, colour=False, verbose=False)
    assert text.count("pandsa (line 10)") == 1
    assert "does not solve on linux-64; the same on osx-64 and win-64" in text


def test_platforms_whose_chains_differ_are_told_apart_on_verbose() -> None:
    short = render_text(DIAGNOSES["same_lines"], width=100, colour=False, verbose=False)
    long = render_text(DIAGNOSES["same_lines"], width=100, colour=False, verbose=True)
    assert "The same lines clash on osx-64" in short
    assert "other chains" not in short
    assert "other chains" in long
    assert "The same lines clash" not in long


def test_a_platform_whose_lines_differ_is_told_apart() -> None:
    other = replace(MISSING, core=CLASH.core[:1])
    text = render_text(
        diagnosis(unsolved(MISSING), unsolved(other, platform="osx-64")), width=100, colour=False, verbose=False
    )
    assert "✗ environment.yml does not solve on linux-64\n" in text
    assert "✗ environment.yml does not solve on osx-64\n" in text


def test_what_the_headline_says_is_not_said_again() -> None:
    text = render_text(DIAGNOSES["halves"], width=100, colour=False, verbose=False)
    assert text.count("the pip line numpy>=2 (line 14)") == 1


def test_rich_is_not_needed_without_colour() -> None:
    program = (
        "import sys\n"
        "from envdoctor.report.terminal import render_text\n"
        "from envdoctor.report.json import render_json\n"
        "from tests.report.diagnoses import DIAGNOSES\n"
        "for one in DIAGNOSES.values():\n"
        "    render_text(one, width=80, colour=False, verbose=True)\n"
        "    render_json(one)\n"
        "print(sorted({'rich', 'networkx'} & set(sys.modules)))\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
