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
_JINJA = re.compile(r"\{%-?\s{0,20}\w+|\{\{[^{}\n]{0,200}\}\}|\{#")
_JINJA_LINE = re.compile(r"^\s*%\s*(if|for|set|endif|endfor|else|elif|raw|include|import)\b")
_TAB = re.compile(r"^ *\t")
_ODD_BLANK = re.compile("[ \\t]*([\u00a0\u2000-\u200b\u202f\u3000\ufeff])")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_OTHER_KINDS = (
    (re.compile(r"\s*[{\[]\s*\"(nbformat|cells)\""), "a Jupyter notebook"),
    (re.compile(r"FROM\s+\S+", re.IGNORECASE), "a Dockerfile"),
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
            return InputError(f"the file is {what}; give the environment file instead", place=Place(file, 1, 1))
    return None


def explain(error: yaml.YAMLError, text: str, file: str) -> InputError:
    """Return one sentence for what the parser could not read."""
    lines = text.split("\n")
    mark = getattr(error, "problem_mark", None)
    place = Place(file) if mark is None else Place(file, mark.line + 1, mark.column + 1)
    return (
        template_at(place, text)
        or _tab(lines, place, file)
        or _template(lines, file)
        or _script(text, file)
        or _odd_blank(lines, file)
        or _control(text, file)
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


def _script(text: str, file: str) -> InputError | None:
    """A first line `#!` is a comment for YAML, so it tells a script only where the rest is no YAML."""
    if not text.startswith("#!"):
        return None
    return InputError(
        "the file is a script, not an environment file; give the environment file", place=Place(file, 1, 1)
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
    """What the parser stumbles over, in the user's words: see `_STUMBLES`."""
    problem = f"{getattr(error, 'context', None) or ''} {getattr(error, 'problem', None) or ''}"
    found = next((stumble for stumble in _STUMBLES if re.search(stumble[0], problem)), None)
    if found is None or place.line is None:
        return None
    _, sentence, at_start = found
    context = getattr(error, "context_mark", None)
    start = context.line + 1 if context is not None else place.line
    number = min(start if at_start else place.line, len(lines))
    shown = sentence.format(line=quote_line(lines[number - 1]), start=start)
    return InputError(shown, place=Place(place.file, number, 1 if at_start else place.column))


_STUMBLES: tuple[tuple[str, str, bool], ...] = (
    (
        "mapping values are not allowed",
        "{line} has a `:` where YAML allows none; mend the indentation here or in the line before, or quote the text",
        False,
    ),
    (
        "could not find expected ':'",
        "{line} is neither a list item (`- name`) nor a key (`name:`); write it as one, indented like its neighbours",
        True,
    ),
    (
        "quoted scalar.*unexpected end",
        "{line} opens a quote that is never closed; close it",
        True,
    ),
    (
        "maximum nesting",
        "lists and mappings are nested far deeper here than any environment file needs; close the brackets",
        False,
    ),
    (
        "flow (sequence|mapping)",
        "the bracket opened in line {start} is not closed before {line}; close it, or put the text in quotes",
        False,
    ),
    (
        "block sequence entries are not allowed",
        "{line} has a list item where none can be; begin the list on a line of its own below the key",
        False,
    ),
    (
        "did not find expected '-' indicator|did not find expected key",
        "{line} does not fit the block that began in line {start}; indent it like the other lines of that block",
        False,
    ),
    (
        "expected <document start>",
        "{line} does not fit what stands above it; indent it like its neighbours, or delete it",
        False,
    ),
    (
        "scanning an (alias|anchor)|cannot start any token|undefined alias",
        "{line} has a character at the start of a text that YAML keeps for itself; put the text in quotes",
        False,
    ),
)
"""What the parser says (a pattern), what the user is told, and whether the place is where the block began or where the
parser stopped. `{line}` is the line of that place, `{start}` the number of the line that the block began in."""


def _control(text: str, file: str) -> InputError | None:
    found = _CONTROL.search(text)
    if found is None:
        return None
    before = text[: found.start()].split("\n")
    return InputError(
        f"the file holds the control character U+{ord(found.group()):04X}, which YAML forbids; delete it",
        place=Place(file, len(before), len(before[-1]) + 1),
    )


def _reason(error: yaml.YAMLError) -> str:
    parts = [getattr(error, "context", None), getattr(error, "problem", None) or getattr(error, "reason", None)]
    words = " ".join(str(part) for part in parts if part)
    return (words or str(error).splitlines()[0])[:200]
