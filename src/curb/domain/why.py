"""Why a row of the audit stands there, as sentences for a sheet and for a page of text."""

import re
from dataclasses import dataclass

Section = tuple[str, tuple[str, ...]]

# What Markdown would take for something else than text.
_MARKS = re.compile(r"[\\`*\[]|<(?=[A-Za-z/!?])")


@dataclass(frozen=True, slots=True)
class Why:
    """What there is to know of one row: each section a title and its sentences, in order.

    Every section stands in each: what is not known or did not happen is said so.
    """

    id: int
    title: str
    sections: tuple[Section, ...]


def markdown(why: Why) -> str:
    """Return the whole as a page of Markdown."""
    parts = [f"# {_plain(why.title)}"]
    for title, sentences in why.sections:
        listed = "\n".join(f"- {_plain(sentence)}" for sentence in sentences)
        parts.append(f"## {title}\n\n{listed}")
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text)
