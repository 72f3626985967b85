"""The venue's word on a request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """An endpoint's own code, its text, and the order's id where there is one."""

    code: int
    message: str | None = None
    order_id: int | None = None
