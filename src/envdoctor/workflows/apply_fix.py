"""A fix made in the files: as bytes, as a patch, or written."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact
from envdoctor.environment.decoding import as_written
from envdoctor.environment.read import raw_file
from envdoctor.errors import InputError, UsageError
from envdoctor.files import write_whole
from envdoctor.model.fixes import Applied
from envdoctor.model.place import Place
from envdoctor.workflows.proving import edited_files

if TYPE_CHECKING:
    from envdoctor.model.fixes import Fix, Fixes


def chosen(fixes: Fixes, number: int) -> Fix:
    """Return the fix of a number, counted from 1. Raises `UsageError`."""
    if not 1 <= number <= len(fixes.found):
        known = f"there are fixes 1 to {len(fixes.found)}" if fixes.found else "no fix was found"
        raise UsageError(f"there is no fix {number}: {known}")
    return fixes.found[number - 1]


def apply_fix(fix: Fix, *, backup: bool) -> Applied:
    """Write the edits of a fix, each file whole or not at all.

    Raises `UsageError` where it is no edit of a file, `InputError` where the text cannot be edited by machine, and
    `OutputError` where a file cannot be written.
    """
    contents = _contents(fix)
    backups = [_backed_up(Path(file)) for file in contents] if backup else []
    for file, content in contents.items():
        write_whole(Path(file), content)
    return Applied(fix=fix, files=tuple(contents), backups=tuple(backups))


def patch(fix: Fix) -> str:
    """Return the edits of a fix as a patch that `git apply` takes.

    Raises as `apply_fix` does, and `InputError` where a credential would stand in the patch.
    """
    text = "".join(_patch(file, raw_file(file), content) for file, content in _contents(fix).items())
    if redact(text) != text:
        raise InputError(
            "a credential stands beside the edit and would be printed with the patch; use --apply N, which prints none",
            place=fix.edits[0].place,
        )
    return text


def _contents(fix: Fix) -> dict[str, bytes]:
    if not fix.edits:
        settings = " ".join(str(setting) for setting in fix.settings)
        raise UsageError(f"this fix edits no file: it is to be stated, as in `envdoctor explain {settings} …`")
    if fix.refusal:
        raise InputError(f"this fix cannot be made by machine: {fix.refusal}", place=fix.edits[0].place)
    if any(edit.place.line is None for edit in fix.edits):
        texts = " ".join(f"'{edit.after}'" for edit in fix.edits if edit.after)
        raise UsageError(f"the specs stand on the command line, not in a file; ask again with {texts or 'fewer specs'}")
    return edited_files(fix.edits)


def _backed_up(path: Path) -> str:
    """Copy a file beside itself under a name that is not taken yet."""
    number = 0
    while True:
        copy = path.with_name(f"{path.name}.bak{number or ''}")
        if not copy.exists():
            write_whole(copy, path.read_bytes())
            return str(copy)
        number += 1


def _patch(file: str, before: bytes, after: bytes) -> str:
    old, new = as_written(before, file), as_written(after, file)
    if old.encoding != "utf-8":
        raise InputError(
            f"git sees no text in {old.encoding.upper()}, so there is no patch; use --apply N", place=Place(file)
        )
    name = file.replace("\\", "/").lstrip("/")
    mark = old.mark.decode("utf-8")
    rows = difflib.unified_diff(
        _rows(mark + old.text), _rows(mark + new.text), fromfile=f"a/{name}", tofile=f"b/{name}", lineterm="\n"
    )
    return "".join(_ended(row) for row in rows)


def _rows(text: str) -> list[str]:
    """The lines of a text as git counts them: by line feeds alone."""
    rows = text.split("\n")
    return [f"{row}\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])


def _ended(row: str) -> str:
    return row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"
