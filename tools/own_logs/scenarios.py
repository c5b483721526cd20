"""The scenarios of own_logs: what runs, in which frame, and what is right about it."""

from __future__ import annotations

from conda_family import CONDA_FAMILY
from python_tools import PYTHON_TOOLS
from record import Scenario
from several import SEVERAL
from systems import SYSTEMS

SCENARIOS: list[Scenario] = [*PYTHON_TOOLS, *CONDA_FAMILY, *SYSTEMS, *SEVERAL]
