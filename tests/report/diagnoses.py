"""Diagnoses made by hand, one for each thing that a report has to tell."""

from __future__ import annotations

from dataclasses import replace

from envdoctor.engine.specs import parse_spec
from envdoctor.model.channels import Channel, ChannelPriority, ChannelTier, Origin
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.environment import EnvironmentSpec
from envdoctor.model.facts import (
    Constrains,
    Depends,
    HiddenByPriority,
    Missing,
    NewerThanCutoff,
    Pinned,
    VirtualPackageIs,
)
from envdoctor.model.fixes import Action, Edit, Fix, Fixes, FixKind, Proven, Setting, VersionChange
from envdoctor.model.names import PypiName, Subdir, package_name
from envdoctor.model.outcome import (
    Chain,
    Check,
    Choice,
    Conflict,
    Domain,
    Kind,
    PlatformDiagnosis,
    Resolution,
    Sighting,
    Step,
    Unsatisfiable,
    VersionRange,
)
from envdoctor.model.place import Notice, Place
from envdoctor.model.records import Record, VirtualPackage
from envdoctor.model.specs import PipRequirement, Requirement
from envdoctor.model.target import Pin, Request, Target

FILE = "environment.yml"
GLIBC = VirtualPackage(name=package_name("__glibc"), version="2.36", origin="detected on this machine")
OSX = VirtualPackage(name=package_name("__osx"), version="11.0", origin="assumed (conda-lock's default)", assumed=True)
UNIX = VirtualPackage(name=package_name("__unix"), version="0", origin="assumed (conda-lock's default)", assumed=True)
FORGE = ChannelTier(
    name="conda-forge",
    members=(Channel(name="conda-forge", url="https://conda.example/conda-forge/"),),
    place=Place(FILE, 3, 5),
)
DEFAULTS = ChannelTier(
    name="defaults",
    members=(
        Channel(name="main", url="https://conda.example/main/"),
        Channel(name="r", url="https://conda.example/r/"),
    ),
)
PIN = Pin(text="openssl=1.1", spec=parse_spec("openssl=1.1"), origin=Origin(text=".condarc:7"))


def line(text: str, number: int | None, file: str = FILE) -> Requirement:
    """A line of a file, or with no number a spec of the command line."""
    return Requirement(text=text, spec=parse_spec(text), place=Place(file, number, None if number is None else 5))


def request(*lines: Requirement, platform: str = "linux-64") -> Request:
    """A request for some lines."""
    virtual = (GLIBC,) if platform == "linux-64" else (OSX, UNIX)
    return Request(
        target=Target(subdir=Subdir(platform), virtual_packages=virtual), requirements=lines, tiers=(FORGE, DEFAULTS)
    )


def step(name: str, low: str, high: str | None = None, *, after: str | None = None, bound: str | None = None) -> Step:
    """A step of a chain, told by its versions or by a bound."""
    fact = None if after is None else Depends(package_name(after), package_name(name))
    versions = VersionRange(low=low, high=high or low)
    return Step(domain=Domain(name=package_name(name), ranges=(versions,), bound=bound, records=3), fact=fact)


GDAL, ARROW = line("gdal=3.8", 6), line("pyarrow=20", 9)
PYTHON, NUMPY, SCIPY = line("python=3.13", 5), line("numpy<2", 7), line("scipy>=1.15", 8)

CLASH = Conflict(
    kind=Kind.TRANSITIVE_CLASH,
    core=(GDAL, ARROW),
    facts=(
        Depends(package_name("gdal"), package_name("libgdal")),
        Depends(package_name("libgdal"), package_name("lz4-c")),
        Depends(package_name("pyarrow"), package_name("libarrow")),
        Depends(package_name("libarrow"), package_name("lz4-c")),
    ),
    chains=(
        Chain(
            start=GDAL,
            steps=(
                step("gdal", "3.8.0", "3.8.5"),
                step("libgdal", "3.8.3", "3.8.5", after="gdal"),
                replace(
                    step("lz4-c", "1.9.3", "1.9.4", after="libgdal", bound="<1.10"),
                    reason="conda-forge moved lz4-c from 1.9 to 1.10 on 2024-10-24",
                ),
            ),
        ),
        Chain(
            start=ARROW,
            steps=(
                step("pyarrow", "20.0.0"),
                step("libarrow", "20.0.0", after="pyarrow"),
                step("lz4-c", "1.10.0", after="libarrow", bound=">=1.10"),
            ),
        ),
    ),
    meeting_point=package_name("lz4-c"),
    headline="gdal=3.8 (line 6) and pyarrow=20 (line 9) cannot both hold: they need different lz4-c.",
    details=(
        "gdal=3.8   → libgdal 3.8.3–3.8.5 → lz4-c <1.10",
        "pyarrow=20 → libarrow 20.0.0 → lz4-c >=1.10",
    ),
    way_out=("Leave out either line and the rest solves.",),
    proof=(
        "gdal=3.8 (line 6): gdal 3.8.0–3.8.5",
        "gdal 3.8.0–3.8.5 needs libgdal 3.8.3.*, libgdal 3.8.4.* or libgdal 3.8.5.*",
        "libgdal 3.8.3–3.8.5 needs lz4-c >=1.9.3,<1.10.0a0",
        "pyarrow=20 (line 9): pyarrow 20.0.0",
        "pyarrow 20.0.0 needs libarrow 20.0.0.*",
        "libarrow 20.0.0 needs lz4-c >=1.10.0,<1.11.0a0",
    ),
)

MISSING = Conflict(
    kind=Kind.MISSING_PACKAGE,
    core=(line("pandsa", 10),),
    facts=(Missing(package_name("pandsa")),),
    chains=(
        Chain(
            start=line("pandsa", 10),
            steps=(Step(domain=Domain(name=package_name("pandsa"), ranges=()), fact=None),),
            end="no such name",
        ),
    ),
    sightings=(Sighting(what="spelling", text="pandas", detail="pandas differs in two letters"),),
    headline="pandsa (line 10) names a package that is not in conda-forge and defaults on linux-64.",
    way_out=("Did you mean pandas?", "Leave out pandsa and the rest solves."),
)

HIDDEN = Conflict(
    kind=Kind.STRICT_PRIORITY,
    core=(line("pysam=0.22", 12),),
    facts=(
        HiddenByPriority(package_name("pysam")),
        NewerThanCutoff(package_name("samtools")),
        Constrains(package_name("pysam"), package_name("samtools")),
        VirtualPackageIs(package_name("__glibc")),
        Pinned(PIN),
    ),
    chains=(Chain(pin=PIN, steps=(step("openssl", "1.1.1"),)),),
    other_parties=("strict channel priority", "the pin openssl=1.1 (.condarc:7)"),
    headline="pysam=0.22 (line 12) cannot be had under strict channel priority: conda-forge hides it.",
)


def unsolved(*conflicts: Conflict, platform: str = "linux-64", complete: bool = True) -> PlatformDiagnosis:
    """A platform on which nothing solves."""
    lines = tuple(dict.fromkeys(line for conflict in conflicts for line in conflict.core))
    return PlatformDiagnosis(
        platform=Subdir(platform),
        outcome=Unsatisfiable(request=request(*lines, platform=platform), conflicts=conflicts, complete=complete),
        check=Check.AGREED,
    )


def diagnosis(*platforms: PlatformDiagnosis, sources: tuple[str, ...] = (FILE,)) -> Diagnosis:
    """A diagnosis of a file on some platforms."""
    lines = tuple(dict.fromkeys(line for one in platforms for line in one.outcome.request.requirements))
    return Diagnosis(environment=EnvironmentSpec(sources=sources, requirements=lines), platforms=platforms)


def _overlapping() -> tuple[Conflict, ...]:
    def clash(*lines: Requirement, point: str) -> Conflict:
        words = " and ".join(f"{one.text} (line {one.place.line})" for one in lines)
        return Conflict(
            kind=Kind.PYTHON,
            core=lines,
            facts=(),
            chains=(),
            meeting_point=package_name(point),
            headline=f"{words} cannot both hold: they need different {point}.",
            details=(f"{lines[0].text} → {point} 3.13.*", f"{lines[1].text} → {point} <3.13"),
        )

    return (
        clash(PYTHON, NUMPY, point="python"),
        clash(NUMPY, SCIPY, point="numpy"),
        clash(NUMPY, line("jax=0.6", 14), point="numpy"),
    )


def _exported() -> tuple[Conflict, ...]:
    lines = [line(f"package{number}=1.{number}=h{number:07}_0", number) for number in range(6, 37)]
    headline = "31 lines ask for builds that do not exist on linux-64: the file was exported on another system."
    return tuple(
        Conflict(
            kind=Kind.EXPORTED,
            listed=True,
            core=(one,),
            facts=(Missing(one.name),),
            chains=(),
            headline=headline,
            details=("this build exists on win-64", "this build exists on win-64"),
            way_out=("Export again with `conda env export --from-history`.",),
            proof=(f"no {one.name} has this build",),
            reason="exported",
        )
        for one in lines
    )


def _on(platform: str, conflict: Conflict) -> Conflict:
    return replace(conflict, headline=conflict.headline.replace("linux-64", platform))


RECORDS = (
    Record(
        name=package_name("libfoo"),
        version="1.0",
        build="h1_0",
        build_number=0,
        channel="conda-forge",
        subdir=Subdir("linux-64"),
        filename="libfoo-1.0-h1_0.conda",
        url="https://conda.example/conda-forge/linux-64/libfoo-1.0-h1_0.conda",
        size=312,
    ),
    Record(
        name=package_name("numpy"),
        version="1.26.4",
        build="py312h1103770_0",
        build_number=0,
        channel="conda-forge",
        subdir=Subdir("linux-64"),
        filename="numpy-1.26.4-py312h1103770_0.conda",
        depends=("libfoo >=1.0,<2.0a0", "__glibc >=2.17"),
        constrains=("numpy-base <0",),
        size=7_484_186,
        md5="ff" * 16,
    ),
    Record(
        name=package_name("scipy"),
        version="1.15.2",
        build="py312ha707e6e_0",
        build_number=0,
        channel="main",
        subdir=Subdir("linux-64"),
        filename="scipy-1.15.2-py312ha707e6e_0.tar.bz2",
        depends=("numpy <2.5",),
    ),
)
ASKED = (NUMPY, SCIPY)
SOLVED = PlatformDiagnosis(
    platform=Subdir("linux-64"),
    outcome=Resolution(request=request(*ASKED), records=RECORDS),
    check=Check.AGREED,
    choices=(
        Choice(requirement=NUMPY, record=RECORDS[1], newest="2.5.2", held_back_by="line 7 asks for <2"),
        Choice(requirement=SCIPY, record=RECORDS[2], newest="1.15.2"),
        Choice(
            requirement=line("libfoo", 9),
            record=RECORDS[0],
            newest="2.0",
            held_back_by="numpy 1.26.4 needs libfoo >=1.0,<2.0a0; scipy 1.15.2 needs libfoo <1.9; and 3 more",
        ),
    ),
    largest=((package_name("scipy"), 3, 7_484_498), (package_name("libfoo"), 1, 0)),
)

_PIP_LINE = PipRequirement(
    text="numpy>=2", kind="named", place=Place(FILE, 14, 9), name=PypiName("numpy"), specifier=">=2"
)
HALVES = Conflict(
    kind=Kind.CONDA_VS_PIP,
    core=(NUMPY,),
    pip_lines=(_PIP_LINE,),
    facts=(),
    chains=(),
    meeting_point=package_name("numpy"),
    other_parties=("the pip line numpy>=2 (line 14)",),
    headline="numpy<2 (line 7) and the pip line numpy>=2 (line 14) exclude each other.",
    way_out=("Ask for the package in one half only.",),
)

_TWO_FILES = replace(CLASH, core=(GDAL, line("pyarrow=20", 3, "extra.yml")))
_SPECS = (line("gdal=3.8", None, "<command line>"), line("pyarrow=20", None, "<command line>"))
_WITH_EVERYTHING = replace(
    request(*ASKED, platform="osx-64"),
    pins=(PIN,),
    priority=ChannelPriority.FLEXIBLE,
    exclude_newer=1_738_368_000_000,
)
SECRET = "https://anna:hunter2@conda.example/t/to-12345/private"  # noqa: S105 - the secret that no report may tell

_GDAL, _PYARROW = CLASH.core[0], CLASH.core[-1]
FIXES = Fixes(
    found=(
        Fix(
            kind=FixKind.MINOR,
            cost=1084,
            edits=(
                Edit(
                    place=_GDAL.place, action=Action.REPLACE, kind=FixKind.MINOR, before=_GDAL.text, after="gdal=3.10"
                ),
            ),
            verified=(
                Proven(
                    platform=Subdir("linux-64"),
                    packages=151,
                    changes=(
                        VersionChange(
                            name=package_name("gdal"), before="3.8.5", after="3.10.3", newest="3.13.1", touched=True
                        ),
                        VersionChange(
                            name=package_name("numpy"), before="2.5.2", after="2.3.5", older=True, newest="2.5.2"
                        ),
                    ),
                ),
            ),
        ),
        Fix(
            kind=FixKind.VIRTUAL_PACKAGE,
            cost=1350,
            settings=(
                Setting(
                    option="--virtual-package",
                    value="__glibc=2.40",
                    kind=FixKind.VIRTUAL_PACKAGE,
                    conda="CONDA_OVERRIDE_GLIBC=2.40",
                    warning="True only if the machine that runs this has that glibc.",
                ),
            ),
            verified=(Proven(platform=Subdir("linux-64"), packages=140),),
        ),
        Fix(
            kind=FixKind.DROP,
            cost=9085,
            edits=(
                Edit(place=_PYARROW.place, action=Action.REMOVE, kind=FixKind.DROP, before=_PYARROW.text),
                *(
                    Edit(
                        place=Place(FILE, number, 5),
                        action=Action.REPLACE,
                        kind=FixKind.BUILD,
                        before=f"p{number}=1=0",
                        after=f"p{number}=1",
                    )
                    for number in range(20, 26)
                ),
            ),
            verified=(Proven(platform=Subdir("linux-64"), packages=99),),
            refusal="an alias (`*name`) repeats this text elsewhere",
        ),
    ),
    further=3,
    complete=False,
)

DIAGNOSES: dict[str, Diagnosis] = {
    "fixed": replace(diagnosis(unsolved(CLASH)), fixes=FIXES),
    "no_fix": replace(diagnosis(unsolved(CLASH)), fixes=Fixes()),
    "two_lines": diagnosis(unsolved(CLASH)),
    "independent": diagnosis(unsolved(MISSING, HIDDEN, CLASH)),
    "overlapping": diagnosis(unsolved(*_overlapping(), complete=False)),
    "none_found": diagnosis(replace(unsolved(complete=False), check=Check.NOT_HEARD)),
    "exported": diagnosis(unsolved(*_exported())),
    "same_story": diagnosis(
        unsolved(MISSING), *(unsolved(_on(other, MISSING), platform=other) for other in ("osx-64", "win-64"))
    ),
    "same_lines": diagnosis(
        unsolved(CLASH), unsolved(replace(CLASH, details=("gdal=3.8 → other chains",)), platform="osx-64")
    ),
    "two_files": diagnosis(unsolved(_TWO_FILES), sources=(FILE, "extra.yml")),
    "specs": diagnosis(unsolved(replace(CLASH, core=_SPECS)), sources=("<command line>",)),
    "solved": diagnosis(SOLVED),
    "specs_solved": diagnosis(replace(SOLVED, choices=()), sources=("<command line>",)),
    "solved_in_part": diagnosis(SOLVED, unsolved(_on("osx-64", MISSING), platform="osx-64")),
    "sizes_unknown": diagnosis(
        replace(SOLVED, outcome=Resolution(request=request(SCIPY), records=RECORDS[2:]), choices=(), largest=())
    ),
    "halves": replace(diagnosis(SOLVED), pip_conflicts=(HALVES,)),
    "explicit": Diagnosis(
        environment=EnvironmentSpec(sources=("explicit.txt",), requirements=ASKED, explicit=True), platforms=()
    ),
    "nowhere": diagnosis(),
    "took_part": replace(
        diagnosis(
            PlatformDiagnosis(
                platform=Subdir("osx-64"),
                outcome=Resolution(request=_WITH_EVERYTHING, records=RECORDS),
                check=Check.NOT_HEARD,
            )
        ),
        notices=(
            Notice(kind="unknown-key", message="there is no key 'chanels'", place=Place(FILE, 2, 1)),
            Notice(kind="stale", message="the records of conda-forge are 3 days old"),
        ),
    ),
    "hostile": replace(
        diagnosis(
            unsolved(
                replace(
                    MISSING,
                    headline="\x1b[2Jpandsa\x07 (line 10)\nis \u202edaeh\u202c not there \udc80",
                    details=(f"see {SECRET}",),
                    way_out=("日本語のパッケージ名" * 9,),
                )
            ),
            sources=("\x1b]0;owned\x07.yml",),
        ),
        notices=(Notice(kind="fetched", message=f"{SECRET} was fetched"),),
    ),
}
