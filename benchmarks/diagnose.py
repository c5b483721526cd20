"""How fast `diagnose` reads a long log, and how `grep -E` fares with the same patterns.

    python -m benchmarks.diagnose [MEGABYTES]

The log is made up of what long builds print: pip, conda and apt listings, compiler lines and progress bars, in
BuildKit's frame, with a failure at its end. Both run on one core over the same file, one run each after the other.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.logs.catalogue import catalogue
from envdoctor.logs.reading import log_blocks
from envdoctor.workflows.diagnose import diagnosed

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTES = 100
_LOOKS_AROUND = re.compile(r"\(\?[=!<]")


def main(megabytes: int) -> None:
    """Print figures."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "build.log"
        with log.open("wb") as stream:
            for block in blocks(megabytes * 1_000_000):
                stream.write(block)
        size = log.stat().st_size / 1e6
        catalogue()
        began = time.perf_counter()
        diagnosis = diagnosed(log_blocks(str(log)), str(log))
        own = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:.0f} MB, {diagnosis.lines} lines: {[(one.kind, one.line.number) for one in diagnosis.causes]}")
        print(f"diagnose   {own:6.2f} s  {size / own:6.1f} MB/s  peak {peak:.0f} MB")
        patterns, left_out = ere_patterns()
        listed = Path(folder) / "patterns"
        listed.write_text("\n".join(patterns) + "\n", "utf-8")
        grep = shutil.which("grep")
        if grep is None:
            return
        for locale in ("C.UTF-8", "C"):
            began = time.perf_counter()
            words = [grep, "-E", "-c", "-f", str(listed), str(log)]
            done = subprocess.run(words, capture_output=True, text=True, check=False, env={"LC_ALL": locale})
            took = time.perf_counter() - began
            print(
                f"grep -E    {took:6.2f} s  {size / took:6.1f} MB/s  {locale}, {len(patterns)} patterns "
                f"({left_out} look around and are left out): {done.stdout.strip()} lines {done.stderr.strip()[:80]}"
            )


def blocks(size: int) -> Iterator[bytes]:
    """A log of about this many bytes, the same each time."""
    made, number = 0, 0
    while made < size:
        lines = [line for index in range(400) for line in _lines(number + index)]
        number += 400
        block = "".join(f"#9 {(number + index) / 10:.3f} {line}\n" for index, line in enumerate(lines)).encode()
        made += len(block)
        yield block
    yield b"#9 99.1   error: command 'gcc' failed: No such file or directory\n"
    yield b'#9 ERROR: process "/bin/sh -c pip install ." did not complete successfully: exit code: 1\n'


def _lines(number: int) -> list[str]:
    name = f"package-{number % 977}"
    bar = "\r".join(f"{name:<20} | {done * 10:>3}% {'#' * done}" for done in range(1, 6))
    return [
        f"Collecting {name}>=1.{number % 13} (from -r requirements.txt (line {number % 61}))",
        f"  Downloading {name}-1.{number % 40}.0-cp311-cp311-manylinux_2_17_x86_64.whl (12.{number % 9} MB)",
        f"    {name}-1.{number % 40}   | h{number * 7919 % 0xFFFFFF:06x}_0     {number % 900} KB  conda-forge",
        bar,
        f"gcc -pthread -O2 -Wall -fPIC -I/opt/conda/include/python3.11 -c src/{name}.c -o build/temp/{name}.o",
        f"Get:{number} http://deb.debian.org/debian bookworm/main amd64 lib{name} amd64 1.{number % 50}-2 [48.1 kB]",
        f"src/{name}.c:{number % 700}:12: warning: unused variable 'count' [-Wunused-variable]",
        f"copying {name}/module_{number % 31}.py -> build/lib.linux-x86_64-cpython-311/{name}",
        f"Requirement {name} is used by 3 others; checking versions of {name}-extras",
    ]


def ere_patterns() -> tuple[list[str], int]:
    """The patterns of the catalogue for `grep -E`, and how many it cannot have."""
    kept, left_out = [], 0
    for signature in catalogue().signatures:
        if _LOOKS_AROUND.search(re.sub(r"\(\?P<\w+>", "(", signature.pattern)):
            left_out += 1
            continue
        kept.append(_as_ere(signature.pattern))
    return kept, left_out


def _as_ere(pattern: str) -> str:
    """A pattern of Python's in POSIX's extended form, for GNU grep."""
    text = re.sub(r"\(\?P<\w+>|\(\?:", "(", pattern)
    text = re.sub(r"([*+?}])\?", r"\1", text)
    classes = {r"\d": "0-9", r"\w": "[:alnum:]_", r"\s": "[:space:]"}

    def in_class(found: re.Match[str]) -> str:
        inner = found.group()
        for short, long in classes.items():
            inner = inner.replace(short, long)
        return re.sub(r"\\(.)", r"\1", inner)

    # BuildKit's frame stays on in what grep reads, so an anchor would never hold.
    text = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", in_class, text.removeprefix("^"))
    return text.replace(r"\d", "[0-9]").replace("'", "'")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES)
