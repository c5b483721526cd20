"""An installed environment as its packages: conda's records in `conda-meta/`, and what pip put beside them."""

from __future__ import annotations

import json
import re
from collections import Counter
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envdoctor.channels.secrets import redact
from envdoctor.errors import InputError
from envdoctor.lockfile.addresses import bare
from envdoctor.model.comparison import DirectLine
from envdoctor.model.exported import Installed
from envdoctor.model.lockfile import LockedPackage, Manager
from envdoctor.model.names import KNOWN_SUBDIRS, NOARCH, Subdir, package_name, pypi_name
from envdoctor.model.place import Notice, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

META = "conda-meta"
PIP_FOLDERS = ("lib/python*/site-packages/*.dist-info", "Lib/site-packages/*.dist-info")
_BUILD_TOO = re.compile(r"=[^=]+=|==?[^=,<>]+ \S+$")
_ANACONDA = re.compile(r"https://conda\.anaconda\.org/(?P<name>.+)")
_DEFAULTS = re.compile(r"https://repo\.anaconda\.com/pkgs/(main|r|msys2)")


def is_prefix(path: str) -> bool:
    """Whether the path is an environment that conda installed."""
    return Path(path, META).is_dir()


def read_prefix(path: str, this_machine: Subdir) -> Installed:
    """Return what is installed in an environment. Raises `InputError` for a record that cannot be read.

    What the user asked for is what conda and mamba note in `requested_spec`, and pip in `REQUESTED`.
    """
    records = [_record(file) for file in sorted(Path(path, META).glob("*.json"))]
    subdirs = Counter(record["subdir"] for record in records if record.get("subdir") in KNOWN_SUBDIRS)
    del subdirs[NOARCH]
    platform = Subdir(subdirs.most_common(1)[0][0]) if subdirs else this_machine
    conda = [_conda_package(record, platform) for record in records]
    pip, wanted_by_pip, notices = _pip_packages(Path(path), platform)
    wanted = [record["name"] for record in records if _was_asked_for(record)]
    lines = [DirectLine(name=package_name(name), manager=Manager.CONDA, text=name) for name in wanted]
    return Installed(
        name=path,
        channels=channel_names([package.url.rsplit("/", 2)[0] for package in conda]),
        platforms=(platform,),
        packages=(*conda, *pip),
        wanted=(*lines, *(DirectLine(name=name, manager=Manager.PIP, text=name) for name in wanted_by_pip))
        if lines
        else None,
        notices=tuple(notices),
    )


def channel_names(urls: Sequence[str]) -> tuple[str, ...]:
    """Return channels by the names that conda knows them by, those of most packages first."""
    names = [_channel_name(url) for url in urls if url]
    return tuple(name for name, _ in sorted(Counter(names).items(), key=lambda found: (-found[1], found[0])))


def _channel_name(url: str) -> str:
    if _DEFAULTS.fullmatch(url):
        return "defaults"
    known = _ANACONDA.fullmatch(url)
    return known.group("name") if known else url


def _record(file: Path) -> dict[str, Any]:
    try:
        record = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _no_record(file) from error
    if not isinstance(record, dict) or not all(isinstance(record.get(key), str) for key in ("name", "version")):
        raise _no_record(file)
    return record


def _no_record(file: Path) -> InputError:
    return InputError(
        "this is no record of an installed package (JSON with `name` and `version`); install the package anew",
        place=Place(str(file)),
    )


def _conda_package(record: dict[str, Any], platform: Subdir) -> LockedPackage:
    return LockedPackage(
        name=package_name(record["name"]),
        version=record["version"],
        platform=platform,
        url=bare(str(record.get("url") or "")),
        build=record.get("build"),
        depends=tuple(map(str, record.get("depends") or ())),
        md5=record.get("md5"),
        sha256=record.get("sha256"),
    )


def _was_asked_for(record: dict[str, Any]) -> bool:
    """Whether a user asked for a package; a spec with an address or a build comes from a list of all packages."""
    specs = record.get("requested_specs") or [record.get("requested_spec")]
    texts = [text for text in specs if isinstance(text, str) and text not in {"", "None"}]
    return any("://" not in text and not _BUILD_TOO.search(text) for text in texts)


def _pip_packages(prefix: Path, platform: Subdir) -> tuple[list[LockedPackage], list[str], list[Notice]]:
    """What pip installed, the names of what it was asked for, and what it has from elsewhere than an index."""
    found: dict[str, LockedPackage] = {}
    wanted: list[str] = []
    notices: list[Notice] = []
    for folder in sorted(folder for pattern in PIP_FOLDERS for folder in prefix.glob(pattern)):
        headers = HeaderParser().parsestr(_text(folder / "METADATA"))
        if _text(folder / "INSTALLER").strip() == "conda" or not headers["Name"]:
            continue
        name = pypi_name(headers["Name"])
        found[name] = LockedPackage(
            name=name,
            version=headers["Version"] or "",
            platform=platform,
            url="",
            manager=Manager.PIP,
            depends=tuple(headers.get_all("Requires-Dist") or ()),
        )
        if (folder / "REQUESTED").is_file():
            wanted.append(name)
        if (folder / "direct_url.json").is_file():
            message = f"pip installed {name} from {_address(folder)}; the line here asks an index for it"
            notices.append(Notice(kind="pip-from-elsewhere", message=message))
    return list(found.values()), wanted, notices


def _address(folder: Path) -> str:
    """Where pip had a package from (PEP 610)."""
    try:
        return redact(str(json.loads(_text(folder / "direct_url.json"))["url"]))
    except (ValueError, KeyError, TypeError):
        return "an address of its own"


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""
