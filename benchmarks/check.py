"""How long `envdoctor check` takes: its start, and each file after it, for 1, 700 and 7,000 real files.

usage: python -m benchmarks.check ENVDOCTOR [--runs NUMBER]

The files are those of ../shared/envs; for 7,000 each is taken ten times. Every figure is the median of
runs of the whole command, whose output goes nowhere.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

ENVS = Path(__file__).resolve().parents[2] / "shared" / "envs"


def seconds(envdoctor: Path, folder: Path, runs: int) -> float:
    """Return the median time of checking all files of a folder."""
    files = sorted(str(path) for path in folder.iterdir())
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(
            [str(envdoctor), "check", *files, "--as-of", "2026-11-25"], stdout=subprocess.DEVNULL, check=False
        )
        times.append(time.perf_counter() - start)
    return median(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("envdoctor", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    real = sorted(path for path in ENVS.rglob("*") if path.suffix in {".yml", ".yaml", ".txt"})
    start = 0.0
    for count in (1, len(real), 10 * len(real)):
        with tempfile.TemporaryDirectory() as name:
            for number in range(count):
                source = real[number % len(real)]
                shutil.copy(source, Path(name, f"{number:05}-{source.name}"))
            whole = seconds(options.envdoctor, Path(name), options.runs)
        start = start or whole
        each = f", {(whole - start) / max(count - 1, 1) * 1000:.1f} ms each after the first" if count > 1 else ""
        print(f"{count:>6} files: {whole:.2f} s{each}")


if __name__ == "__main__":
    main()
