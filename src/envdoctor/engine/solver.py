"""Solving with py-rattler: the engine whose resolutions are shown, and whose verdict every other must meet.

Its failure is one string without structure, sometimes false, and is thrown away unread
(https://github.com/conda/rattler/issues/1961); why a request fails is worked out in `envdoctor.analysis`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import rattler
from rattler.exceptions import GatewayError, SolverError

from envdoctor.engine.gateway import sources as channel_sources
from envdoctor.engine.specs import matcher, spec_name
from envdoctor.errors import RecordsError
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.names import NOARCH, is_virtual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.gateway import Gateway, NativeRecord
    from envdoctor.model.records import VirtualPackage
    from envdoctor.model.target import Request


def solve(  # noqa: PLR0913 - what py-rattler can be told
    gateway: Gateway,
    request: Request,
    channels_of: Sequence[str | None],
    *,
    further: Sequence[str] = (),
    pinned: Sequence[NativeRecord] = (),
    sources: Sequence[rattler.RepoDataSource] | None = None,
) -> tuple[NativeRecord, ...] | None:
    """Return a resolution of the request, or None where py-rattler says that there is none.

    `channels_of` holds, for each requirement, the URL of the channel that its spec asks for (None for any). Each line,
    and each of the `further` specs, is asked for together with its bare name: alone, a spec can defeat strict priority,
    since the gateway drops the records that do not match it before the priority is looked at. A name of which a record
    is `pinned` gets that one or none. `sources` stand in the place of the request's channels. Raises `RecordsError`.
    """
    specs = [matcher(line.name) for line in request.requirements]
    specs += [
        matcher(line.spec.text) if url is None else matcher(with_channel(line.spec.text, url))
        for line, url in zip(request.requirements, channels_of, strict=True)
    ]
    specs += [spec for text in further for spec in (matcher(spec_name(matcher(text))), matcher(text))]
    try:
        return asyncio.run(_solve(gateway, request, specs, pinned, sources))
    except GatewayError:
        # Asked by itself, the gateway names the channel and the cause, or finds a second way to its records.
        names = sorted({line.name for line in request.requirements if not is_virtual(line.name)})
        gateway.named(request.tiers, (request.target.subdir, NOARCH), names)
    try:
        return asyncio.run(_solve(gateway, request, specs, pinned, sources))
    except GatewayError as error:
        raise RecordsError(str(error).splitlines()[0]) from error


def with_channel(text: str, url: str) -> str:
    """Return a spec's text with a channel added, in the bracket form that takes any URL."""
    if text.endswith("]"):
        return f'{text[:-1]},channel="{url}"]'
    return f'{text}[channel="{url}"]'


async def _solve(
    gateway: Gateway,
    request: Request,
    specs: list[rattler.MatchSpec],
    pinned: Sequence[NativeRecord],
    given: Sequence[rattler.RepoDataSource] | None,
) -> tuple[NativeRecord, ...] | None:
    strict = request.priority is ChannelPriority.STRICT
    try:
        records = await rattler.solve(
            channel_sources(request.tiers) if given is None else list(given),
            specs,
            gateway=gateway.native,
            platforms=[rattler.Subdir(request.target.subdir), rattler.Subdir(NOARCH)],
            virtual_packages=[_native_virtual(package) for package in request.target.virtual_packages],
            channel_priority=rattler.ChannelPriority.Strict if strict else rattler.ChannelPriority.Disabled,
            pinned_packages=list(pinned),
            constraints=[matcher(pin.spec.text) for pin in request.pins],
            exclude_newer=_moment(request.exclude_newer),
            channel_relations="disabled",
        )
    except SolverError:
        return None
    return tuple(records)


def _native_virtual(package: VirtualPackage) -> rattler.GenericVirtualPackage:
    return rattler.GenericVirtualPackage(
        rattler.PackageName(package.name), rattler.Version(package.version), rattler.BuildString(package.build)
    )


def _moment(milliseconds: int | None) -> dt.datetime | None:
    if milliseconds is None:
        return None
    return dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC)
