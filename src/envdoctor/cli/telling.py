"""What a command prints that meets a file which does not solve: the same as `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.cli import options as shared

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis


def conflict_told(diagnosis: Diagnosis, *, as_json: bool, verbose: bool) -> str:
    """Return what `explain` prints for a diagnosis."""
    if as_json:
        from envdoctor.report.json import render_json

        return render_json(diagnosis)
    from envdoctor.report.terminal import render_text

    return render_text(diagnosis, width=shared.width(), colour=shared.wants_colour(), verbose=verbose)
