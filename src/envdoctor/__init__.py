"""envdoctor: say exactly why a conda environment does not solve, prove it, and hand over a fix that works."""

__version__ = "0.1.0"
