"""The scenarios of own_logs: what runs, in which frame, and what is right about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conda_family import CONDA_FAMILY
from python_tools import PYTHON_TOOLS
from several import SEVERAL
from systems import SYSTEMS

if TYPE_CHECKING:
    from record import Scenario

SCENARIOS: list[Scenario] = [*PYTHON_TOOLS, *CONDA_FAMILY, *SYSTEMS, *SEVERAL]
