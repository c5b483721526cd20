"""Several readings become one: channels as conda-lock documents it, requirements as conda joins duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from envdoctor.errors import InputError
from envdoctor.model.environment import EnvironmentSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.model.environment import ChannelLine

Word = TypeVar("Word", bound=str)


def merge(documents: Sequence[EnvironmentSpec]) -> EnvironmentSpec:
    """Return one spec for all documents: every line is kept, and all must hold.

    Raises `InputError` where the order of channels cannot be told, or explicit lists stand beside other files.
    """
    if len(documents) == 1:
        return documents[0]
    if any(document.explicit for document in documents):
        listed = next(document for document in documents if document.explicit)
        raise InputError(
            f"the explicit list {listed.sources[0]} names every package already, so it cannot be joined with other "
            "files or specs; give it alone"
        )
    return EnvironmentSpec(
        sources=_in_order(source for document in documents for source in document.sources),
        name=next((document.name for document in documents if document.name), None),
        channels=_merged_channels(documents),
        requirements=tuple(line for document in documents for line in document.requirements),
        pip=tuple(line for document in documents for line in document.pip),
        platforms=_in_order(subdir for document in documents for subdir in document.platforms),
        variables=tuple(variable for document in documents for variable in document.variables),
        prefix=next((document.prefix for document in documents if document.prefix), None),
        pip_repositories=_in_order(address for document in documents for address in document.pip_repositories),
        allow_pypi=all(document.allow_pypi for document in documents),
        notices=tuple(notice for document in documents for notice in document.notices),
    )


def _in_order(words: Iterable[Word]) -> tuple[Word, ...]:
    return tuple(dict.fromkeys(words))


def _merged_channels(documents: Sequence[EnvironmentSpec]) -> tuple[ChannelLine, ...]:
    """The longest list, if every other one is its end: else no order of priority would be true to all files.

    The rule is conda-lock's (`unify_package_sources`); a document without channels has no say.
    """
    lists = [document.channels for document in documents if document.channels]
    if not lists:
        return ()
    longest = max(lists, key=len)
    wanted = [line.text for line in longest]
    for channels in lists:
        texts = [line.text for line in channels]
        if texts != wanted[-len(texts) :]:
            raise InputError(
                f"the channels {', '.join(texts)} are not the end of the list {', '.join(wanted)} "
                f"({longest[0].place}), so their common order is unknown; give both files the same channels",
                place=channels[0].place,
            )
    return longest
