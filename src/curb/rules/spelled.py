"""Keys that hold a time of day, a date or a zone as text."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from curb.domain.spelling import clock, day, zone
from curb.domain.text import safe_text

_SHOWN_MAX = 40


def _read(how: Callable[[str], str], expected: str) -> BeforeValidator:
    def check(value: object) -> str:
        told = {"expected": expected}
        if isinstance(value, str):
            try:
                return how(value)
            except ValueError:
                # As a key of a table it would not be found by its place.
                told["found"] = f'text "{safe_text(value, _SHOWN_MAX)}"'
        raise PydanticCustomError("curb", "{expected}", told)

    return BeforeValidator(check)


def _not_the_start(end: str, info: ValidationInfo) -> str:
    if end == info.data.get("start"):
        told = {"expected": "another time than the start", "found": "the same"}
        raise PydanticCustomError("curb", "{expected}", told)
    return end


Clock = Annotated[str, _read(clock, 'a time of day like "08:30"')]
End = Annotated[Clock, AfterValidator(_not_the_start)]
Date = Annotated[str, _read(day, 'a date like "2026-11-26"')]
Zone = Annotated[str, _read(zone, 'a time zone like "America/Chicago"')]
