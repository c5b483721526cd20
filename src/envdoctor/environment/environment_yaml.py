"""The text of an environment file becomes an EnvironmentSpec: what conda makes of it, every part with its place.

conda's reading is that of `conda env create`; the keys `platforms`, `category` and `pip-repositories` are conda-lock's,
`sel(linux):` is micromamba's.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from envdoctor.environment import not_environments
from envdoctor.environment.pip_lines import Inclusion, read_pip_item
from envdoctor.environment.quoting import masked, quote
from envdoctor.environment.selectors import MICROMAMBA_WORDS, micromamba_platforms, selector_in
from envdoctor.environment.spec_lines import read_spec
from envdoctor.environment.yaml_document import Listing, Mapping, Scalar, compose, kind_of
from envdoctor.errors import InputError
from envdoctor.model.environment import ChannelLine, EnvironmentSpec, Variable
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir
from envdoctor.model.place import Notice, Place
from envdoctor.model.specs import PipRequirement, Requirement

if TYPE_CHECKING:
    from envdoctor.environment.yaml_document import Entry, Node

CONDA_KEYS = ("name", "channels", "dependencies", "prefix", "variables")
EXTENSION_KEYS = ("platforms", "category", "pip-repositories", "allow-pypi-requests")


def read_environment_yaml(text: str, file: str, inclusion: Inclusion) -> EnvironmentSpec:
    """Return what the file asks for. Raises `InputError` for the first thing that conda could not use either."""
    root = compose(text, file)
    if root is None or (isinstance(root, Scalar) and root.is_null):
        raise InputError(
            "the file is empty; an environment file has at least a `dependencies:` list", place=Place(file)
        )
    if not isinstance(root, Mapping):
        raise InputError(not_environments.of_root(root), place=root.place)
    dependencies = root.entry("dependencies")
    if dependencies is None:
        raise InputError(not_environments.without_dependencies(root), place=Place(file))
    return _Reader(file, root, inclusion).spec(dependencies)


@dataclass(slots=True)
class _Reader:
    """Gathers requirements, pip lines and notices while the file is walked from top to bottom."""

    file: str
    root: Mapping
    inclusion: Inclusion
    requirements: list[Requirement] = field(default_factory=list)
    pip: list[PipRequirement] = field(default_factory=list)
    pip_sections: list[Place] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def spec(self, dependencies: Entry) -> EnvironmentSpec:
        self._note_unknown_keys()
        channels = self._channels()
        platforms = self._platforms()
        self._dependencies(dependencies)
        return EnvironmentSpec(
            sources=(self.file,),
            name=self._text("name"),
            channels=channels,
            requirements=tuple(self.requirements),
            pip=tuple(self.pip),
            platforms=platforms,
            variables=self._variables(),
            prefix=self._text("prefix"),
            pip_repositories=self._texts("pip-repositories"),
            allow_pypi=(self._text("allow-pypi-requests") or "true").lower() not in {"false", "no", "off"},
            notices=tuple(self.notices),
        )

    @property
    def category(self) -> str:
        return self._text("category") or "main"

    def note(self, kind: str, message: str, place: Place) -> None:
        self.notices.append(Notice(kind=kind, message=message, place=place))

    def _note_unknown_keys(self) -> None:
        known = (*CONDA_KEYS, *EXTENSION_KEYS)
        for entry in self.root.entries:
            key = entry.key.text
            if key in known:
                continue
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
            mend = f"; did you mean `{near[0]}`?" if near and self.root.get(near[0]) is None else ""
            self.note(
                "unknown-key", f"conda does not know the key {quote(key, 60)} and ignores it{mend}", entry.key.place
            )

    def _text(self, key: str) -> str | None:
        entry = self.root.entry(key)
        if entry is None:
            return None
        if not isinstance(entry.value, Scalar):
            raise InputError(
                f"`{key}:` must be one text, but {kind_of(entry.value)} was found", place=entry.value.place
            )
        return None if entry.value.is_null else entry.value.text

    def _texts(self, key: str) -> tuple[str, ...]:
        return tuple(node.text for node in self._scalars(key))

    def _scalars(self, key: str) -> tuple[Scalar, ...]:
        """The texts of a list. One bare text counts as a list of one, with a word about it."""
        entry = self.root.entry(key)
        if entry is None:
            return ()
        if isinstance(entry.value, Scalar):
            if entry.value.is_null:
                return ()
            self.note(
                "no-list", f"`{key}:` should be a list; write `{key}: [{masked(entry.value.text)}]`", entry.value.place
            )
            return (entry.value,)
        if isinstance(entry.value, Mapping):
            raise InputError(
                f"`{key}:` must be a list, but a mapping was found; write `- name` items", place=entry.value.place
            )
        return tuple(self._item(key, node) for node in entry.value.nodes)

    def _item(self, key: str, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            raise InputError(f"an item of `{key}:` must be one text, but {kind_of(node)} was found", place=node.place)
        if node.is_null:
            raise InputError(
                f"an item of `{key}:` is empty; delete the `-` or write a text behind it", place=node.place
            )
        return node

    def _channels(self) -> tuple[ChannelLine, ...]:
        entry = self.root.entry("channels")
        if entry is not None and isinstance(entry.value, Scalar) and not entry.value.is_null:
            raise InputError(
                f"`channels:` must be a list, but {kind_of(entry.value)} was found (conda would read it letter by "
                f"letter); write `channels: [{masked(entry.value.text, 60)}]`",
                place=entry.value.place,
            )
        if entry is not None and isinstance(entry.value, Scalar):
            self.note("no-channels", "`channels:` is empty, so conda's configuration decides", entry.key.place)
        lines = tuple(ChannelLine(text=node.text.strip(), place=node.place) for node in self._scalars("channels"))
        for line in lines:
            if "$" in line.text:
                self.note("variable-in-channel", "the channel holds an environment variable", line.place)
        return lines

    def _platforms(self) -> tuple[Subdir, ...]:
        found: list[Subdir] = []
        for node in self._scalars("platforms"):
            subdir = Subdir(node.text.strip())
            if subdir in KNOWN_SUBDIRS:
                if subdir not in found:
                    found.append(subdir)
                continue
            near = difflib.get_close_matches(subdir, KNOWN_SUBDIRS, n=1, cutoff=0.6)
            mend = f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(KNOWN_SUBDIRS[:3])}, …"
            self.note(
                "unknown-platform", f"{quote(subdir, 60)} is no platform of conda and is left out{mend}", node.place
            )
        return tuple(found)

    def _variables(self) -> tuple[Variable, ...]:
        entry = self.root.entry("variables")
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.is_null):
            return ()
        if not isinstance(entry.value, Mapping):
            raise InputError(
                f"`variables:` must be a mapping, but {kind_of(entry.value)} was found; write `NAME: value` lines",
                place=entry.value.place,
            )
        return tuple(self._variable(item) for item in entry.value.entries)

    def _variable(self, entry: Entry) -> Variable:
        if not isinstance(entry.value, Scalar):
            raise InputError(
                f"the variable {quote(entry.key.text, 60)} must have one value, but {kind_of(entry.value)} was found",
                place=entry.value.place,
            )
        return Variable(name=entry.key.text, value=entry.value.text, place=entry.key.place)

    def _dependencies(self, entry: Entry) -> None:
        value = entry.value
        if isinstance(value, Scalar) and value.is_null:
            self.note("no-dependencies", "`dependencies:` is empty, so nothing will be installed", entry.key.place)
            return
        if not isinstance(value, Listing):
            raise InputError(_no_list(value), place=value.place)
        if not value.nodes:
            self.note("no-dependencies", "`dependencies:` is empty, so nothing will be installed", entry.key.place)
        for node in value.nodes:
            match node:
                case Scalar():
                    self._requirement(node, None)
                case Mapping():
                    for item in node.entries:
                        self._mapping_item(item)
                case Listing():
                    raise InputError(
                        "a list within the list of dependencies was found; write each package as an item of its own",
                        place=node.place,
                    )
        self._add_pip()

    def _requirement(self, node: Scalar, platforms: tuple[Subdir, ...] | None) -> None:
        if node.is_null:
            raise InputError("this dependency is empty; delete the `-` or write a package behind it", place=node.place)
        if node.is_number or node.is_boolean:
            raise InputError(
                f"a dependency must be a package such as `python=3.12`, but {kind_of(node)} was found "
                f"({quote(node.text, 40)}); write the package's name first",
                place=node.place,
            )
        reading = read_spec(node.text, node.place)
        self.notices += reading.notices
        self.requirements.append(
            Requirement(
                text=node.text.strip(),
                spec=reading.spec,
                place=node.place,
                platforms=_both(platforms, self._selected(node)),
                category=self.category,
            )
        )

    def _selected(self, node: Scalar) -> tuple[Subdir, ...] | None:
        selector = selector_in(node.comment) if node.comment else None
        if selector is None:
            return None
        if selector.platforms is None:
            self.note(
                "selector-of-conda-build",
                f"`[{selector.text}]` is a selector of conda-build; environment files know those of platforms only, "
                "so the line counts everywhere, as for conda",
                node.place,
            )
        return selector.platforms

    def _mapping_item(self, entry: Entry) -> None:
        key = entry.key.text.strip()
        if key == "pip":
            self._pip_section(entry)
            return
        if key.startswith("sel("):
            self._micromamba_item(entry)
            return
        raise InputError(_no_package(entry), place=entry.key.place)

    def _micromamba_item(self, entry: Entry) -> None:
        platforms = micromamba_platforms(entry.key.text)
        if platforms is None:
            raise InputError(
                f"{quote(entry.key.text, 60)} selects no platform; micromamba knows "
                f"{', '.join(f'`sel({word})`' for word in MICROMAMBA_WORDS)}",
                place=entry.key.place,
            )
        if not isinstance(entry.value, Scalar):
            raise InputError(
                f"{quote(entry.key.text, 60)} takes one package, but {kind_of(entry.value)} was found; "
                "write one such item for each package",
                place=entry.value.place,
            )
        self._requirement(entry.value, platforms)

    def _pip_section(self, entry: Entry) -> None:
        place = entry.key.place
        if self.pip_sections:
            self.note(
                "pip-section-overwritten",
                f"this is a second `pip:` section, and conda forgets the one in line {self.pip_sections[-1].line}; "
                "join the two",
                place,
            )
            self.pip.clear()
        self.pip_sections.append(place)
        platforms = self._selected(entry.key)
        match entry.value:
            case Scalar() if entry.value.is_null:
                self.note("pip-section-empty", "the `pip:` section is empty; delete the line", place)
            case Scalar():
                self.note(
                    "pip-section-no-list",
                    "`pip:` should hold a list (conda would read this text letter by letter); write `- …` below `pip:`",
                    entry.value.place,
                )
                self._pip_item(entry.value, platforms)
            case Listing() if not entry.value.nodes:
                self.note("pip-section-empty", "the `pip:` section is empty; delete the line", place)
            case Listing():
                for node in entry.value.nodes:
                    self._pip_item(node, platforms)
            case Mapping():
                raise InputError(
                    "`pip:` must hold a list, but a mapping was found; write `- name==1.2` items below it",
                    place=entry.value.place,
                )

    def _pip_item(self, node: Node, platforms: tuple[Subdir, ...] | None) -> None:
        if isinstance(node, Mapping) and node.entries and isinstance(node.entries[0].value, Scalar):
            key, value = node.entries[0].key.text, node.entries[0].value.text
            raise InputError(
                f"`{key}: {value}` is a mapping, but a pip line is one text; write `{key}=={value}`"
                if value
                else f"`{key}:` is a mapping, but a pip line is one text; write `{key}` without the colon",
                place=node.place,
            )
        if not isinstance(node, Scalar):
            raise InputError(f"a pip line must be one text, but {kind_of(node)} was found", place=node.place)
        if node.is_null:
            raise InputError("this pip line is empty; delete the `-` or write a package behind it", place=node.place)
        reading = read_pip_item(
            node.text,
            node.place,
            self.inclusion,
            platforms=_both(platforms, self._selected(node)),
            category=self.category,
        )
        self.pip += reading.lines
        self.notices += reading.notices

    def _add_pip(self) -> None:
        """Add pip, as conda does, to an environment with a `pip:` section that does not list it."""
        if not self.pip_sections or any(requirement.name == "pip" for requirement in self.requirements):
            return
        place = self.pip_sections[-1]
        self.requirements.append(
            Requirement(text="pip", spec=read_spec("pip", place).spec, place=place, category=self.category)
        )
        self.note("pip-not-listed", "conda adds `pip` because of this section; list it among the dependencies", place)


def _both(first: tuple[Subdir, ...] | None, second: tuple[Subdir, ...] | None) -> tuple[Subdir, ...] | None:
    if first is None or second is None:
        return second if first is None else first
    return tuple(subdir for subdir in first if subdir in second)


def _no_list(value: Node) -> str:
    if isinstance(value, Mapping) and value.entries:
        key = value.entries[0].key.text
        wanted = value.entries[0].value
        spec = f"{key}={wanted.text}" if isinstance(wanted, Scalar) and not wanted.is_null else key
        return (
            "`dependencies:` must be a list, but a mapping was found (conda would lose every version in it); "
            f"write `- {spec}`"
        )
    shown = masked(value.text, 60) if isinstance(value, Scalar) else ""
    return (
        f"`dependencies:` must be a list, but {kind_of(value)} was found; "
        f"write `- {shown or 'numpy'}` on a line of its own"
    )


def _no_package(entry: Entry) -> str:
    key = entry.key.text.strip()
    value = entry.value
    if isinstance(value, Scalar):
        text = value.text.strip()
        if value.is_null:
            return f"`{key}:` ends with a colon, which makes it a key; write `- {key}`"
        if text[:1] in "<>=!~":
            return f"`{key}: {text}` is a mapping, but a dependency is one text; write `- {key}{text}`"
        return f"`{key}: {text}` is a mapping, but a dependency is one text; write `- {key}={text}`"
    return (
        f"`{key}:` is no installer that conda has, only `pip:` is; delete the section"
        if isinstance(value, Listing)
        else f"`{key}:` holds {kind_of(value)}, but a dependency is one text; write `- {key}`"
    )
