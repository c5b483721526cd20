"""What this machine is and has, as py-rattler finds out."""

from __future__ import annotations

import rattler

from envdoctor.model.names import Subdir, package_name
from envdoctor.model.records import VirtualPackage

ORIGIN = "detected on this machine"


def current_subdir() -> Subdir:
    """Return the platform of this machine."""
    return Subdir(str(rattler.Subdir.current()))


def detected_virtual_packages() -> tuple[VirtualPackage, ...]:
    """Return what was found on this machine, by name; `CONDA_OVERRIDE_*` variables have no say here."""
    packages = [found.into_generic() for found in rattler.VirtualPackage.detect()]
    return tuple(
        VirtualPackage(
            name=package_name(package.name.normalized),
            version=str(package.version),
            build=str(package.build_string),
            origin=ORIGIN,
        )
        for package in sorted(packages, key=lambda package: package.name.normalized)
    )
