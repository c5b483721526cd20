"""Where the command begins, before anything is imported that takes time."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command `envdoctor`.

    The garbage collector is off from the first import on: a run is short, what it makes is needed to its end, and
    looking for cycles in it costs a tenth of the time (docs/performance.md).
    """
    gc.disable()
    from envdoctor.cli.main import main as run

    run()
