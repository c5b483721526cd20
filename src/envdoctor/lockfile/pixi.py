"""pixi.lock, through py-rattler's own writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.pixi import write_pixi_lock
from envdoctor.model.lockfile import Manager

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.lockfile.conda_lock import Locked
    from envdoctor.model.target import Request


def pixi_lock(locked: Locked, gateway: Gateway, requests: Sequence[Request]) -> bytes:
    """Return the text of a pixi.lock with one environment, `default`, of all platforms."""
    subdirs = [request.target.subdir for request in requests]
    return write_pixi_lock(
        gateway,
        requests,
        {subdir: locked.packages(subdir, Manager.CONDA) for subdir in subdirs},
        {subdir: locked.packages(subdir, Manager.PIP) for subdir in subdirs},
    )
