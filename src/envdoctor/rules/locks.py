"""EL: lockfiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from envdoctor.channels.secrets import redact
from envdoctor.model.findings import Severity
from envdoctor.model.lockfile import Manager
from envdoctor.model.place import Place
from envdoctor.rules.rule import Rule, hit, place_of_text
from envdoctor.rules.target import LOCK_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from envdoctor.model.findings import Subject
    from envdoctor.rules.rule import Hit

STALE_KINDS = ("line-not-met", "line-changed", "line-gone", "platform-missing", "inputs-changed", "channels-changed")
"""What is not as the inputs have it now (`envdoctor.model.locking.Staleness`)."""


def _without_hash(subject: Subject) -> Iterator[Hit]:
    lock = subject.lock
    if lock is None:
        return
    bare = [package for package in lock.packages if package.md5 is None and package.sha256 is None]
    if bare:
        more = f" and {len(bare) - 1} more" if len(bare) > 1 else ""
        yield hit(place_of_text(subject, bare[0].filename), name=f"{bare[0].name} {bare[0].version}", more=more)


def _md5_alone(subject: Subject) -> Iterator[Hit]:
    lock = subject.lock
    if lock is None:
        return
    weak = [package for package in lock.packages if package.sha256 is None and package.md5 is not None]
    if weak:
        more = f" and {len(weak) - 1} more" if len(weak) > 1 else ""
        yield hit(place_of_text(subject, weak[0].filename), name=f"{weak[0].name} {weak[0].version}", more=more)


def _credentials(subject: Subject) -> Iterator[Hit]:
    if subject.lock is None:
        return
    for number, line in enumerate(subject.lines, start=1):
        if "://" in line and redact(line) != line and not re.search(r"\$\{?[A-Z_]+", line):
            yield hit(Place(subject.file, number, line.index("://") + 1))
            return


def _empty_platforms(subject: Subject) -> Iterator[Hit]:
    lock = subject.lock
    for platform in lock.platforms if lock else ():
        if lock is not None and not lock.packages_on(platform):
            yield hit(place_of_text(subject, platform), platform=platform)


def _not_locked(subject: Subject) -> Iterator[Hit]:
    lock = subject.lock
    for line in lock.not_locked if lock else ():
        yield hit(place_of_text(subject, redact(line.text)), line=redact(line.text), where=line.place, why=line.reason)


def _http(subject: Subject) -> Iterator[Hit]:
    lock = subject.lock
    if lock is None:
        return
    plain = [package for package in lock.packages if package.url.startswith("http://")]
    if plain:
        more = f" and {len(plain) - 1} more" if len(plain) > 1 else ""
        yield hit(place_of_text(subject, plain[0].filename), name=plain[0].name, more=more)


def _pip_without_python(subject: Subject) -> Iterator[Hit]:
    lock = subject.lock
    for platform in lock.platforms if lock else ():
        if lock is None:
            continue
        pip = lock.packages_on(platform, Manager.PIP)
        if pip and all(package.name != "python" for package in lock.packages_on(platform, Manager.CONDA)):
            yield hit(place_of_text(subject, platform), platform=platform, number=str(len(pip)))


def _from_elsewhere(subject: Subject) -> Iterator[Hit]:
    """Packages whose addresses lie below none of the channels that the lock names; for each address once."""
    lock = subject.lock
    if lock is None or not lock.channels:
        return
    known = [_part_of_address(channel) for channel in lock.channels]
    if any("$" in part for part in known):
        return
    told: set[str] = set()
    for package in lock.packages:
        base = package.url.rsplit("/", 1)[0]
        if package.manager is Manager.CONDA and base not in told and not any(part in f"{base}/" for part in known):
            told.add(base)
            name = f"{package.name} {package.version}"
            yield hit(place_of_text(subject, package.filename), name=name, where=redact(base))


def _part_of_address(channel: str) -> str:
    """What every address below a channel holds, whatever its mirror: `/conda-forge/`."""
    address = urlsplit(channel)
    # A lock is read without secrets, so that a token may be `***` here, which no reader of credentials takes for one.
    bare = re.sub(r"^/t/[^/]+/", "", address.path).strip("/")
    if not bare:
        return f"//{address.netloc}/"
    return "/pkgs/" if bare == "defaults" else f"/{bare}/"


def _locked_twice(subject: Subject) -> Iterator[Hit]:
    """Names that stand in the lock with two versions for one platform, whatever their categories."""
    lock = subject.lock
    seen: dict[tuple[str, Manager, str], tuple[str, str]] = {}
    for package in lock.packages if lock else ():
        key = (package.platform, package.manager, package.name)
        known = seen.setdefault(key, (package.version, package.filename))
        if known != (package.version, package.filename):
            place = place_of_text(subject, package.filename)
            yield hit(place, name=package.name, one=known[0], other=package.version, platform=package.platform)


def _stale(*kinds: str) -> Callable[[Subject], Iterator[Hit]]:
    def find(subject: Subject) -> Iterator[Hit]:
        for reason in subject.staleness:
            if reason.kind in kinds:
                where = f" ({reason.platform})" if reason.platform else ""
                yield hit(Place(subject.file, 1, 1), said=f"{reason.message}{where}")

    return find


RULES = (
    Rule(
        code="EL101",
        kind="lock-without-hash",
        severity=Severity.ERROR,
        message="the lock has no hash of {name}{more}",
        fix="lock again (envdoctor lock)",
        why="without a hash nobody notices that another file stands at the address.",
        example="- name: numpy\n  url: https://…\n  hash: {}",
        source="conda-lock, lockfile format v1",
        ignore="where the channel is your own and has none",
        find=_without_hash,
    ),
    Rule(
        code="EL102",
        kind="lock-with-md5-alone",
        severity=Severity.INFO,
        message="the lock has nothing but MD5 for {name}{more}",
        fix="lock again (envdoctor lock), or export with `conda list --explicit --sha256`",
        why="MD5 guards against accidents, not against people.",
        example="https://…/numpy-1.26.4-py312_0.conda#d41d8cd98f00b204e9800998ecf8427e",
        source="RFC 6151",
        ignore="where the list only documents",
        find=_md5_alone,
    ),
    Rule(
        code="EL103",
        kind="credentials-in-lock",
        severity=Severity.ERROR,
        message="an address in the lock holds a credential",
        fix="take it out, make it invalid, and lock again: envdoctor writes none",
        why="locks are committed.",
        example="url: https://conda.example/t/TOKEN/private/…",
        source="conda-lock README, authenticated channels",
        ignore="never",
        find=_credentials,
    ),
    Rule(
        code="EL104",
        kind="platform-without-packages",
        severity=Severity.WARNING,
        message="the lock names the platform {platform} and has no package for it",
        fix="lock again for it, or leave it out of the list",
        why="installing there gives an empty environment.",
        example="metadata:\n  platforms: [linux-64, osx-arm64]",
        source="conda-lock, lockfile format v1",
        ignore="never",
        find=_empty_platforms,
    ),
    Rule(
        code="EL105",
        kind="line-not-in-lock",
        severity=Severity.INFO,
        message="{line} ({where}) is not in the lock: {why}",
        fix="install it after the environment",
        why="what the lock leaves out is installed by nobody.",
        example="- pip:\n  - -e .",
        source="envdoctor's notes in the lock (docs/locking.md)",
        ignore="where it is installed in another step",
        find=_not_locked,
    ),
    Rule(
        code="EL106",
        kind="lock-over-http",
        severity=Severity.WARNING,
        message="the lock fetches {name}{more} without encryption",
        fix="lock again from an address with https",
        why="whoever stands between sees what is installed, and only the hash keeps it from being changed.",
        example="url: http://conda.example/linux-64/…",
        source="conda docs, managing channels",
        ignore="where the network is trusted",
        find=_http,
    ),
    Rule(
        code="EL107",
        kind="pip-packages-without-python",
        severity=Severity.ERROR,
        message="the lock has {number} pip packages for {platform} and no python",
        fix="add python to the file and lock again",
        why="pip needs a python to install into.",
        example="dependencies:\n  - pip:\n    - requests",
        source="conda-lock README, pip support",
        ignore="never",
        find=_pip_without_python,
    ),
    *LOCK_RULES,
    Rule(
        code="EL109",
        kind="lock-from-elsewhere",
        severity=Severity.WARNING,
        message="{name} comes from {where}, which is none of the channels that the lock names",
        fix="lock again (envdoctor lock), or find out who changed the address",
        why="a lock that was edited or merged by hand no longer says where its packages come from.",
        example="channels: [{url: conda-forge}]\npackage:\n- url: https://conda.anaconda.org/other/…",
        source="conda-lock, lockfile format v1",
        ignore="where a mirror serves the channel below another path",
        find=_from_elsewhere,
    ),
    Rule(
        code="EL110",
        kind="locked-twice",
        severity=Severity.ERROR,
        message="{name} stands in the lock for {platform} as {one} and as {other}",
        fix="lock again (envdoctor lock)",
        why="an environment has one version of a package; which one comes of it depends on the installer.",
        example="- name: numpy\n  version: 1.26.4\n  category: main\n- name: numpy\n  version: 2.2.0\n  category: dev",
        source="conda-lock, lockfile format v1",
        ignore="never",
        find=_locked_twice,
    ),
    Rule(
        code="EL111",
        kind="stale-lock",
        severity=Severity.ERROR,
        message="{said}",
        fix="lock again (envdoctor lock); envdoctor lock --check looks at everything",
        why="who installs from the lock gets something else than the environment file asks for.",
        example="environment.yml: numpy>=2, and the lock has numpy 1.26.4",
        source="the lock's own inputs, which stand beside it",
        ignore="never",
        find=_stale(*STALE_KINDS),
    ),
    Rule(
        code="EL112",
        kind="withdrawn-from-channel",
        severity=Severity.ERROR,
        message="{said}",
        fix="lock again (envdoctor lock)",
        why="a package that was withdrawn cannot be fetched any more, and was withdrawn for a reason.",
        example="https://conda.anaconda.org/conda-forge/linux-64/… moved to conda-forge/label/broken",
        source="the channels' records (`--resolve`)",
        ignore="never",
        find=_stale("gone", "hidden", "differs"),
    ),
)
