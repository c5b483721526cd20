"""What is wrong with a pip line, in one sentence with the form that was probably meant."""

from __future__ import annotations

import re

from envdoctor.environment.quoting import masked, quote
from envdoctor.environment.yaml_mistakes import template_in

_NAME = r"[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?"
_BOUND = r"(?:===|==|!=|<=|>=|~=|<|>)\s*[\w.*+!-]+"


def at_first_sight(line: str) -> str | None:
    """Look for what no pip could read: a template, a conda spec with a channel."""
    template = template_in(line)
    if template is not None:
        return (
            f"{quote(line)} holds {quote(template, 40)}, template syntax that neither conda nor pip fills in; "
            "render the template first and give the result"
        )
    if re.match(r"[\w./-]+::[\w.-]+", line):
        return f"{quote(line)} names a conda channel, which pip does not know; move the line out of the `pip:` section"
    # `name@1.2` passes for an address with PEP 508, and no pip can fetch it.
    foreign = _foreign_operator(line) if "@" in line else None
    return None if foreign is None else f"{quote(line)} {foreign}"


def missing_comma(line: str) -> str | None:
    """Return the requirement with commas between its bounds, where they are missing; else None."""
    found = re.fullmatch(rf"({_NAME})\s*((?:{_BOUND}\s*,?\s*)+)((?:;.*)?)", line.strip())
    if found is None:
        return None
    bounds = [re.sub(r"\s+", "", bound) for bound in re.findall(_BOUND, found.group(2))]
    if found.group(2).count(",") >= len(bounds) - 1:
        return None
    return f"{found.group(1)}{','.join(bounds)}{found.group(3)}"


def legacy_mend(bound: str) -> str:
    """Return the end of a sentence that offers a valid form of one bad bound, or nothing."""
    star = re.fullmatch(r"\s*(>=|<=|>|<|~=)\s*([\d.]+?)\.\*\s*", bound)
    return f"; write `{star.group(1)}{star.group(2)}`" if star else ""


def of_requirement(line: str, reason: str) -> str:
    """Return the sentence for a line that is no requirement; `reason` is the parser's own word for it."""
    rules = (_missing_comma, _one_equals, _turned_round, _foreign_operator, _dangling, _behind, _several, _quotes)
    spoken = next((sentence for rule in rules if (sentence := rule(line))), None)
    return f"{quote(line)} " + (
        spoken or f"is no requirement that pip knows ({masked(reason, 120)}); write it like `name>=1.2,<2`"
    )


def _missing_comma(line: str) -> str | None:
    mended = missing_comma(line)
    return None if mended is None else f"lacks a comma between two bounds; write {quote(mended, 120)}"


def _one_equals(line: str) -> str | None:
    found = re.fullmatch(rf"({_NAME})\s*=\s*([\w.*+!-]+?)(=[\w.]*)?", line)
    if found is None:
        return None
    return f"has one `=` as conda has it, but pip wants two; write {quote(f'{found.group(1)}=={found.group(2)}')}"


def _turned_round(line: str) -> str | None:
    found = re.fullmatch(rf"({_NAME})\s*=([<>])\s*([\w.*+!-]+)", line)
    if found is None:
        return None
    return f"has its operator turned round; write {quote(f'{found.group(1)}{found.group(2)}={found.group(3)}')}"


def _foreign_operator(line: str) -> str | None:
    """`^` of Poetry and npm, `~` without its `=`, `@` of npm."""
    found = re.fullmatch(rf"({_NAME})\s*([~^@])\s*(\d[\w.*]*)", line)
    if found is None:
        return None
    name, operator, version = found.groups()
    mended = {"~": f"{name}~={version}", "@": f"{name}=={version}", "^": f"{name}>={version}"}[operator]
    return f"has `{operator}` between name and version, which pip does not know; write {quote(mended)}"


def _dangling(line: str) -> str | None:
    found = re.fullmatch(rf"({_NAME})\s*((?:{_BOUND}\s*,\s*)*)(===|==|!=|<=|>=|~=|<|>|=)\s*", line)
    if found is None:
        return None
    kept = f"{found.group(1)}{found.group(2).rstrip(', ')}"
    return f"ends with `{found.group(3)}` and no version behind it; write {quote(kept)}"


def _behind(line: str) -> str | None:
    found = re.fullmatch(rf"({_NAME}\s*(?:{_BOUND}\s*,?\s*)*?)([,.:;])\s*", line)
    if found is None:
        return None
    return f"ends with `{found.group(2)}` and nothing behind it; write {quote(found.group(1).rstrip(' ,'))}"


def _several(line: str) -> str | None:
    words = line.split()
    if len(words) < 2 or not all(re.fullmatch(rf"{_NAME}(?:{_BOUND})?", word) for word in words):  # noqa: PLR2004 - several
        return None
    if re.fullmatch(r"\d[\w.*]*", words[1]) and re.fullmatch(_NAME, words[0]):
        return f"has a version without an operator; write {quote(f'{words[0]}=={words[1]}')}"
    items = ", ".join(quote(f"- {word}", 40) for word in words[:4])
    return f"holds several packages in one item; write one item for each: {items}"


def _quotes(line: str) -> str | None:
    bare = line.replace("'", "").replace('"', "").strip()
    return f"has quotes within the text; write {quote(bare)}" if bare != line and ";" not in line else None
