"""What an environment file asks for, line by line, as conda reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.environment.environment_yaml import read_environment_yaml
from envdoctor.environment.pip_lines import Inclusion
from envdoctor.errors import InputError

if TYPE_CHECKING:
    from envdoctor.model.environment import EnvironmentSpec


def nothing_beside(_base: str, _name: str) -> tuple[str, str] | None:
    return None


def read(text: str) -> EnvironmentSpec:
    return read_environment_yaml(text, "environment.yml", Inclusion(nothing_beside, "environment.yml"))


def refusal(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value


PLAIN = """\
name: lab
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.12   # the one we have
  - conda-forge::gdal >=3.8,<4
  - pip
  - pip:
      - requests[socks]>=2 ; sys_platform == "win32"
prefix: /home/user/lab
variables:
  TOKEN: abc
"""


def test_every_part_is_read_with_its_place() -> None:
    spec = read(PLAIN)
    assert spec.name == "lab"
    assert [(line.text, line.place.line) for line in spec.channels] == [("conda-forge", 3), ("nodefaults", 4)]
    assert [(str(line.place), line.text) for line in spec.requirements] == [
        ("environment.yml:6:5", "python=3.12"),
        ("environment.yml:7:5", "conda-forge::gdal >=3.8,<4"),
        ("environment.yml:8:5", "pip"),
    ]
    assert spec.requirements[1].spec.channel == "conda-forge"
    assert [(str(line.place), line.name, line.specifier, line.extras) for line in spec.pip] == [
        ("environment.yml:10:9", "requests", ">=2", ("socks",))
    ]
    assert spec.prefix == "/home/user/lab"
    assert [(variable.name, variable.value) for variable in spec.variables] == [("TOKEN", "abc")]
    assert spec.notices == ()
