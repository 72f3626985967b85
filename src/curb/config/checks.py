"""Checks of single values that a type cannot say, and what to answer when they fail."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

from curb.domain.addresses import is_loopback

_URL = "an https address, or an http one on this machine"


@dataclass(frozen=True, slots=True)
class Says:
    """Stands beside a type and says in the trader's words what is expected."""

    words: str


def unexpected(expected: str, found: str | None = None) -> PydanticCustomError:
    """Return an error that names what was expected and, where given, what was found."""
    return PydanticCustomError("curb", "{expected}", {"expected": expected, "found": found})


def distinct_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return `names`, none empty and none twice. Raises ValueError."""
    for name in names:
        if not name.strip():
            raise unexpected("account names", "an empty name")
    if len(set(names)) < len(names):
        raise unexpected("each account name once", "one of them twice")
    return names


def check_folder(folder: str) -> str:
    """Return `folder`: "" or an absolute path, `~` for the home. Raises PydanticCustomError."""
    if folder and not folder.startswith(("/", "~/")):
        raise unexpected('"" or a path from the top, like "/mnt/disk/curb"')
    if any(ord(character) < ord(" ") or character == "\x7f" for character in folder):
        raise unexpected("a path", "one with a control character")
    return folder


def check_url(url: str, *, is_custom: bool) -> str:
    """Return `url`: an address for a custom gateway, nothing for the others.

    Raises PydanticCustomError; a URL that may hold a secret is not repeated in it.
    """
    if not is_custom:
        if url:
            raise unexpected('"" unless gateway.name is "custom"')
        return url
    if not url:
        raise unexpected(f'{_URL}, since gateway.name is "custom"')
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise unexpected(_URL, "an address that cannot be read") from error
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise unexpected(_URL, "one with more than host and path: secrets never stand here")
    if not host or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise unexpected(_URL)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise unexpected(_URL)
    return url
