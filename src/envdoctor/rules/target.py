"""EG, EL: what somebody stated of the target machine against what lines and locks ask of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.engine.records import matchable
from envdoctor.engine.specs import SpecError, matcher, spec_name
from envdoctor.model.findings import Severity
from envdoctor.model.lockfile import Manager
from envdoctor.model.names import PackageName, is_virtual
from envdoctor.rules.rule import Rule, hit, place_of_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.model.findings import Subject
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.records import VirtualPackage
    from envdoctor.rules.rule import Hit

_TOOLKITS = frozenset({"cuda-version", "cudatoolkit", "pytorch-cuda", "cuda-toolkit", "cuda"})
_LEVEL = "x86_64-microarch-level"


def _driver_too_old(subject: Subject) -> Iterator[Hit]:
    """Lines on a toolkit whose major version is above that of the stated driver (minor versions are compatible)."""
    environment = subject.environment
    if environment is None or environment.explicit:
        return
    for platform, packages in subject.machines:
        driver = next((one for one in packages if one.name == "__cuda" and not one.assumed), None)
        for line in environment.requirements_on(platform) if driver else ():
            found = re.match(r"(?:==?|>=|~=)?\s*(\d+(?:\.\d+)?)", line.spec.version or "")
            if driver is None or line.name not in _TOOLKITS or found is None:
                continue
            if int(found.group(1).split(".")[0]) > int(driver.version.split(".")[0]):
                yield hit(line.place, line=line.text, has=driver.version, where=f"{platform} ({driver.origin})")


def _processor_level(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    for line in environment.requirements if environment and not environment.explicit else ():
        found = re.search(r"[34]", line.spec.version or "")
        if line.name == _LEVEL and found is not None and not (line.spec.version or "").startswith("<"):
            yield hit(line.place, line=line.text, level=found.group())


def _beyond_target(subject: Subject) -> Iterator[Hit]:
    """For each stated platform and virtual package, the locked packages that ask more of it than it has."""
    lock = subject.lock
    if lock is None:
        return
    for platform, packages in subject.machines:
        known = {one.name: one for one in packages}
        told: set[PackageName] = set()
        for package in lock.packages_on(platform, Manager.CONDA):
            for text, name in _asks_of_machine(package):
                if name in told or _has(known.get(name), text):
                    continue
                told.add(name)
                there = known[name].version if name in known else "none"
                what = f"{package.name} {package.version}"
                place = place_of_text(subject, package.filename)
                yield hit(place, what=what, text=text, there=there, platform=platform)


def _asks_of_machine(package: LockedPackage) -> Iterator[tuple[str, PackageName]]:
    for text in package.depends or ():
        try:
            name = PackageName(spec_name(matcher(text)))
        except SpecError:
            continue
        if is_virtual(name):
            yield text, name


def _has(package: VirtualPackage | None, text: str) -> bool:
    return package is not None and bool(matcher(text).matches(matchable(package)))


RULES = (
    Rule(
        code="EG106",
        kind="driver-too-old",
        severity=Severity.ERROR,
        message="{line} needs a newer driver than {where} has, which goes up to CUDA {has}",
        fix="take a toolkit of that major version, or state the driver that is there (--virtual-package __cuda=…)",
        why="a driver runs toolkits up to its own major version of CUDA.",
        example="cuda-version=12.8    # checked with --virtual-package __cuda=11.4",
        source="NVIDIA, CUDA compatibility, minor version compatibility",
        ignore="where the compatibility package of NVIDIA is installed",
        find=_driver_too_old,
    ),
    Rule(
        code="EG107",
        kind="processor-level",
        severity=Severity.INFO,
        message="{line} leaves out processors below x86-64-v{level}",
        fix="leave the line out unless every machine is new enough: the builds are chosen by what a machine has",
        why="conda-forge's packages by processor level need AVX2 (level 3) or AVX-512 (level 4).",
        example="- x86_64-microarch-level=4",
        source="conda-forge/microarch-level-feedstock",
        ignore="where the file is for machines that are known",
        find=_processor_level,
    ),
)

LOCK_RULES = (
    Rule(
        code="EL108",
        kind="lock-beyond-target",
        severity=Severity.ERROR,
        message="the lock has {what}, which needs {text}; the target for {platform} has {there}",
        fix="lock for the target (envdoctor lock with the same --image or --virtual-package), or run it elsewhere",
        why="installing then fails, or what was installed does not start.",
        example="dependencies:\n  __glibc: '>=2.28'    # checked with --image debian:9",
        source="conda docs, managing virtual packages",
        ignore="never",
        find=_beyond_target,
    ),
)
