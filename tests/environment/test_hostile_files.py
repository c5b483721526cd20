"""Damaged and hostile files are read or refused with a place, and nothing else ever happens."""

from __future__ import annotations

import random
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envdoctor.environment.decoding import decode
from envdoctor.environment.environment_yaml import read_environment_yaml
from envdoctor.environment.pip_lines import Inclusion
from envdoctor.environment.text_lists import looks_like_list, read_text_list
from envdoctor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SAMPLE = b"""\
name: lab
channels: &c
  - conda-forge
  - https://example.org/t/abc/channel
platforms: [linux-64, osx-arm64]
dependencies:
  - python =3.12
  - conda-forge::gdal>=3.8,<4  # [not win]
  - pytorch=2.1=*cuda*
  - sel(linux): gcc
  - 'dask[complete]'
  - pip
  - pip:
    - -r requirements.txt
    - requests[socks]>=2 ; sys_platform == "win32"
    - git+https://user:secret@example.org/x.git#egg=x[all]
    - --extra-index-url https://example.org/simple
variables:
  TOKEN: s3cret
prefix: /home/user/lab
"""

PIECES: tuple[bytes, ...] = (
    *(bytes([code]) for code in b"\t\n\r:#[]{}&*!|>'\"%@`?,-=<~^;.\\$"),
    *(b"- ", b": ", b"---\n", b"<<: ", b"*c", b"&x ", b"!!python/object/apply:os.system ", b"{{ x }}", b"{% if %}"),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"1" * 50),
    *(b"pip:", b"-e ", b"-r ", b"git+", b"sel(osx): ", b"# [linux and not x]", b"<<<<<<< HEAD\n", b"null", b"${X}"),
)

FOUND = (
    # Line breaks of YAML 1.1 that `\n` does not count: the line of a mistake lay behind the last one.
    b"a:\xe2\x80\xa8\xe2\x80\xa8\xe2\x80\xa8\n  word\nb: 1\n",
    # The parser took what follows a broken version for the build.
    b"dependencies:\n  - numpy=1.2'3\n  - libuuid=2.38.1(\n",
    # A namespace with a version in it became the name `3.10.6`.
    b"dependencies:\n  - python=:3.10.6\n",
    # `- ` in a deeper line is no item, so five lines were one spec.
    b"dependencies:\n  - python=3.8.5\n    - -e git+https://example.org/x\n",
    # A UTF-16 file whose mark a tool had replaced was read as other characters.
    "\ufffd\ufffd".encode() + "name: x\n".encode("utf-16-le"),
    # An item of blank lines and dashes is text for YAML and an unknown option for pip.
    b"dependencies:\n  - pip\n  - pip:\n    - x\n\n      - y==1\n",
)


def attempt(raw: bytes) -> None:
    """Read the bytes as every kind of file; only a refusal with a place may come of it."""
    try:
        text = decode(raw, "environment.yml")
        if looks_like_list("list.txt", text):
            read_text_list(text, "list.txt")
        read_environment_yaml(text, "environment.yml", Inclusion(lambda _base, _name: None, "environment.yml"))
    except InputError as error:
        check(error)


def check(refusal: InputError) -> None:
    sentence = str(refusal)
    assert refusal.place is not None, sentence
    assert "\n" not in sentence
    assert len(sentence) < 600
    assert "user:secret@" not in sentence


def damaged(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    text = bytearray(raw)
    for _ in range(chance.choice([1, 1, 2, 4])):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.randint(1, 30))
        match chance.randrange(5):
            case 0 | 1:
                text[start:start] = chance.choice(PIECES)
            case 2:
                del text[start:end]
            case 3:
                text[end:end] = text[start:end]
            case _:
                other = chance.choice(others)
                cut = chance.randrange(len(other) + 1)
                text[start:start] = other[cut : cut + 40]
    return bytes(text)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 20), st.sampled_from((b"", *PIECES))),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_sample_is_read_or_refused(edits: list[tuple[int, int, bytes]]) -> None:
    raw = SAMPLE
    for start, length, piece in edits:
        raw = raw[:start] + piece + raw[start + length :]
    attempt(raw)


@pytest.mark.parametrize("raw", FOUND)
def test_what_once_broke_the_reader(raw: bytes) -> None:
    attempt(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    attempt(raw)


@given(st.text(alphabet="dependencies: -\n[]{}#&*!|>'\"%@,=<", max_size=120))
def test_any_text_like_yaml_is_read_or_refused(text: str) -> None:
    attempt(text.encode())


def test_damaged_real_files_are_read_or_refused(shared: Path) -> None:
    paths = sorted((shared / "envs").glob("[0-9]*"))
    files = [path.read_bytes() for path in paths if path.stat().st_size < 4000]
    chance = random.Random(20261125)  # noqa: S311 - a seeded choice of damages, no secret
    for _ in range(600):
        attempt(damaged(chance.choice(files), chance, files))


@pytest.mark.parametrize(
    "raw",
    [
        b"dependencies:\n" + b"  - numpy\n" * 90_000,
        b"dependencies: [" + b"x, " * 90_000 + b"]\n",
        b"dependencies:\n  - " + b"a" * 1_000_000,
        b"dependencies:\n  - numpy" + b">=1," * 100_000,
        b"dependencies:\n  - pip:\n    - x" + b">=1," * 50_000,
        b"x: '" + b"\\" * 500_000,
        b"\t" * 500_000,
        b"- " * 300_000,
        b"&a " * 100_000,
        b"a: &a [" + b"*a," * 100_000,
        b"dependencies:\n  - x  # [" + b"(" * 100_000 + b"]\n",
        b"dependencies:\n  - x  # " + b"[" * 100_000 + b"]\n",
        b"dependencies:\n  - " + b"(" * 50_000 + b")" * 50_000,
        b"dependencies:\n  - x=" + b"." * 100_000,
        b"dependencies:\n  - pip:\n    - x" + b" " * 100_000 + b"y",
        b"{{" * 200_000,
        b"dependencies:\n  - x " + b"- " * 100_000,
        b"dependencies:\n  - x  # " + b"#" * 100_000 + b"\n",
        b"dependencies:\n  - pip:\n    - x" + b" " * 19_000 + b"y",
        b"dependencies:\n  - pip:\n    - x" + b">=1 " * 4_000,
        b"dependencies:\n  - x" + b" " * 1_900 + b"y",
        b"dependencies:\n  - x=" + b"(" * 1_900,
        b"dependencies:\n  - x" + b"[" * 1_900,
        b"dependencies:\n" + b"  - x" * 50_000,
    ],
    ids=range(24),
)
def test_large_inputs_cost_little(raw: bytes) -> None:
    tracemalloc.start()
    begun = time.process_time()
    attempt(raw)
    spent = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000_000
    print(f"{spent:.2f} s")  # noqa: T201 - seen with -s; no test asserts on time
