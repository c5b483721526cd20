"""The installed command many times in a row: the exit code must be right every time.

usage: python -m benchmarks.exit_codes ENVDOCTOR [--times NUMBER]

py-rattler has been seen to crash the interpreter on its way out, after correct output; envdoctor leaves by another way.
"""

from __future__ import annotations

import argparse
import subprocess
from collections import Counter
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "sample_envs"
EXPECTED = {"data_science.yml": 0, "geo_and_arrow.yml": 1}
"""Files that run offline, on the embedded channel, and the exit code of `explain`."""


def exit_codes(envdoctor: Path, file: str, times: int) -> Counter[int]:
    """Return how often `envdoctor explain` of a sample file ended in which code; a signal's is negative."""
    command = [str(envdoctor), "explain", str(SAMPLES / file), "--platform", "linux-64"]
    return Counter(
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
        for _ in range(times)
    )


def main() -> None:
    """Run each file as often as asked for, and print the codes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("envdoctor", type=Path)
    parser.add_argument("--times", type=int, default=50)
    options = parser.parse_args()
    wrong = 0
    for file, code in EXPECTED.items():
        codes = exit_codes(options.envdoctor, file, options.times)
        wrong += options.times - codes[code]
        print(f"{file}: {options.times} times, {codes[code]} ended in {code}; all codes: {dict(sorted(codes.items()))}")
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
