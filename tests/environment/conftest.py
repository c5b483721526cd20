"""Reading texts as environment files without touching any file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from envdoctor.environment.environment_yaml import read_environment_yaml
from envdoctor.environment.pip_lines import Inclusion
from envdoctor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from envdoctor.model.environment import EnvironmentSpec


class Reader(Protocol):
    """Reads a text as `environment.yml`; `beside` are the files in its folder."""

    def __call__(self, text: str, beside: Mapping[str, str] | None = None) -> EnvironmentSpec: ...


class Refuser(Protocol):
    """Reads a text that must be refused, and returns the refusal."""

    def __call__(self, text: str) -> InputError: ...


@pytest.fixture(scope="session")
def read() -> Reader:
    """Read a text as the file `environment.yml`."""

    def reader(text: str, beside: Mapping[str, str] | None = None) -> EnvironmentSpec:
        files = dict(beside or {})

        def included(_base: str, name: str) -> tuple[str, str] | None:
            return (name, files[name]) if name in files else None

        return read_environment_yaml(text, "environment.yml", Inclusion(included, "environment.yml"))

    return reader


@pytest.fixture(scope="session")
def refusal(read: Reader) -> Refuser:
    """Read a text that must be refused."""

    def refuser(text: str) -> InputError:
        with pytest.raises(InputError) as caught:
            read(text)
        return caught.value

    return refuser
