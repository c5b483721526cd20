"""The class of a cause where its line alone does not tell it: from its words, the list below it, and the platform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.knowledge.names import is_known_conda_forge_name
from envdoctor.knowledge.platforms import is_transitive, only_on
from envdoctor.logs.kinds import ARM

if TYPE_CHECKING:
    from envdoctor.model.logs import LogLine, Sighting

_LISTED = re.compile(r"^\s+- (?P<spec>[A-Za-z_][\w.-]*(?:::[\w.-]+)?(?:\[.*\]|\s*[=<>!~].*|\s+[\d*].*)?)$")
_WITH_BUILD = re.compile(r"^[\w.-]+={1,2}[\w.+!]+=(?=\w*(?:h[0-9a-f]{5,}|_\d+$))\w+$")
_PYTHON_FLOAT = re.compile(r"^python=+3\.[123]$")
_MANY = 3
_CURL = {"5": "proxy", "6": "dns", "7": "connection", "28": "timeout", "35": "tls", "60": "tls", "77": "tls"}
_STATUS = {"401": "auth", "403": "auth", "404": "channel-404", "407": "proxy", "429": "rate-limit"}
_ARCHIVE = re.compile(r"\.(?:conda|tar\.bz2)\b")


def listed_specs(sighting: Sighting) -> tuple[str, ...]:
    """Return the specs that a message lists below itself, up to the first line that is none."""
    found: list[str] = []
    for line in _own_lines(sighting):
        if not line.text.strip():
            if found:
                break
            continue
        match = _LISTED.match(line.text)
        if match is None:
            break
        found.append(match["spec"].strip())
    return tuple(found)


def _own_lines(sighting: Sighting) -> list[LogLine]:
    """The lines below, without those of other steps."""
    return [line for line in sighting.after if line.step == sighting.line.step]


def refined_kind(sighting: Sighting, platform: str) -> tuple[str, str]:  # noqa: PLR0911 - one for each case
    """Return the class of a cause, and what it was inferred from ("" where the line says it)."""
    kind, name = sighting.signature.kind, sighting.signature.name
    if name.startswith(("conda-notfound", "conda-resolvepackagenotfound")):
        found = _of_missing(listed_specs(sighting), platform, kind)
        return _on_rare_platform(found, sighting, platform)
    if name in {"mamba-does-not-exist", "libsolv-nothing-provides-requested", "resolvo-no-candidates-root",
                "rattler-no-candidates"}:  # fmt: skip
        return _of_missing((_named(sighting.word("spec")),), platform, kind)
    if name == "pixi-pypi-unsat" and _conda_chose(sighting.word("a"), sighting.word("b")):
        return "pip-overwrites", "one side is an exact version, as pixi hands over what conda chose"
    if virtual := sighting.word("virtual"):
        return ("cuda-virtual" if "cuda" in virtual else "system-virtual"), ""
    if name == "mamba-download-error":
        return _of_download(sighting)
    if status := next((text for word, text in sighting.words if word.startswith("status")), ""):
        return _of_status(status, sighting, kind), ""
    if name == "registry-dial" and _asks_a_mirror(sighting.line.text):
        return "registry-mirror-dead", ""
    return kind, ""


def _conda_chose(one: str, other: str) -> bool:
    return name_of(one) == name_of(other) and any(re.fullmatch(r"[\w.-]+==[\w.]+", text) for text in (one, other))


def _named(spec: str) -> str:
    return re.sub(r"^[\s│├└─]*", "", spec)


def name_of(spec: str) -> str:
    """Return the name that a spec begins with."""
    found = re.match(r"[\w.-]+", spec.rsplit("::", maxsplit=1)[-1])
    return found.group().lower() if found else ""


def _of_missing(specs: tuple[str, ...], platform: str, kind: str) -> tuple[str, str]:
    names = [name_of(spec) for spec in specs]
    built = [spec for spec in specs if _WITH_BUILD.match(spec)]
    foreign = [name for name in names if _is_foreign(name, platform)]
    if built and len(built) * 2 >= len(specs):
        return "foreign-build-strings", "the list names exact builds"
    if len(foreign) >= _MANY or any(_comes_from_an_export(name) for name in foreign):
        return "foreign-build-strings", f"{', '.join(foreign[:3])} exist on other platforms only"
    if any(_PYTHON_FLOAT.match(spec.replace(" ", "").rstrip("*")) for spec in specs) and _only_python(names):
        return "spec-syntax", "python=3.1 is what YAML makes of an unquoted 3.10"
    if platform in ARM and any(is_known_conda_forge_name(name) or only_on(name) for name in names):
        return "platform-missing", f"the name is known, and the platform is {platform}"
    if foreign:
        return "platform-missing", f"{foreign[0]} exists on other platforms only"
    return ("package-missing" if specs or kind != "foreign-build-strings" else kind), ""


def _on_rare_platform(found: tuple[str, str], sighting: Sighting, platform: str) -> tuple[str, str]:
    """Bioconda builds few of its packages for ARM, and an unknown name may be one of other channels like it."""
    if found[0] != "package-missing" or platform not in ARM:
        return found
    if any("bioconda" in line.text for line in _own_lines(sighting)):
        return "platform-missing", f"bioconda is asked, and the platform is {platform}"
    return found[0], f"the platform is {platform}, for which many packages are not built"


def _only_python(names: list[str]) -> bool:
    return set(names) == {"python"}


def _comes_from_an_export(name: str) -> bool:
    """Whether nobody writes such a name by hand: what belongs to one system and comes as a dependency."""
    bound = only_on(name)
    return bound is not None and len(bound.systems) == 1 and is_transitive(name)


def _is_foreign(name: str, platform: str) -> bool:
    bound = only_on(name)
    return bound is not None and platform != "" and not platform.startswith(tuple(bound.systems))


def _of_download(sighting: Sighting) -> tuple[str, str]:
    text = " ".join(line.text for line in (sighting.line, *sighting.after[:2]))
    status = sighting.word("status") or next(iter(re.findall(r"(?:error|code|status)\D{0,12}\b([45]\d\d)\b", text)), "")
    if status:
        return _of_status(status, sighting, "connection"), ""
    return _CURL.get(sighting.word("code"), "connection"), ""


def _of_status(status: str, sighting: Sighting, kind: str) -> str:
    if status == "404" and _ARCHIVE.search(sighting.line.text):
        return "stale-mirror"
    if status.startswith("5"):
        return "server-error"
    return _STATUS.get(status, kind)


_HUB = re.compile(r"registry-1\.docker\.io|auth\.docker\.io|ghcr\.io|quay\.io|mcr\.microsoft|gcr\.io|nvcr\.io")


def _asks_a_mirror(text: str) -> bool:
    """Whether a mirror of a registry was asked: its name says so."""
    return "mirror" in text.split("dial tcp", maxsplit=1)[0].lower() and not _HUB.search(text)
