"""Options that several commands share, and what becomes of their texts."""

from __future__ import annotations

import os
import shutil
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.errors import UsageError
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir
from envdoctor.workflows.moments import milliseconds
from envdoctor.workflows.options import ExplainOptions, TargetOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.errors import EnvdoctorError


class TextOrJson(Enum):
    """What most commands can print."""

    TEXT = "text"
    JSON = "json"


Channels = Annotated[list[str] | None, typer.Option("--channel", "-c", help="A channel, above the file's.")]
OverrideChannels = Annotated[
    bool, typer.Option("--override-channels", help="Look at no channels but those given and the file's.")
]
Platforms = Annotated[
    list[str] | None,
    typer.Option("--platform", "-p", help="A platform; else the file's, else this machine's. Repeatable."),
]
VirtualPackages = Annotated[
    list[str] | None,
    typer.Option("--virtual-package", help="What the target has, such as __cuda=12.4. Repeatable."),
]
VirtualPackageSpec = Annotated[
    Path | None, typer.Option("--virtual-package-spec", help="A file of virtual packages in conda-lock's form.")
]
WithCuda = Annotated[str | None, typer.Option("--with-cuda", help="The target has CUDA of this version.")]
WithoutCuda = Annotated[bool, typer.Option("--without-cuda", help="The target has no CUDA.")]
Image = Annotated[str | None, typer.Option("--image", help="The target runs in this image, such as debian:12.")]
Dockerfile = Annotated[
    Path | None, typer.Option("--dockerfile", help="The target is what this Dockerfile's last stage builds on.")
]
Pins = Annotated[list[str] | None, typer.Option("--pin", help="A spec that must hold if installed.")]
Prefix = Annotated[Path | None, typer.Option("--prefix", help="An environment whose pins and .condarc take part.")]
Priority = Annotated[
    ChannelPriority | None, typer.Option("--channel-priority", help="In place of the configuration's.")
]
Offline = Annotated[bool, typer.Option("--offline", help="Use only records that were fetched before.")]
ExcludeNewer = Annotated[
    str | None, typer.Option("--exclude-newer", help="Leave out what was built after this date (2025-01-31).")
]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", min=0, help="Seconds to wait for the second engine, and to look for fixes.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="The full proof, and everything else.")]

SECONDS = 20.0
"""How long the second engine is waited for."""

FIXES = 5
"""Fixes that are proven and shown, unless all are wanted."""

PIPED_WIDTH = 100
"""Columns where standard output is no terminal."""


def explain_options(  # noqa: PLR0913 - the options of the command line
    *,
    arguments: Sequence[str] | None = None,
    channel: Sequence[str] | None = None,
    override_channels: bool = False,
    platform: Sequence[str] | None = None,
    target: TargetOptions | None = None,
    pin: Sequence[str] | None = None,
    prefix: Path | None = None,
    channel_priority: ChannelPriority | None = None,
    offline: bool = False,
    exclude_newer: str | None = None,
    time_limit: float = SECONDS,
    case: Path | None = None,
    save_case: Path | None = None,
    proof: bool = True,
    fixes: int | None = FIXES,
) -> ExplainOptions:
    """Return what was asked for as a value. Raises `UsageError` for a platform or date that is none."""
    return ExplainOptions(
        arguments=tuple(arguments or ()),
        channels=tuple(channel or ()),
        override_channels=override_channels,
        platforms=tuple(platform_of(name) for name in platform or ()),
        target=target or TargetOptions(),
        pins=tuple(pin or ()),
        prefix=prefix,
        priority=channel_priority,
        offline=offline,
        exclude_newer=None if exclude_newer is None else moment_of(exclude_newer),
        time_limit=time_limit,
        case=case,
        save_case=save_case,
        proof=proof,
        fixes=fixes,
    )


def target_options(
    virtual_package: Sequence[str] | None,
    virtual_package_spec: Path | None = None,
    cuda: tuple[str | None, bool] = (None, False),
    image: str | None = None,
    dockerfile: Path | None = None,
) -> TargetOptions:
    """Return what is stated of the target; `cuda` holds `--with-cuda` and `--without-cuda`. Raises `UsageError`."""
    with_cuda, without_cuda = cuda
    if with_cuda and without_cuda:
        raise UsageError("--with-cuda and --without-cuda exclude each other; give one of them")
    if image is not None and dockerfile is not None:
        raise UsageError("--image and --dockerfile both name the base image; give one of them")
    return TargetOptions(
        virtual_packages=tuple(virtual_package or ()),
        spec_file=virtual_package_spec,
        with_cuda=with_cuda,
        without_cuda=without_cuda,
        image=image,
        dockerfile=dockerfile,
    )


def error_as_json(error: EnvdoctorError) -> str:
    """Return an error in the form that every command's JSON has for it."""
    from envdoctor.report.json import render_error_json

    return render_error_json(error)


def width() -> int:
    """Return the columns of the terminal, or those of a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH


def wants_colour() -> bool:
    """Whether the terminal shows colour and nobody asked for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def platform_of(name: str) -> Subdir:
    """Return a platform of conda. Raises `UsageError`."""
    if name not in KNOWN_SUBDIRS:
        raise UsageError(f"there is no platform {name!r}; conda knows {', '.join(KNOWN_SUBDIRS)}")
    return Subdir(name)


def moment_of(text: str, option: str = "--exclude-newer") -> int:
    """Return a date or time in milliseconds since 1970; a date means its end, as pixi and uv have it for whole days.

    Raises `UsageError`.
    """
    try:
        return milliseconds(text)
    except ValueError as error:
        raise UsageError(
            f"{option} {text!r} is no date; write a day such as 2025-01-31, or a time such as 2025-01-31T12:00:00+00:00"
        ) from error
