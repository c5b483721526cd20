"""The machine that a platform stands for, from everything that a command was told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.engine.detect import current_subdir
from envdoctor.errors import UsageError
from envdoctor.records.virtual import virtual_packages

if TYPE_CHECKING:
    from pathlib import Path

    from envdoctor.model.names import Subdir
    from envdoctor.model.records import VirtualPackage
    from envdoctor.records.virtual import Stated
    from envdoctor.workflows.options import Surroundings, TargetOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """What is known of target machines. With `detect` false nothing depends on the machine that this runs on."""

    options: TargetOptions
    surroundings: Surroundings
    detect: bool = True

    def of(self, subdir: Subdir) -> tuple[VirtualPackage, ...]:
        """Return the virtual packages of a platform, by name. Raises `UsageError` and `InputError`."""
        options = self.options
        cuda = ["__cuda"] if options.without_cuda else []
        if options.with_cuda and not subdir.startswith("osx-"):
            # No macOS has CUDA any more; conda-lock leaves it out there too.
            cuda = [f"__cuda={options.with_cuda}"]
        return virtual_packages(
            subdir,
            [*cuda, *options.virtual_packages],
            self.surroundings.environ if self.detect else {},
            current_subdir() if self.detect else None,
            image=_brought(options) if subdir.startswith("linux-") else (),
            basis=None if options.spec_file is None else _of_file(options.spec_file, subdir),
        )


def _of_file(path: Path, subdir: Subdir) -> tuple[VirtualPackage, ...]:
    from envdoctor.records.virtual_package_file import read_virtual_package_file

    return read_virtual_package_file(path, subdir)


def _brought(options: TargetOptions) -> tuple[Stated, ...]:
    """What the base image brings."""
    if options.image is None and options.dockerfile is None:
        return ()
    from envdoctor.environment.dockerfile_base import base_image
    from envdoctor.knowledge.images import image_machine, images_as_of, known_images
    from envdoctor.records.virtual import brought_by

    image, where = options.image or "", ""
    if options.dockerfile is not None:
        image, place = base_image(options.dockerfile)
        where = f"{place}: "
    machine = image_machine(image)
    if machine is None:
        raise UsageError(
            f"{where}what the image {image} brings is not known (as of {images_as_of()}; known are tags that name a "
            f"version of {', '.join(known_images())}); say it yourself, such as --virtual-package __glibc=2.31"
        )
    if machine.glibc is None:
        has = "no C library" if machine.libc == "none" else f"{machine.libc} and no glibc"
        raise UsageError(
            f"{where}the image {image} has {has}, and conda's packages for Linux run on glibc alone; build on an image "
            "that has it, such as debian:12 or ubuntu:24.04"
        )
    return brought_by(image, machine)
