"""The scenarios of own_logs: what runs, in which frame, and what is right about it."""

from __future__ import annotations

from python_tools import PYTHON_TOOLS
from record import Scenario
from systems import SYSTEMS
from conda_family import CONDA_FAMILY
from several import SEVERAL

SCENARIOS: list[Scenario] = [*PYTHON_TOOLS, *CONDA_FAMILY, *SYSTEMS, *SEVERAL]
