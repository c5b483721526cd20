"""What people put where YAML was meant, and what they did to YAML: one sentence each, with its line and mend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.environment.quoting import masked_line, quote, quote_line
from envdoctor.errors import InputError
from envdoctor.model.place import Place

if TYPE_CHECKING:
    import yaml

_HTML = re.compile(r"\s*(<!doctype html|<html|<head|<!--.*?-->\s*<html|<\?xml)", re.IGNORECASE | re.DOTALL)
_MERGE = re.compile(r"^(<{7}|>{7}|\|{7})( .*)?$", re.MULTILINE)
_JINJA = re.compile(r"\{%-?\s*\w+|\{\{.*?\}\}|\{#")
_JINJA_LINE = re.compile(r"^\s*%\s*(if|for|set|endif|endfor|else|elif|raw|include|import)\b")
_TAB = re.compile(r"^ *\t")
_ODD_BLANK = re.compile("[ \\t]*([\u00a0\u2000-\u200b\u202f\u3000\ufeff])")
_OTHER_KINDS = (
    (re.compile(r"\s*[{\[]\s*\"(nbformat|cells)\""), "a Jupyter notebook"),
    (re.compile(r"FROM\s+\S+", re.IGNORECASE), "a Dockerfile"),
    (re.compile(r"#!\s*/"), "a script"),
)


def before_parsing(text: str, file: str) -> InputError | None:
    """Return what is wrong at first sight, where a YAML parser would only stumble over it; None if nothing is."""
    if _HTML.match(text):
        return InputError(
            "the file is a web page (HTML), not an environment file: the page that shows the file was saved; "
            "download the raw file instead",
            place=Place(file, 1, 1),
        )
    merge = _MERGE.search(text)
    if merge is not None:
        return InputError(
            f"{quote(merge.group(), 40)} is a mark that an unfinished merge left behind; keep one of the two versions "
            "and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
            place=Place(file, text.count("\n", 0, merge.start()) + 1, 1),
        )
    for pattern, what in _OTHER_KINDS:
        if pattern.match(text):
            return InputError(f"the file is {what}, not an environment file", place=Place(file, 1, 1))
    return None


def explain(error: yaml.YAMLError, text: str, file: str) -> InputError:
    """Return one sentence for what the parser could not read."""
    lines = text.split("\n")
    mark = getattr(error, "problem_mark", None)
    place = Place(file) if mark is None else Place(file, mark.line + 1, mark.column + 1)
    return (
        _template(lines, file)
        or _tab(lines, place, file)
        or _odd_blank(lines, file)
        or _known_stumble(error, lines, place)
        or InputError(f"the file is not valid YAML: {_reason(error)}", place=place)
    )


def template_in(text: str) -> str | None:
    """Return the first piece of an unrendered template in `text` (`{{ python }}`, `{% if`), or None."""
    found = _JINJA.search(text)
    return found.group() if found else None


def template_at(place: Place | None, text: str) -> InputError | None:
    """Return what is wrong with the line of `place` if it holds a piece of a template, else None."""
    if place is None or place.line is None:
        return None
    lines = text.split("\n")
    return _template_line(lines[place.line - 1], place.line, place.file) if place.line <= len(lines) else None


def _template(lines: list[str], file: str) -> InputError | None:
    found = (_template_line(line, number, file) for number, line in enumerate(lines, 1))
    return next((sentence for sentence in found if sentence is not None), None)


def _template_line(line: str, number: int, file: str) -> InputError | None:
    bare = line.split(" #", 1)[0]
    found = None if bare.lstrip().startswith("#") else _JINJA.search(bare) or _JINJA_LINE.match(bare)
    if found is None:
        return None
    return InputError(
        f"{quote(found.group(), 40)} is template syntax (jinja) that conda does not fill in; "
        "render the template first (conda devenv, cookiecutter, …) and give the result",
        place=Place(file, number, found.start() + 1),
    )


def _tab(lines: list[str], place: Place, file: str) -> InputError | None:
    if place.line is None:
        return None
    for number in (place.line, place.line - 1, place.line + 1):
        if not 1 <= number <= len(lines):
            continue
        line = lines[number - 1]
        found = _TAB.match(line)
        if found:
            return InputError(
                "the line is indented with a tab, which YAML forbids; indent with spaces, as in "
                f"`  {masked_line(line)}`",
                place=Place(file, number, found.end()),
            )
    return None


def _odd_blank(lines: list[str], file: str) -> InputError | None:
    """Blanks that look like spaces and are none, as web pages and word processors leave them."""
    for number, line in enumerate(lines, 1):
        found = _ODD_BLANK.match(line)
        if found:
            return InputError(
                f"the line is indented with a blank that is no space (U+{ord(found.group(1)):04X}), as if from a web "
                f"page; indent with spaces, as in `  {masked_line(line)}`",
                place=Place(file, number, found.end()),
            )
    return None


def _known_stumble(error: yaml.YAMLError, lines: list[str], place: Place) -> InputError | None:
    line = lines[place.line - 1] if place.line is not None and place.line <= len(lines) else ""
    problem = str(getattr(error, "problem", "") or "")
    context_mark = getattr(error, "context_mark", None)
    start = context_mark.line + 1 if context_mark is not None else None
    shown = quote_line(line)
    if "mapping values are not allowed" in problem:
        return InputError(
            f"{shown} has a `:` where YAML allows none; check the indentation of this line and the one before, "
            "or put the text in quotes",
            place=place,
        )
    if "could not find expected ':'" in problem:
        return InputError(
            f"{quote_line(lines[start - 1] if start else line)} is neither a list item (`- name`) nor a key "
            "(`name:`); write it as one of the two, indented like its neighbours",
            place=Place(place.file, start or place.line, 1),
        )
    if "did not find expected '-' indicator" in problem or "did not find expected key" in problem:
        since = f" that began in line {start}" if start else ""
        return InputError(
            f"{shown} does not fit the block{since}; indent it like the other lines of that block",
            place=place,
        )
    if "found character that cannot start any token" in problem or "cannot start any token" in problem:
        return InputError(
            f"{shown} begins with a character that YAML keeps for itself; put the text in quotes", place=place
        )
    if "unexpected end of stream" in problem and "quoted" in str(getattr(error, "context", "")):
        return InputError("a quote is opened here and never closed; close it", place=Place(place.file, start, 1))
    return None


def _reason(error: yaml.YAMLError) -> str:
    parts = [getattr(error, "context", None), getattr(error, "problem", None) or getattr(error, "reason", None)]
    words = " ".join(str(part) for part in parts if part)
    return (words or str(error).splitlines()[0])[:200]
