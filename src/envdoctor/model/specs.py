"""What is asked for: match specs, and requirements, which are match specs with somebody who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import PackageName, PypiName, Subdir
    from envdoctor.model.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSpec:
    """A query over record fields, as py-rattler understands it. It has no owner.

    `text` is the canonical spelling that py-rattler reads back to the same query, without channel and subdir, which
    stand in fields of their own: envdoctor compares channels itself, since a spec's channel may be a short name, a
    URL or a multichannel such as `defaults`.
    """

    text: str
    name: PackageName
    version: str | None = None
    """The version part, canonical (`>=1.26,<2`, `1.26.*`, `==1.2`); None for any."""
    build: str | None = None
    """The build part, a plain string, glob or `^regex$`; None for any."""
    build_number: str | None = None
    channel: str | None = None
    """The channel as it was written before `::` or in `[channel=…]`; None for any."""
    subdir: Subdir | None = None
    url: str | None = None
    """The package's address, for a spec that names one file."""
    extra: str | None = None
    """Further conditions (md5, sha256, file name, …), canonical; None for none."""

    @property
    def is_bare(self) -> bool:
        """Whether the spec names a package and asks nothing more."""
        return not any((self.version, self.build, self.build_number, self.channel, self.subdir, self.url, self.extra))


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A match spec and the line of the user that asks for it.

    `text` is the spec as it was written, without comment and quotes. `platforms` is None for a line that counts on
    every platform, else the platforms that its selector leaves.
    """

    text: str
    spec: MatchSpec
    place: Place
    platforms: tuple[Subdir, ...] | None = None
    category: str = "main"
    optional: bool = False

    @property
    def name(self) -> PackageName:
        """The package that is asked for."""
        return self.spec.name

    def counts_on(self, subdir: Subdir) -> bool:
        """Whether the line counts on that platform."""
        return self.platforms is None or subdir in self.platforms


@dataclass(frozen=True, slots=True, kw_only=True)
class PipRequirement:
    """One line of a `pip:` section, kept with its place.

    `kind` says what the line is: `named` (a project with an optional version), `url` (`name @ https://…` or a bare
    address), `vcs`, `path`, `editable`, `requirements-file`, `constraints-file`, `option`. Only `named`, and the `url`
    and `vcs` lines that name a project, have a `name`.
    """

    text: str
    kind: str
    place: Place
    name: PypiName | None = None
    specifier: str = ""
    """The version specifier as PEP 440 has it (`>=1.2,<2`); empty for any."""
    extras: tuple[str, ...] = ()
    marker: str | None = None
    url: str | None = None
    platforms: tuple[Subdir, ...] | None = None
    category: str = "main"
    included_by: Place | None = None
    """The `-r` line that brought this line in, where it stands in a file of its own."""

    def counts_on(self, subdir: Subdir) -> bool:
        """Whether the line counts on that platform, as far as selectors tell (markers are not evaluated)."""
        return self.platforms is None or subdir in self.platforms
