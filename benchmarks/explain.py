"""Whole commands side by side: `envdoctor explain` of a conflict against a bare failing py-rattler solve of it.

usage: python -m benchmarks.explain ENVDOCTOR FOLDER... [--runs NUMBER] [--request NAME]...

ENVDOCTOR is the installed command (`bin/envdoctor` of an environment into which envdoctor was installed, not in
editable mode); the bare solve runs on the Python beside it. Each FOLDER holds a channel `conda-forge`. The two commands
take turns, and ratios are those of neighbouring runs, so that a machine with other work to do slows both alike.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CHANNEL = "conda-forge"
BARE_SOLVE = Path(__file__).resolve().with_name("bare_solve.py")
CONFLICT = 1
"""envdoctor's exit code for an environment that does not solve."""
MIB = 1024
"""Kilobytes, in which Linux counts peak memory."""

REQUESTS = {
    "two lines": ("gdal=3.8", "pyarrow=20"),
    "python": ("python=3.13", "numba=0.59"),
    "direct": ("pandas=2.1", "numpy=2.2"),
    "a file": (
        "python=3.12",
        "pip",
        "jupyterlab",
        "matplotlib",
        "numpy=1.26",
        "pandas>=2.2",
        "scipy",
        "scikit-learn=1.5",
        "pyarrow=15",
        "geopandas",
        "rasterio=1.3",
        "gdal=3.10",
        "xarray",
        "dask",
        "netcdf4",
        "fiona",
        "sqlalchemy",
        "requests",
        "pytest",
        "ruff",
    ),
}
"""None of them can be fulfilled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run of a command took: seconds by the clock and of processor time, and its peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended, what it printed, and what it took."""

    code: int
    output: str
    cost: Cost


def measured(command: Sequence[str], environ: dict[str, str], folder: Path) -> Run:
    """Run a command in a folder and return what it took, its own children included."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environ, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None  # noqa: S101 - it was asked for
    output = process.stdout.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.stdout.close()
    process.returncode = code = os.waitstatus_to_exitcode(status)
    return Run(code, output, Cost(wall=wall, cpu=usage.ru_utime + usage.ru_stime, memory=usage.ru_maxrss / MIB))


def compared(envdoctor: Path, channels: Path, lines: Sequence[str], runs: int) -> list[tuple[Cost, Cost]]:
    """Return what each pair of runs took: the bare solve, then envdoctor. Raises `SystemExit` if either went wrong."""
    pairs = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "environment.yml"
        file.write_text(environment_file(lines), "utf-8")
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "CONDA_CHANNEL_ALIAS": channels.as_uri(),
        }
        url = f"{(channels / CHANNEL).as_uri()}/"
        bare = (str(envdoctor.with_name("python")), str(BARE_SOLVE), url, *lines)
        whole = (str(envdoctor), "explain", file.name, "--no-fixes", "--platform", "linux-64")
        for _ in range(runs):
            one, other = measured(bare, environ, folder), measured(whole, environ, folder)
            if "does not solve" not in one.output or other.code != CONFLICT:
                raise SystemExit(f"bare: {one.output}\nenvdoctor ({other.code}): {other.output}")
            pairs.append((one.cost, other.cost))
    return pairs


def environment_file(lines: Sequence[str]) -> str:
    """Return an environment file that asks for the lines from conda-forge."""
    return "\n".join(
        ["name: benchmark", f"channels: [{CHANNEL}, nodefaults]", "dependencies:", *(f"  - {line}" for line in lines)]
    )


def row(title: str, pairs: Sequence[tuple[Cost, Cost]]) -> str:
    """Return one row of the table: medians of both, and the median of the ratios of neighbouring runs."""
    cells = []
    for what, unit in (("wall", " s"), ("cpu", " s"), ("memory", " MiB")):
        digits = 0 if what == "memory" else 2
        bare, whole = ([getattr(pair[side], what) for pair in pairs] for side in (0, 1))
        ratio = median(one / other for one, other in zip(whole, bare, strict=True))
        cells += [f"{median(bare):.{digits}f}{unit}", f"{median(whole):.{digits}f}{unit}", f"{ratio:.2f}"]
    return f"| {title} | {' | '.join(cells)} |"


def main() -> None:
    """Compare what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("envdoctor", type=Path)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--request", action="append", choices=tuple(REQUESTS), help="again for more (default: all)")
    options = parser.parse_args()
    print("| channel, request | bare: wall | envdoctor | ratio | bare: CPU | envdoctor | ratio ", end="")
    print("| bare: memory | envdoctor | ratio |\n|" + "---|" * 10, flush=True)
    for folder in options.folders:
        channels = folder.resolve()
        for name in options.request or REQUESTS:
            print(f"{channels.name}, {name} …", file=sys.stderr)
            # Not resolved: the command and the Python beside it are links in an environment of their own.
            pairs = compared(options.envdoctor.absolute(), channels, REQUESTS[name], options.runs)
            print(row(f"{channels.name}, {name}", pairs), flush=True)


if __name__ == "__main__":
    main()
