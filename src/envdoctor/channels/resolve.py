"""The channels that a request sees, in order of priority, as conda would use them.

conda lets the members of a multichannel share one priority: its solver lowers the priority where the canonical name
of a channel changes, and that name is the multichannel's (conda-libmamba-solver, `index.py`, `_set_repo_priorities`;
conda, `models/channel.py`, `Channel.canonical_name`). A tier is such a group.
"""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.channels.configuration import expanded
from envdoctor.channels.naming import DEFAULTS, ChannelNames, is_address, is_path
from envdoctor.channels.secrets import redact, split_credential
from envdoctor.errors import InputError, UsageError
from envdoctor.model.channels import Channel, ChannelTier
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.channels.configuration import Configuration
    from envdoctor.model.environment import ChannelLine
    from envdoctor.model.names import Subdir

NO_DEFAULTS = "nodefaults"
COMMAND_LINE = Place("<command line>")


def resolve_channels(  # noqa: PLR0913 - what conda looks at
    lines: Sequence[ChannelLine],
    given: Sequence[str],
    configuration: Configuration,
    *,
    subdir: Subdir,
    override: bool = False,
    folder: Path | None = None,
) -> tuple[ChannelTier, ...]:
    """Return the channels of a request, the strongest first, each address once and without credentials.

    First come those `given` on the command line, then the lines of the file, then the configuration's, which
    `nodefaults` in the file and `override` leave out (`conda env create`). Where nobody names any, it is `defaults`.
    Paths are relative to `folder` (None: the working folder); environment variables are put in, as conda does.
    Credentials are found by `envdoctor.channels.network.credentials` and go to the gateway on a way of their own.

    Raises `InputError` for a text that names no channel and `UsageError` where `override` cannot be followed.
    """
    names = ChannelNames(configuration, subdir, folder or Path.cwd())
    wanted = [(_checked(text, COMMAND_LINE), COMMAND_LINE) for text in given]
    wanted += [(_checked(expanded(line.text, configuration.environ), line.place), line.place) for line in lines]
    if override:
        _check_override(configuration, lines, given)
    closed = override or any(text == NO_DEFAULTS for text, _ in wanted)
    places: list[tuple[str, Place | None]] = [(text, place) for text, place in wanted if text != NO_DEFAULTS]
    if not closed:
        places += [(_checked(setting.value, None), None) for setting in configuration.channels]
    if not places and closed:
        raise InputError(
            f"`{NO_DEFAULTS}` is the only channel, so there is nothing to take packages from; "
            "add the channel that has them, such as conda-forge",
            place=wanted[0][1] if wanted else None,
        )
    tiers = _tiers(places or [(DEFAULTS, None)], names)
    return _told_apart(_joined(tiers, names))


def channels_meant(
    text: str,
    tiers: Sequence[ChannelTier],
    configuration: Configuration,
    *,
    subdir: Subdir,
    folder: Path | None = None,
) -> frozenset[str]:
    """Return the addresses of the channels that the channel part of a spec (`pytorch::x`) means.

    An address means itself. A name means every channel of the tiers that conda knows by it, mirrors included (conda's
    `ChannelMatch`: `conda-forge::x` takes x from `https://mirror/conda-forge`); where the tiers have none, the address
    that the name has. conda adds such a channel to those it looks at.
    """
    text = expanded(text, configuration.environ)
    names = ChannelNames(configuration, subdir, folder or Path.cwd())
    members = [member for tier in tiers for member in tier.members]
    if "*" in text:
        return frozenset(member.url for member in members if fnmatchcase(names.canonical_name(member.url), text))
    if is_address(text) or is_path(text):
        return frozenset({names.url(text)})
    resolved = names.multichannel(text) or (names.channel(text),)
    bare = text.strip("/") if names.multichannel(text) else names.path_name(resolved[0].url)
    named = {
        member.url for member in members if bare in (names.path_name(member.url), names.canonical_name(member.url))
    }
    return frozenset(named) or frozenset(channel.url for channel in resolved)


def _checked(text: str, place: Place | None) -> str:
    """The text without blanks around it. Raises `InputError` where it can name no channel."""
    stripped = text.strip()
    if not stripped:
        raise InputError("the name of a channel is empty; write a name such as conda-forge, or remove it", place=place)
    if " " in stripped and not (is_path(stripped) or stripped.startswith("file:")):
        raise InputError(
            f"{redact(stripped)!r} holds a blank and cannot be a channel; write each channel in a line of its own",
            place=place,
        )
    bare, _ = split_credential(stripped)
    # A variable that is not set stays as it is written, and is no secret.
    if is_address(stripped) and "$" not in bare and redact(bare) != bare:
        raise InputError(
            f"the password in {redact(stripped)} holds a slash, which ends an address's host; write it as %2F",
            place=place,
        )
    return stripped


def _check_override(configuration: Configuration, lines: Sequence[ChannelLine], given: Sequence[str]) -> None:
    setting = configuration.override_channels_enabled
    if not setting.value:
        raise UsageError(
            f"--override-channels is forbidden by override_channels_enabled ({setting.origin}); leave the option out"
        )
    if not given and all(line.text.strip() == NO_DEFAULTS for line in lines):
        raise UsageError("--override-channels leaves no channel; name at least one with --channel")


def _tiers(places: Sequence[tuple[str, Place | None]], names: ChannelNames) -> list[ChannelTier]:
    """One tier for each text, without the members that an earlier one has."""
    seen: set[str] = set()
    tiers = []
    for text, place in places:
        several = names.multichannel(text)
        members = tuple(
            member for member in several or (names.channel(text),) if several != () and member.url not in seen
        )
        if not members:
            continue
        seen.update(member.url for member in members)
        written = tuple(dict.fromkeys((redact(text), *(member.name for member in members if several is None))))
        name = redact(text) if several is not None else members[0].name
        tiers.append(ChannelTier(name=name, members=members, written=written, place=place))
    return tiers


def _joined(tiers: Sequence[ChannelTier], names: ChannelNames) -> list[ChannelTier]:
    """Neighbours that belong to one multichannel as one tier (`pkgs/main` and `pkgs/r`, each in a line)."""
    joined: list[ChannelTier] = []
    for tier in tiers:
        before = joined[-1] if joined else None
        shared = _shared_name(tier, names)
        if before is not None and shared is not None and shared == _shared_name(before, names):
            joined[-1] = ChannelTier(
                name=shared,
                members=before.members + tier.members,
                written=before.written + tier.written,
                place=before.place,
            )
        else:
            joined.append(tier)
    return joined


def _shared_name(tier: ChannelTier, names: ChannelNames) -> str | None:
    """The multichannel that all members of a tier belong to, None where there is none."""
    found = {names.canonical_name(member.url) for member in tier.members}
    (name, *others) = sorted(found)
    return name if not others and names.multichannel(name) else None


def _told_apart(tiers: Sequence[ChannelTier]) -> tuple[ChannelTier, ...]:
    """The tiers with addresses for names where two channels would have the same name (two folders of one name)."""
    counts = Counter(member.name for tier in tiers for member in tier.members)
    return tuple(
        ChannelTier(
            name=tier.members[0].url if len(tier.members) == 1 and counts[tier.name] > 1 else tier.name,
            members=tuple(
                Channel(name=member.url if counts[member.name] > 1 else member.name, url=member.url)
                for member in tier.members
            ),
            written=tier.written,
            place=tier.place,
        )
        for tier in tiers
    )
