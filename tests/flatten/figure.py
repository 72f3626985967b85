"""A figure and its goal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, and whether it is within its goal."""

    words: str
    holds: bool

    def __str__(self) -> str:
        return f"{'ok  ' if self.holds else 'OVER'} {self.words}"
