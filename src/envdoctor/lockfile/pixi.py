"""pixi.lock, through py-rattler's own writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.pixi import write_pixi_lock
from envdoctor.model.lockfile import Manager

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.lockfile.conda_lock import Locked
    from envdoctor.model.outcome import Resolution


def pixi_lock(locked: Locked, gateway: Gateway, resolutions: Sequence[Resolution]) -> bytes:
    """Return the text of a pixi.lock with one environment, `default`, of all platforms."""
    pip = {one.request.target.subdir: locked.packages(one.request.target.subdir, Manager.PIP) for one in resolutions}
    return write_pixi_lock(gateway, resolutions, pip)
