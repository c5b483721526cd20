"""Who needs whom in an environment, as values: packages, what each says of others, and the lines that ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Notice, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package of an environment. `size` is in bytes, None where nobody tells it. `virtual` ones are the machine's.

    The name of a pip package has `pip:` in front, so that it is not taken for conda's.
    """

    name: str
    version: str
    build: str | None = None
    channel: str = ""
    size: int | None = None
    virtual: bool = False

    def __str__(self) -> str:
        """Return `name version build`."""
        return " ".join(part for part in (self.name, self.version, self.build) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one package says of another: it needs it, or only allows these versions of it (`needed` false)."""

    source: str
    target: str
    texts: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A line that asks for a package. `place` is None where only the lock tells of the line."""

    name: str
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """The packages of one platform, or of several that are alike, by name; who needs whom; and the lines.

    `asks` are the roots where no line is known (`asks_known` false).
    """

    platforms: tuple[Subdir, ...]
    packages: tuple[Package, ...]
    needs: tuple[Need, ...]
    asks: tuple[Ask, ...]
    asks_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyReport:
    """The dependencies of an environment on all its platforms; `name` is what was asked about."""

    name: str
    platforms: tuple[Dependencies, ...]
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One shortest way from a line to a package: each step is a package and the text by which it is needed."""

    ask: Ask
    steps: tuple[tuple[Package, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What somebody says of a package's version: a line, or another package that needs or only allows it."""

    who: str
    text: str
    needed: bool = True
    of_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why a package is there: the ways to it from each line that brings it, and who bounds its version.

    `cut` says how many further shortest ways there are. `near` are names like one that is not there.
    """

    platforms: tuple[Subdir, ...]
    package: Package | None
    ways: tuple[Way, ...] = ()
    bounds: tuple[Bound, ...] = ()
    cut: int = 0
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one line brings: packages and bytes of all that it needs, and of what nothing else would bring."""

    ask: Ask
    packages: int
    own_packages: int
    size: int
    own_size: int
    unknown: int
    """Packages whose size nobody tells; they are not in the bytes."""
