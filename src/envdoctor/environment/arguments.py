"""Telling file arguments from spec arguments by their look."""

from __future__ import annotations

import re

COMMAND_LINE = "<command line>"
"""The place of specs that were typed as arguments."""

_FILE_ENDINGS = (".yml", ".yaml", ".txt", ".toml", ".lock", ".json", ".template", ".in", ".cfg")


def is_file_argument(argument: str) -> bool:
    """Whether an argument can only be meant as a file's name, whether there is such a file or not."""
    if "::" in argument or "://" in argument or re.search(r"[<>=!~\[\s]", argument):
        return argument.lower().endswith((".yml", ".yaml")) and not re.search(r"[<>=!~\[]", argument)
    return argument.lower().endswith(_FILE_ENDINGS) or "/" in argument or "\\" in argument
