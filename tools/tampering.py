"""Ways in which a conda-lock.yml is changed by hand, each with the words by which a check must name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Document = dict[str, Any]

ZEROS = "0" * 64


def _first(document: Document) -> Document:
    """A conda package that another one needs."""
    needed = {name for one in document["package"] if one["manager"] == "conda" for name in one.get("dependencies", {})}
    conda = [one for one in document["package"] if one["manager"] == "conda"]
    found: Document = next((one for one in conda if one["name"] in needed), conda[0])
    return found


def _other_version(document: Document) -> None:
    _first(document)["version"] = "0.0.1a"


def _other_md5(document: Document) -> None:
    _first(document)["hash"]["md5"] = ZEROS[:32]


def _other_sha256(document: Document) -> None:
    _first(document)["hash"]["sha256"] = ZEROS


def _no_sha256(document: Document) -> None:
    _first(document)["hash"].pop("sha256", None)


def _other_server(document: Document) -> None:
    package = _first(document)
    package["url"] = "https://example.com/" + "/".join(package["url"].rsplit("/", 2)[-2:])


def _removed(document: Document) -> None:
    document["package"].remove(_first(document))


def _added(document: Document) -> None:
    document["package"].append({**_first(document), "name": "stray-package"})


def _other_dependencies(document: Document) -> None:
    package = _first(document)
    package["dependencies"] = {**package.get("dependencies", {}), "stray-package": ""}


def _no_platform(document: Document) -> None:
    document["metadata"]["platforms"] = document["metadata"]["platforms"][1:]


def _other_channel(document: Document) -> None:
    document["metadata"]["channels"] = [{"url": "stray-channel", "used_env_vars": []}]


def _other_lines(document: Document) -> None:
    document["metadata"]["custom_metadata"]["envdoctor.lines"] = '[["stray-package", null]]'


TAMPERING: dict[str, tuple[Callable[[Document], None], str]] = {
    "another version": (_other_version, "the lock says version 0.0.1a of"),
    "another md5": (_other_md5, "the md5 of"),
    "another sha256": (_other_sha256, "the sha256 of"),
    "no sha256": (_no_sha256, "is missing in the lock"),
    "another server": (_other_server, "is not in the channels any more"),
    "a package removed": (_removed, "and the lock has no"),
    "a package added": (_added, "nothing asks for stray-package, which the lock has"),
    "other dependencies": (_other_dependencies, "are others in the lock than in the channel (stray-package)"),
    "a platform removed": (_no_platform, "the lock has no platform"),
    "another channel": (_other_channel, "the channels are"),
    "other lines": (_other_lines, "is new since it was locked"),
}
"""`a package removed` is named by `and the lock has none` or, for a line of the user, `and the lock has no NAME`."""
