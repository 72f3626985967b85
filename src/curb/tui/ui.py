"""What the user is doing on the screen, as one frozen value, and what a key does to it."""

from dataclasses import dataclass, field, replace
from typing import Any

from curb.domain.audit import AuditRow
from curb.domain.query import AuditQuery
from curb.tui.log import Fetch, Log
from curb.tui.pause import Pause

POSITIONS, PNL, FREQUENCY, TIMERS, AUDIT, RULES, HEALTH = range(7)
PANE_COUNT = 7


@dataclass(frozen=True, slots=True)
class Send:
    """A command for the engine. `label` is how its result is called."""

    name: str
    args: dict[str, Any]
    label: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The screen goes; with `stop_engine` the engine too, by the word that it wanted."""

    stop_engine: bool
    word: str = ""


@dataclass(frozen=True, slots=True)
class Restart:
    """Start the engine, after stopping the one that runs."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the engine that changes nothing; its answer is a sheet."""

    name: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Copy:
    """A text for the clipboard; `label` is how its result is called."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Export:
    """The audit's rows of a query for a file that ends in "csv" or "jsonl"."""

    query: AuditQuery
    ending: str


@dataclass(frozen=True, slots=True)
class Explain:
    """A row of the audit: why does it stand there."""

    row: AuditRow


Effect = Send | Leave | Restart | Inquiry | Fetch | Copy | Export | Explain


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be confirmed by a word before it is done."""

    sentence: str
    word: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Ask:
    """A question at the foot: only `key` and the keys of `choices` say yes, every other one no.

    `key` may be a word, typed letter by letter; `typed` is what is there of it. `opened_by`
    is ignored while it lasts: a held key repeats, and shall neither confirm nor flicker.
    `until` is a moment of the monotonic clock.
    """

    sentence: str
    key: str
    opened_by: str
    until: float
    effect: Effect
    means: str = "yes"
    choices: tuple["Choice", ...] = ()
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A further answer to a question, what it means, and what it does."""

    key: str
    means: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Card:
    """A sheet over the panes: "help", "quit", "lock" or "reload"; `keys` maps a key to what it does.

    `lines` scroll where there is no room for all of them; `ways` always stand below.
    """

    kind: str
    title: str
    lines: tuple[tuple[str, str], ...]  # text, role
    keys: tuple[tuple[str, Effect | Question], ...] = ()
    top: int = 0
    ways: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A line being typed at the foot: "filter", "command" or "headroom" says what becomes of it.

    Letters are letters while it lasts; only the fixed key of flattening all still acts.
    `at` is the row chosen of what is offered, or how far back the text is taken from what was
    entered before; `draft` is what was typed until then.
    """

    kind: str
    label: str
    text: str = ""
    at: int = 0
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the last command.

    Stays until the next key, or with `is_sticky` until it is closed or another one comes;
    `retry` is what failed and may be sent once more, after its question.
    """

    text: str
    is_good: bool
    is_sticky: bool = False
    retry: Send | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A flatten that the engine took: when, on the clock shown, and on how many accounts."""

    send: Send
    at: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Ui:
    """Focus, selection, scrolling, and what is asked or shown on top."""

    pane: int = POSITIONS
    contract_id: str = ""
    tops: tuple[int, ...] = (0,) * PANE_COUNT
    is_zoomed: bool = False
    account: int = 0  # its place in the snapshot
    ask: Ask | None = None
    card: Card | None = None
    prompt: Prompt | None = None
    pause: Pause | None = None
    result: Result | None = None
    sending: str = ""  # the label of the command under way
    errand: str = ""  # what is under way beside the engine: nothing waits for it
    notes: tuple[str, ...] = field(default=())  # sticky banners until acknowledged
    closed: tuple[str, ...] = ()  # the notices that a key closed
    sort: str = ""  # the column that the positions are sorted by
    rule_id: str = ""  # the rule selected
    theme: str = ""  # the one picked on this screen
    log: Log = field(default_factory=Log)  # where in the audit

    past: tuple[tuple[str, str], ...] = ()  # what was entered: kind of prompt and text
    sent: Sent | None = None  # the last flatten, until its end is told

    def at_top(self, pane: int, top: int) -> "Ui":
        """Return this with a pane scrolled to `top`."""
        tops = tuple(max(top, 0) if i == pane else old for i, old in enumerate(self.tops))
        return replace(self, tops=tops)


Step = tuple[Ui, Effect | None]
"""A next state of the screen, and what is to be done."""
