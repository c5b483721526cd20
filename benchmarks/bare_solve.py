"""A bare py-rattler solve in a process of its own: what every other figure is measured against.

usage: python benchmarks/bare_solve.py CHANNEL_URL SPEC [SPEC]...

Prints the verdict, the seconds from start to end of the solve, and this process's peak memory, on linux-64 with the
virtual packages that conda-lock assumes there.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import time

import rattler
from rattler.exceptions import SolverError

VIRTUAL_PACKAGES = {"__unix": "0", "__linux": "5.10", "__glibc": "2.28", "__archspec": "1"}


async def solves(channel: str, specs: list[str]) -> bool:
    """Return whether py-rattler finds a solution."""
    virtual = [
        rattler.GenericVirtualPackage(
            rattler.PackageName(name),
            rattler.Version(version),
            rattler.BuildString("x86_64" if name == "__archspec" else "0"),
        )
        for name, version in VIRTUAL_PACKAGES.items()
    ]
    try:
        await rattler.solve(
            [rattler.Channel(channel)],
            [rattler.MatchSpec(spec) for spec in specs],
            gateway=rattler.Gateway(),
            platforms=["linux-64", "noarch"],
            virtual_packages=virtual,
        )
    except SolverError:
        return False
    return True


def main() -> None:
    """Solve what the command line asks for, and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channel")
    parser.add_argument("specs", nargs="+", metavar="SPEC")
    options = parser.parse_args()
    start = time.perf_counter()
    solved = asyncio.run(solves(options.channel, options.specs))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'solves' if solved else 'does not solve'}: {seconds:.2f} s, peak {peak:.0f} MiB", flush=True)
    os._exit(0)  # py-rattler has been seen to crash the interpreter on its regular way out


if __name__ == "__main__":
    main()
