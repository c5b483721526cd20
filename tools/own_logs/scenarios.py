"""The scenarios of own_logs: what runs, in which frame, and what is right about it."""

from __future__ import annotations

from tools.own_logs.conda_family import CONDA_FAMILY
from tools.own_logs.python_tools import PYTHON_TOOLS
from tools.own_logs.record import Scenario
from tools.own_logs.several import SEVERAL
from tools.own_logs.systems import SYSTEMS

SCENARIOS: list[Scenario] = [*PYTHON_TOOLS, *CONDA_FAMILY, *SYSTEMS, *SEVERAL]
