"""EA and EG: what has to be built alike, and what the machine has to have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.engine.specs import version
from envdoctor.knowledge.names import CONDA_FORGE
from envdoctor.knowledge.pins import move_between, pins_of
from envdoctor.model.findings import Severity
from envdoctor.rules.rule import Rule, hit
from envdoctor.rules.specs import is_export

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.findings import Subject
    from envdoctor.model.specs import Requirement
    from envdoctor.rules.rule import Hit

_LIBRARIES = frozenset(
    {
        *("openssl", "icu", "libprotobuf", "libabseil", "libgrpc", "hdf5", "libnetcdf", "libxml2", "libtiff", "libffi"),
        *("libboost", "libboost-devel", "libarrow", "fmt", "spdlog", "re2", "libcurl", "libpng", "giflib", "jpeg"),
        *("proj", "geos", "libgdal", "libwebp-base", "libkml", "poppler", "xz", "zstd", "ncurses", "readline"),
    }
)
"""Libraries that others are built against and that people rarely mean to choose by themselves."""

_WITHOUT_GPU = frozenset({"pytorch-cpu", "tensorflow-cpu", "cpuonly"})
_WITH_GPU = frozenset({"cudatoolkit", "pytorch-cuda", "cuda-toolkit", "pytorch-gpu", "tensorflow-gpu"})
_MPI = ("openmpi", "mpich", "impi_rt", "msmpi")


def _lines(subject: Subject) -> Sequence[Requirement]:
    environment = subject.environment
    return () if environment is None or environment.explicit else environment.requirements


def _low(line: Requirement) -> str | None:
    """The first version that a line names."""
    found = re.search(r"\d[\w.]*", line.spec.version or "")
    return found.group().rstrip(".") if found else None


def _of_conda_forge(subject: Subject) -> bool:
    environment = subject.environment
    return environment is not None and [channel.text for channel in environment.channels] == [CONDA_FORGE]


def _mixed_mpi(subject: Subject) -> Iterator[Hit]:
    found = [line for line in _lines(subject) if line.name in _MPI]
    if len({line.name for line in found}) > 1:
        yield hit(found[1].place, line=found[1].text, other=found[0].text, number=str(found[0].place.line or 0))


def _mixed_blas(subject: Subject) -> Iterator[Hit]:
    wanted: dict[str, Requirement] = {}
    for line in _lines(subject):
        for blas in ("mkl", "openblas", "accelerate", "netlib", "blis"):
            by_build = line.name == "libblas" and (line.spec.build or "").rstrip("*").endswith(blas)
            if by_build or (line.name == "nomkl" and blas == "openblas"):
                wanted.setdefault(blas, line)
    if len(wanted) > 1:
        first, second, *_ = wanted.values()
        yield hit(second.place, line=second.text, other=first.text, number=str(first.place.line or 0))


def _pinned_libraries(subject: Subject) -> Iterator[Hit]:
    """Lines that hold a library at a version against which conda-forge builds nothing any more."""
    environment = subject.environment
    if environment is None or all(channel.text != CONDA_FORGE for channel in environment.channels):
        return
    if is_export(environment.requirements):
        return
    for line in _lines(subject):
        fixed = re.match(r"(?:==|~=)?\d", line.spec.version or "") is not None
        if line.name not in _LIBRARIES or line.spec.build is not None or not fixed:
            continue
        low, pins = _low(line), pins_of(line.name)
        current = pins[-1].versions if pins else ()
        move = move_between(line.name, low, current[-1]) if low is not None and current else None
        if move is not None and move.day <= subject.today:
            yield hit(line.place, line=line.text, left=move.left, name=line.name, after=move.after)


def _cudatoolkit_12(subject: Subject) -> Iterator[Hit]:
    for line in _lines(subject):
        if line.name == "cudatoolkit" and _is_from(line, "12"):
            yield hit(line.place, line=line.text, low=_low(line) or "")


def _cuda_names_mixed(subject: Subject) -> Iterator[Hit]:
    old = next((line for line in _lines(subject) if line.name == "cudatoolkit"), None)
    new = next((line for line in _lines(subject) if line.name == "cuda-version" and _is_from(line, "12")), None)
    if old is not None and new is not None:
        yield hit(old.place, line=old.text, other=new.text, number=str(new.place.line or 0))


def _is_from(line: Requirement, lowest: str) -> bool:
    """Whether the first version that a line names is that or a later one, and no upper bound."""
    low = _low(line)
    return low is not None and not (line.spec.version or "").startswith("<") and version(low) >= version(lowest)


def _pytorch_cuda(subject: Subject) -> Iterator[Hit]:
    if _of_conda_forge(subject):
        for line in _lines(subject):
            if line.name == "pytorch-cuda" and line.spec.channel is None:
                low = _low(line)
                yield hit(line.place, line=line.text, after=f"cuda-version={low}" if low else "cuda-version")


def _cpu_and_cuda(subject: Subject) -> Iterator[Hit]:
    cpu = next((line for line in _lines(subject) if _is_without_gpu(line)), None)
    gpu = next((line for line in _lines(subject) if line.name in _WITH_GPU), None)
    if cpu is not None and gpu is not None:
        yield hit(cpu.place, line=cpu.text, other=gpu.text, number=str(gpu.place.line or 0))


def _is_without_gpu(line: Requirement) -> bool:
    return line.name in _WITHOUT_GPU or re.match(r"\*?_?cpu", line.spec.build or "") is not None


def _cuda_on_macos(subject: Subject) -> Iterator[Hit]:
    macs = [platform for platform in subject.platforms if platform.startswith("osx-")]
    if not macs:
        return
    for line in _lines(subject):
        if line.platforms is None and (line.name in {"cudatoolkit", "pytorch-cuda", "cudnn", "nccl", "cupy"}):
            yield hit(line.place, line=line.text, where=", ".join(macs))


RULES = (
    Rule(
        code="EA101",
        kind="mixed-mpi",
        severity=Severity.ERROR,
        message="{line} and line {number} ({other}) are two MPIs, of which an environment can have one",
        fix="keep one of them",
        why="conda-forge's package `mpi` lets one in; every package is built for one of them.",
        example="- openmpi\n- mpich",
        source="conda-forge.org docs, message passing interface",
        ignore="never",
        find=_mixed_mpi,
    ),
    Rule(
        code="EA102",
        kind="mixed-blas",
        severity=Severity.ERROR,
        message="{line} and line {number} ({other}) choose two BLAS, of which an environment can have one",
        fix="keep one of them",
        why="libblas is one package with a build for each.",
        example="- libblas=*=*mkl\n- libblas=*=*openblas",
        source="conda-forge.org docs, switching BLAS implementation",
        ignore="never",
        find=_mixed_blas,
    ),
    Rule(
        code="EA103",
        kind="library-of-another-age",
        severity=Severity.INFO,
        message="{line} holds a library that conda-forge left on {left}: what is built today needs {name} {after}",
        fix="leave the line out, or its version, so that the packages decide",
        why="every package is built against one version of such a library; an old one keeps all of them old.",
        example="- openssl=1.1.1",
        source="conda-forge-pinning-feedstock and its history (as of 2026-08-20)",
        ignore="where that very library is what you need",
        find=_pinned_libraries,
    ),
    Rule(
        code="EG101",
        kind="cudatoolkit-that-never-was",
        severity=Severity.ERROR,
        message="there is no cudatoolkit {low} on conda-forge: from CUDA 12 on it is cuda-version with cuda-* packages",
        fix="write cuda-version={low}",
        why="the one large package was split up with CUDA 12.",
        example="- cudatoolkit=12.1",
        source="conda-forge/cuda-feedstock, end_user_run_guide.md (as of 2026-08-22)",
        ignore="where another channel has such a package",
        find=_cudatoolkit_12,
    ),
    Rule(
        code="EG102",
        kind="cuda-names-of-two-ages",
        severity=Severity.ERROR,
        message="{line} is CUDA 11 by its name, line {number} ({other}) is CUDA 12 or newer",
        fix="keep the names of one age",
        why="both cannot be there together.",
        example="- cudatoolkit=11.8\n- cuda-version=12.4",
        source="conda-forge/cuda-feedstock, end_user_run_guide.md (as of 2026-08-22)",
        ignore="never",
        find=_cuda_names_mixed,
    ),
    Rule(
        code="EG103",
        kind="pytorch-cuda-on-conda-forge",
        severity=Severity.ERROR,
        message="conda-forge never had {line}: it belongs to the channel pytorch",
        fix="write {after}, and pytorch-gpu",
        why="the channel pytorch chose its builds by it; conda-forge does by cuda-version.",
        example="channels: [conda-forge]\ndependencies:\n  - pytorch-cuda=12.1",
        source="pytorch/pytorch#138506 (as of 2026-08-22)",
        ignore="where a channel of your configuration has it",
        find=_pytorch_cuda,
    ),
    Rule(
        code="EG104",
        kind="cpu-build-beside-cuda",
        severity=Severity.WARNING,
        message="{line} asks for a build without GPU, line {number} ({other}) for CUDA",
        fix="leave out one of them",
        why="the CUDA packages are then installed and not used.",
        example="- pytorch=*=cpu*\n- cudatoolkit=11.8",
        source="conda-forge.org docs, installing CUDA-enabled packages",
        ignore="where something else needs CUDA",
        find=_cpu_and_cuda,
    ),
    Rule(
        code="EG105",
        kind="cuda-on-macos",
        severity=Severity.ERROR,
        message="{line} needs CUDA, which {where} does not have",
        fix="give the line a selector that your tools read, or leave it out",
        why="NVIDIA has no drivers for macOS any more, and conda-forge no packages.",
        example="platforms: [linux-64, osx-arm64]\ndependencies:\n  - cudatoolkit",
        source="conda-forge/cuda-feedstock, end_user_run_guide.md (as of 2026-08-22)",
        ignore="never",
        find=_cuda_on_macos,
    ),
)
