"""Locking side by side: five platforms against the slowest, envdoctor against conda-lock, a check against a lock.

usage: python -m benchmarks.lock ENVDOCTOR FOLDER [--runs NUMBER]

ENVDOCTOR is the installed command, with the extra `lock`, and conda-lock and `envdoctor-conda` stand beside it. FOLDER
holds a channel `conda-forge`. Commands of a pair take turns, and ratios are those of neighbouring runs.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.explain import CHANNEL, Run, measured

if TYPE_CHECKING:
    from collections.abc import Sequence

PLATFORMS = ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64")
FILES = {
    "small": ("python=3.12", "numpy", "pandas"),
    "large": (
        "python=3.12",
        "jupyterlab",
        "matplotlib",
        "scipy",
        "pandas",
        "scikit-learn",
        "xarray",
        "dask",
        "requests",
        "pytest",
        "sqlalchemy",
    ),
}


def main() -> None:
    """Compare, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("envdoctor", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    print("| file | what | one | other | ratio |\n|---|---|---|---|---|")
    for name, lines in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            bench = _Bench(options.envdoctor.absolute(), options.folder.resolve(), Path(folder), lines)
            for row in bench.rows(name, options.runs):
                print(row, flush=True)


class _Bench:
    """The commands over one file in one folder."""

    def __init__(self, envdoctor: Path, channels: Path, folder: Path, lines: Sequence[str]) -> None:
        self.envdoctor, self.folder = envdoctor, folder
        text = f"channels: [{CHANNEL}]\nplatforms: [{', '.join(PLATFORMS)}]\ndependencies:\n"
        (folder / "environment.yml").write_text(text + "".join(f"- {line}\n" for line in lines), "utf-8")
        (folder / "names.json").write_text("{}", "utf-8")
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "CONDA_CHANNEL_ALIAS": channels.as_uri()}

    def rows(self, name: str, runs: int) -> list[str]:
        """Return the rows of one file."""
        every = ("lock", "--fresh", "--lockfile", "every.yml")
        slowest = max(PLATFORMS, key=lambda one: median(self._single(one).cost.wall for _ in range(3)))
        conda_lock, conda = (str(self.envdoctor.with_name(one)) for one in ("conda-lock", "envdoctor-conda"))
        plain = [conda_lock, "lock", "--conda", conda, "-f", "environment.yml", "--lockfile", "plain.yml"]
        plain += ["--pypi_to_conda_lookup_file", "names.json"]
        return [
            _row(name, f"five platforms / {slowest}", self._pairs(runs, self._ours(*every), self._alone(slowest))),
            _row(name, "envdoctor lock / plain conda-lock", self._pairs(runs, self._ours(*every), plain)),
            _row(
                name,
                "lock --check / lock",
                self._pairs(runs, self._ours("lock", "--check", "--lockfile", "every.yml"), self._ours(*every)),
            ),
        ]

    def _ours(self, *words: str) -> tuple[str, ...]:
        return str(self.envdoctor), *words

    def _alone(self, platform: str) -> tuple[str, ...]:
        return self._ours("lock", "--fresh", "-p", platform, "--lockfile", f"{platform}.yml")

    def _single(self, platform: str) -> Run:
        return self._run(self._alone(platform))

    def _run(self, command: Sequence[str]) -> Run:
        (self.folder / "plain.yml").unlink(missing_ok=True)
        done = measured(command, self.environ, self.folder)
        if done.code:
            raise SystemExit(f"{' '.join(command)} ended with {done.code}: {done.output}")
        return done

    def _pairs(self, runs: int, one: Sequence[str], other: Sequence[str]) -> list[tuple[Run, Run]]:
        return [(self._run(one), self._run(other)) for _ in range(runs)]


def _row(name: str, what: str, pairs: Sequence[tuple[Run, Run]]) -> str:
    one, other = (median(pair[side].cost.wall for pair in pairs) for side in (0, 1))
    ratio = median(pair[0].cost.wall / pair[1].cost.wall for pair in pairs)
    return f"| {name} | {what} | {one:.2f} s | {other:.2f} s | {ratio:.2f} |"


if __name__ == "__main__":
    main()
