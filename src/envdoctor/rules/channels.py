"""EC: channels, their order, and what they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact
from envdoctor.knowledge.channels import channels_as_of, ended_channel
from envdoctor.knowledge.names import CONDA_FORGE
from envdoctor.model.findings import Severity
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.model.place import Place
from envdoctor.rules.rule import Rule, hit, key_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.environment import ChannelLine
    from envdoctor.model.findings import Subject
    from envdoctor.rules.rule import Hit

BIOCONDA = "bioconda"
_ANACONDA = re.compile(r"(?:https?://repo\.(?:anaconda\.com|continuum\.io)/)?pkgs/(?:main|r|msys2|free|pro|mro)/?$")
_OF_DEFAULTS = frozenset({"defaults", "anaconda", "main", "r", "msys2", "free"})
_ON_ANACONDA_ORG = re.compile(r"https?://conda\.anaconda\.org/")
_WRONG_PATH = re.compile(r"/(?:anaconda/)?pkgs/conda-forge/?$")
_PLACEHOLDER = re.compile(r"/t/(?:token|key|my-?token|your-?token|<[^>]*>|x+)/", re.IGNORECASE)
_LOCAL = re.compile(r"(?:file:|/|\.{1,2}/|~|[A-Za-z]:\\|https?://(?:localhost|127\.|10\.|192\.168\.))")


def _channels(subject: Subject) -> Sequence[ChannelLine]:
    return subject.environment.channels if subject.environment else ()


def _short(text: str) -> str:
    """A channel by its name on anaconda.org, if it is one there."""
    return _ON_ANACONDA_ORG.sub("", text).rstrip("/")


def _is_of_defaults(text: str) -> bool:
    return _short(text) in _OF_DEFAULTS or bool(_ANACONDA.match(text))


def _defaults(subject: Subject) -> Iterator[Hit]:
    for channel in _channels(subject):
        if _is_of_defaults(channel.text):
            yield hit(channel.place, channel=channel.text)


def _no_channels(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None or environment.explicit or environment.channels or not environment.requirements:
        return
    if any(line.spec.channel is None and line.spec.url is None for line in environment.requirements):
        yield hit(key_place(subject, "dependencies") or Place(subject.file, 1, 1))


def _mixed(subject: Subject) -> Iterator[Hit]:
    names = [_short(channel.text) for channel in _channels(subject)]
    if CONDA_FORGE in names:
        other = next((channel for channel in _channels(subject) if _is_of_defaults(channel.text)), None)
        if other is not None:
            yield hit(other.place, channel=other.text)


def _bioconda_order(subject: Subject) -> Iterator[Hit]:
    channels = _channels(subject)
    names = [_short(channel.text) for channel in channels]
    if BIOCONDA not in names or CONDA_FORGE not in names or names.index(CONDA_FORGE) < names.index(BIOCONDA):
        return
    low, high = channels[names.index(CONDA_FORGE)], channels[names.index(BIOCONDA)]
    edits = tuple(
        Edit(place=one.place, action=Action.REPLACE, kind=FixKind.CHANNEL, before=one.text, after=other.text)
        for one, other in ((high, low), (low, high))
    )
    yield hit(high.place, *edits)


def _bioconda_alone(subject: Subject) -> Iterator[Hit]:
    channels = _channels(subject)
    names = [_short(channel.text) for channel in channels]
    if BIOCONDA in names and CONDA_FORGE not in names:
        place = channels[names.index(BIOCONDA)].place
        yield hit(place, Edit(place=place, action=Action.INSERT_BEFORE, kind=FixKind.CHANNEL, after=CONDA_FORGE))


def _twice(subject: Subject) -> Iterator[Hit]:
    seen: dict[str, ChannelLine] = {}
    for channel in _channels(subject):
        earlier = seen.setdefault(_short(channel.text), channel)
        if earlier is not channel:
            edit = Edit(place=channel.place, action=Action.REMOVE, kind=FixKind.CHANNEL, before=channel.text)
            yield hit(channel.place, edit, channel=redact(channel.text), number=str(earlier.place.line or 0))


def _http(subject: Subject) -> Iterator[Hit]:
    for channel in _channels(subject):
        if channel.text.startswith("http://") and not _LOCAL.match(channel.text):
            after = "https://" + channel.text.removeprefix("http://")
            edit = Edit(
                place=channel.place, action=Action.REPLACE, kind=FixKind.CHANNEL, before=channel.text, after=after
            )
            yield hit(channel.place, edit, channel=redact(channel.text))


def _credentials(subject: Subject) -> Iterator[Hit]:
    for channel in _channels(subject):
        open_words = re.search(r"\$\{?\w+", channel.text) or _PLACEHOLDER.search(channel.text)
        if redact(channel.text) != channel.text and not open_words:
            yield hit(channel.place, channel=redact(channel.text))


def _ended(subject: Subject) -> Iterator[Hit]:
    for channel in _channels(subject):
        ended = ended_channel(_short(channel.text))
        if ended is not None and ended.since[:10] <= subject.today:
            words = {"frozen": "gets nothing new", "dead": "is gone", "legacy": "is superseded"}
            instead = f"use {ended.replaced_by}" if ended.replaced_by else "leave it out"
            yield hit(
                channel.place,
                channel=channel.text,
                status=words.get(ended.status, ended.status),
                since=ended.since,
                instead=instead,
                source=f"{ended.source}; as of {channels_as_of()}",
            )


def _wrong_paths(subject: Subject) -> Iterator[Hit]:
    for channel in _channels(subject):
        if "://" in channel.text and _WRONG_PATH.search(channel.text):
            yield hit(channel.place, channel=redact(channel.text))


def _local(subject: Subject) -> Iterator[Hit]:
    for channel in _channels(subject):
        if _LOCAL.match(channel.text):
            yield hit(channel.place, channel=redact(channel.text))


def _broken_label(subject: Subject) -> Iterator[Hit]:
    for channel in _channels(subject):
        if _short(channel.text) == "conda-forge/label/broken":
            yield hit(channel.place)


RULES = (
    Rule(
        code="EC101",
        kind="defaults",
        severity=Severity.WARNING,
        message="the channel {channel} is Anaconda's: its terms of service ask larger organisations to pay, and conda "
        "may stop and ask for them to be accepted",
        fix="use conda-forge, or make sure that the terms are accepted where this runs",
        why="in CI nobody can accept the terms, and the build ends with CondaToSNonInteractiveError.",
        example="channels: [defaults]",
        source="anaconda/conda-anaconda-tos; anaconda.com/docs (as of 2026-08-22)",
        ignore="where your organisation has a licence, or needs none",
        find=_defaults,
    ),
    Rule(
        code="EC102",
        kind="no-channels",
        severity=Severity.INFO,
        message="the file names no channels, so the configuration of each machine decides",
        fix="add `channels: [conda-forge]`",
        why="the same file then gives other packages on another machine. Up to conda 25.9 the default was `defaults`.",
        example="dependencies:\n  - numpy",
        source="conda/conda#15196",
        ignore="where every machine has the same configuration",
        find=_no_channels,
    ),
    Rule(
        code="EC103",
        kind="defaults-mixed",
        severity=Severity.WARNING,
        message="{channel} stands beside conda-forge: the two are built with other compilers and pins and may not work "
        "together",
        fix="leave {channel} out; `nodefaults` keeps it out",
        why="libraries of the one break binaries of the other, mostly at run time.",
        example="channels: [conda-forge, defaults]",
        source="conda-forge.org docs, tips and tricks",
        ignore="where strict priority is set and each package comes from one of them",
        find=_mixed,
    ),
    Rule(
        code="EC104",
        kind="bioconda-above-conda-forge",
        severity=Severity.WARNING,
        message="bioconda stands above conda-forge, on which it is built",
        fix="put conda-forge first",
        why="under strict priority old copies in bioconda then hide what conda-forge has.",
        example="channels: [bioconda, conda-forge]",
        source="bioconda-docs, source/index.rst",
        ignore="never",
        find=_bioconda_order,
        fixable=True,
    ),
    Rule(
        code="EC105",
        kind="bioconda-without-conda-forge",
        severity=Severity.WARNING,
        message="bioconda is listed without conda-forge, which its packages need",
        fix="list conda-forge above it",
        why="nearly all of its packages depend on packages of conda-forge.",
        example="channels: [bioconda]",
        source="bioconda-docs, source/index.rst",
        ignore="where every machine's configuration has conda-forge",
        find=_bioconda_alone,
        fixable=True,
    ),
    Rule(
        code="EC106",
        kind="channel-twice",
        severity=Severity.WARNING,
        message="the channel {channel} is listed already, in line {number}",
        fix="delete this one",
        why="only the first place counts.",
        example="channels: [conda-forge, defaults, conda-forge]",
        source="conda docs, managing channels",
        ignore="never",
        find=_twice,
        fixable=True,
        safe=True,
    ),
    Rule(
        code="EC107",
        kind="http-channel",
        severity=Severity.WARNING,
        message="the channel {channel} is fetched without encryption",
        fix="write https",
        why="whoever stands between can change the packages.",
        example="channels: [http://conda.anaconda.org/conda-forge]",
        source="conda docs, managing channels",
        ignore="where the server has no https and the network is trusted",
        find=_http,
        fixable=True,
    ),
    Rule(
        code="EC108",
        kind="credentials-in-channel",
        severity=Severity.ERROR,
        message="the address of the channel {channel} holds a credential",
        fix="take it out, make it invalid, and log in (conda's configuration, `pixi auth`, `anaconda login`)",
        why="environment files are committed, and the address is written into locks and logs.",
        example="channels: [https://conda.anaconda.org/t/TOKEN/private]",
        source="conda docs, channel settings",
        ignore="never",
        find=_credentials,
    ),
    Rule(
        code="EC109",
        kind="ended-channel",
        severity=Severity.WARNING,
        message="the channel {channel} {status} since {since} ({source})",
        fix="{instead}",
        why="its packages age, and others move on without them.",
        example="channels: [pytorch, conda-forge]",
        source="dated facts on channels, each with its thread",
        ignore="where an old version is wanted that only it has",
        find=_ended,
    ),
    Rule(
        code="EC110",
        kind="path-that-never-was",
        severity=Severity.ERROR,
        message="there is no channel at {channel}: conda-forge never stood below pkgs/",
        fix="write the mirror's path .../cloud/conda-forge, or https://conda.anaconda.org/conda-forge",
        why="the mirror answers with an error.",
        example="channels: [https://mirrors.tuna.tsinghua.edu.cn/anaconda/pkgs/conda-forge]",
        source="tuna/issues#2377",
        ignore="where your own mirror has that path",
        find=_wrong_paths,
    ),
    Rule(
        code="EC111",
        kind="local-channel",
        severity=Severity.INFO,
        message="the channel {channel} is reached from this machine or network only",
        fix="publish it where all who use the file can reach it",
        why="elsewhere the file cannot be installed.",
        example="channels: [file:///home/ada/channel]",
        source="conda docs, custom channels",
        ignore="where the file is for this network",
        find=_local,
    ),
    Rule(
        code="EC112",
        kind="broken-label",
        severity=Severity.WARNING,
        message="conda-forge/label/broken holds packages that were taken back because they do not work",
        fix="leave the channel out",
        why="they were moved there so that nobody gets them.",
        example="channels: [conda-forge/label/broken, conda-forge]",
        source="conda-forge/admin-requests",
        ignore="for an hour, to look for a cause",
        find=_broken_label,
    ),
)
