"""What a log tells of the request: specs, channels, platform, and the solver's conflict tree as requirements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.logs.redacting import redacted
from envdoctor.model.logs import SpecsInLog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envdoctor.model.logs import LogLine, Sighting

_COMMAND = re.compile(r"\b(?:conda|mamba|micromamba)\s+(?:env\s+)?(?:create|install|update)\b(?P<words>[^&|;\"]*)")
_FLAG_WITH_VALUE = frozenset(
    [
        "-n",
        "--name",
        "-p",
        "--prefix",
        "-f",
        "--file",
        "--solver",
        "--subdir",
        "--platform",
        "--channel-priority",
        "-r",
        "--root-prefix",
        "--env-spec",
    ]
)
_CHANNEL_FLAGS = frozenset({"-c", "--channel"})
_SPEC = re.compile(r"^(?:[\w.-]+::)?[A-Za-z_][\w.-]*(?:(?:[=<>!~]=?|==)[\w.*+!,<>=|]*)*(?:\[.*\])?$")
_TREE_ROOT = re.compile(r"^\s*[├└]─+\s+(?P<name>[A-Za-z_][\w.-]*)\s*(?P<version>\[[^\]]*\]|[^ ]*)?(?P<rest>.*)$")
_ROOT_SAYS = re.compile(r"\b(?:is (?:not )?(?:installable|requested)|does not exist|conflicts with|cannot be installed"
                        r"|can be installed)")  # fmt: skip
_TREE_HEAD = re.compile(r"following packages? (?:are incompatible|could not be installed)|Cannot solve the request")
_REQUESTED = re.compile(r"nothing provides requested (?P<spec>\S+(?: [\d<>=!~*][^\s]*)?)")
_CHANNEL_ITEM = re.compile(r"^ - (?P<channel>\S+)$")


def request_in(sightings: Iterable[Sighting], commands: Iterable[str], day: str) -> SpecsInLog:
    """Return specs, channels and platform as the log echoes them; empty where it does not."""
    specs: dict[str, None] = {}
    channels: dict[str, None] = {}
    platform = ""
    for command in commands:
        _read_command(command, specs, channels)
    for one in sightings:
        platform = platform or one.word("platform")
        if one.signature.name == "mark-conda-lock-specs":
            specs |= dict.fromkeys(_quoted(one.word("specs")))
        if one.signature.name == "mark-conda-channels":
            channels |= dict.fromkeys(_channels_below(one))
        if not specs and _TREE_HEAD.search(one.line.text):
            specs |= dict.fromkeys(_roots(one.after))
        if requested := _REQUESTED.search(one.line.text):
            specs.setdefault(
                requested["spec"].replace(" ", "=", 1) if "=" not in requested["spec"] else requested["spec"]
            )
    return SpecsInLog(
        specs=tuple(specs), channels=tuple(map(redacted, channels)), platform=platform, day=day if _is_day(day) else ""
    )


def _is_day(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def _quoted(text: str) -> list[str]:
    return [spec.strip() for spec in re.findall(r"['\"]([^'\"]+)['\"]", text)]


def _read_command(command: str, specs: dict[str, None], channels: dict[str, None]) -> None:
    for found in _COMMAND.finditer(command):
        words = [word.strip("'\"\\") for word in found["words"].split()]
        at = 0
        while at < len(words):
            word = words[at]
            flag, _, value = word.partition("=")
            if word in _CHANNEL_FLAGS or flag == "--channel":
                at += 0 if value else 1
                channels.setdefault(value or (words[at] if at < len(words) else ""))
            elif word in _FLAG_WITH_VALUE:
                at += 1
            elif not word.startswith("-") and _SPEC.match(word) and not word.endswith((".yml", ".yaml", ".txt")):
                specs.setdefault(word)
            at += 1
    channels.pop("", None)


def _channels_below(sighting: Sighting) -> list[str]:
    found = []
    for line in sighting.after:
        if line.step != sighting.line.step:
            continue
        match = _CHANNEL_ITEM.match(line.text)
        if match is None:
            break
        found.append(match["channel"])
    return found


def _roots(lines: Iterable[LogLine]) -> list[str]:
    """The roots of a conflict tree of mamba, libmamba or rattler: what was asked for."""
    found: dict[str, None] = {}
    for line in lines:
        match = _TREE_ROOT.match(line.text)
        if match is None:
            if found and not re.match(r"^\s*[│├└]", line.text):
                break
            continue
        if not _ROOT_SAYS.search(line.text) or match["name"].startswith(("pin-", "__")):
            continue
        version = match["version"].strip(",;")
        if version.startswith("["):
            continue
        found.setdefault(match["name"] + _written(version))
    return list(found)


def _written(version: str) -> str:
    """A version of a tree as a spec of a file: `1.74**` is `=1.74.*`, `=*` and `*` are nothing."""
    bare = version.strip()
    if bare in {"", "*", "=*", "**"} or bare in {"is", "does", "conflicts", "cannot", "can"}:
        return ""
    if bare[0] in "<>!~=":
        return bare.replace("**", ".*")
    return "=" + re.sub(r"(?<!\.)\*+$", ".*", bare)
