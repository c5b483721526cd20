"""Causes and consequences as values with their sentences: templates of the catalogue filled with words of the log."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

from envdoctor.logs.kinds import NOT_THE_ENVIRONMENT
from envdoctor.logs.redacting import redacted
from envdoctor.logs.refining import listed_specs
from envdoctor.model.logs import Cause, Consequence, LogLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from envdoctor.logs.episodes import Candidate, Episode
    from envdoctor.model.logs import Confidence, Sighting

AROUND = 2
_MOST_WORDS = 300

BY_KIND: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "foreign-build-strings": (
        "The file names exact builds, or packages, of another platform: {specs}.",
        ("export anew with `conda env export --from-history` or `--no-builds`", "drop the lines that the list names"),
    ),
    "platform-missing": (
        "The channels have no build for this platform: {specs}{spec}.",
        (
            "leave it out on this platform, or take a version that is built for it",
            "on an Apple-silicon Mac: `CONDA_SUBDIR=osx-64 conda env create …`",
        ),
    ),
    "hidden-pin": (
        "A pin that no line of the file shows takes part in the conflict.",
        ("look into conda-meta/pinned and `conda config --show pinned_packages`", "create a new environment instead"),
    ),
    "strict-priority": (
        "Strict channel priority hides the version that is needed in a channel further down.",
        ("put the channel that has it first", "`conda config --set channel_priority flexible`"),
    ),
    "oom": (
        "The process was killed (exit status 137), most likely because memory ran out.",
        ("give the build more memory (4 GB or more)", "use the libmamba solver, fewer channels, tighter versions"),
    ),
    "spec-syntax": (
        "A spec does not say what was meant: {specs}.",
        ("quote versions in YAML: `python=3.10`, not 3.10 alone",),
    ),
    "pip-requires-python": (
        "The versions of {req} that fit need another python than this one.",
        ("take the python that the package supports, or an older version of the package",),
    ),
    "registry-mirror-dead": (
        "A mirror of the registry that the docker daemon asks does not answer ({host}).",
        ("remove it from `registry-mirrors` in /etc/docker/daemon.json and restart docker",),
    ),
}
"""Sentences for classes that are told from more than one line."""


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def words_of(sighting: Sighting) -> dict[str, str]:
    """Return what the groups caught, with the numbers of alternatives taken off, and the specs below the line."""
    words = _Words()
    for name, text in sighting.words:
        words.setdefault(name.rstrip("0123456789"), re.sub(r"^[\s│├└─]+", "", text)[:_MOST_WORDS].strip())
    specs = listed_specs(sighting)
    if specs:
        words["specs"] = ", ".join(specs[:5]) + (f" and {len(specs) - 5} more" if len(specs) > 5 else "")  # noqa: PLR2004
    return words


def filled(template: str, words: Mapping[str, str]) -> str:
    """Fill a template; an empty word takes brackets and colons around it along."""
    text = Formatter().vformat(template, (), _Words(words))
    text = re.sub(r" ?\((?:\s|,)*\)|: (?=[.]$|$)|\(: ", " ", text)
    text = re.sub(r"\s+([.,;])", r"\1", re.sub(r"\s{2,}", " ", text)).strip()
    return re.sub(r"[:,;]\.$", ".", text).replace(":.", ".")


def cause_of(candidate: Candidate, episode: Episode, confidence: tuple[Confidence, str], *, swallowed: bool) -> Cause:
    """Return a cause with its sentence, reason and fixes; no secret is left in it."""
    sighting = candidate.sighting
    signature = sighting.signature
    words = words_of(sighting)
    template, fixes = signature.sentence, signature.fixes
    if candidate.kind != signature.kind and candidate.kind in BY_KIND:
        template, fixes = BY_KIND[candidate.kind]
    sentence = redacted(filled(template, words))
    return Cause(
        kind=candidate.kind,
        signature=signature.name,
        line=clean_line(sighting.line),
        confidence=confidence[0],
        because=redacted(confidence[1]),
        sentence=sentence[:1].upper() + sentence[1:],
        reason=redacted(_reason(candidate, episode, swallowed=swallowed)),
        fixes=tuple(
            redacted(filled(fix, words)) if "{" not in fix or _is_template(fix) else redacted(fix) for fix in fixes
        ),
        excerpt=tuple(clean_line(line) for line in (*sighting.before, sighting.line, *sighting.after[:AROUND])),
        facts=tuple((name, redacted(text)) for name, text in words.items()),
        swallowed=swallowed,
        references=signature.references,
    )


def _is_template(text: str) -> bool:
    return re.search(r"\{\w+\}", text) is not None


def clean_line(line: LogLine) -> LogLine:
    """Return a line without secrets."""
    return LogLine(number=line.number, text=redacted(line.text), step=line.step, time=line.time, recap=line.recap)


def _reason(candidate: Candidate, episode: Episode, *, swallowed: bool) -> str:
    later = [one.line.number for one in episode.consequences if one.line.number > candidate.number]
    where = f"step {episode.step}" if episode.step else "this command"
    if swallowed:
        return f"{where} failed here and its exit status was not heeded, so what it should bring is missing later"
    parts = [f"it is the first line of {where} that names a reason"]
    if later:
        shown = ", ".join(map(str, later[:4]))
        parts.append(
            f"lines {shown} only say that something failed"
            if len(later) > 1
            else f"line {shown} only says that something failed"
        )
    if candidate.kind in NOT_THE_ENVIRONMENT:
        parts.append("it is not about the conda environment")
    return "; ".join(parts)


def consequence_of(sighting: Sighting) -> Consequence:
    """Return a consequence; no secret is left in it."""
    text = sighting.signature.sentence or "follows from a failure before it"
    return Consequence(
        line=clean_line(sighting.line),
        signature=sighting.signature.name,
        explanation=redacted(filled(text, words_of(sighting))),
    )
