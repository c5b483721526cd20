"""Settings of fixes as options: what has to be stated beside a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.model.channels import ChannelPriority
from envdoctor.model.names import Subdir
from envdoctor.workflows.moments import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.fixes import Setting
    from envdoctor.workflows.options import ExplainOptions


def with_settings(options: ExplainOptions, settings: Sequence[Setting]) -> ExplainOptions:
    """Return the options with what is to be stated beside the file."""
    for setting in settings:
        options = _with_setting(options, setting)
    return options


def _with_setting(options: ExplainOptions, setting: Setting) -> ExplainOptions:
    match setting.option:
        case "--channel-priority":
            return replace(options, priority=ChannelPriority(setting.value))
        case "--channel":
            return replace(options, channels=(*options.channels, setting.value))
        case "--virtual-package":
            stated = (*options.target.virtual_packages, setting.value)
            return replace(options, target=replace(options.target, virtual_packages=stated))
        case "--exclude-newer":
            return replace(options, exclude_newer=milliseconds(setting.value))
        case "--platform":
            return replace(options, platforms=tuple(Subdir(name) for name in setting.value.split(" --platform ")))
        case _:  # pragma: no cover - the remedies know no other
            raise ValueError(setting.option)
