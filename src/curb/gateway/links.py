"""Tells when a link comes up or is lost, once for each change."""

from collections.abc import Callable

from curb.domain.events import Event, Link, LinkChanged


class LinkTeller:
    """The state of one link as it was last told; `generation` counts how often it came up."""

    def __init__(self, link: Link, emit: Callable[[Event], None]) -> None:
        self.link = link
        self.generation = 0
        self._emit = emit
        self._is_up: bool | None = None

    def up(self, words: str) -> None:
        """Note that the link works."""
        if self._is_up:
            return
        self._is_up = True
        self.generation += 1
        self._emit(LinkChanged(self.link, True, words, self.generation))

    def down(self, words: str) -> None:
        """Note that the link does not work; `words` says why."""
        if self._is_up is False:
            return
        self._is_up = False
        self._emit(LinkChanged(self.link, False, words, self.generation))

    def gap(self, words: str) -> bool:
        """Note that something may have been missed; return whether it was told.

        On a link that is down it is not: coming up tells the same.
        """
        if self._is_up:
            self._emit(LinkChanged(self.link, True, words, self.generation))
        return bool(self._is_up)
