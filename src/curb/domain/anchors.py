"""Whether the state on disk is the one that was left: the database against its anchors.

An anchor is a small file apart from the database. What the database must not lose is
sealed: each write of it raises a sequence and makes a new seal, kept in both places.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link of the audit's chain: its number, from 1, and its hash."""

    sequence: int
    hash: str

    @property
    def words(self) -> str:
        """The link in short, for people to compare or to write down."""
        return f"{self.sequence}:{self.hash[:12]}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was last sealed, as the file beside the account's lock has it.

    `reset_at` is the reset that was next then: a lock for lost state lasts that long at least.
    A `sequence` of 0 was written before the first seal. `audit` is None in one that was written
    before the audit had a chain, or a row.
    """

    id: str
    sequence: int
    seal: str
    reset_at: datetime | None = None
    audit: Head | None = None


class Damaged(Enum):
    """An anchor that is there and says nothing."""

    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says of itself; `id` is "" where it was never sealed.

    `seal` is the one kept, `sealed` the one that its rows have now. `is_known` tells whether
    the account had an anchor for this database before, `has_audit` whether the audit has the link that its
    anchor saw.
    """

    id: str
    sequence: int
    seal: str
    sealed: str
    is_known: bool
    has_audit: bool = True


class Finding(Enum):
    """What became of an account's state; the value is the sentence for the audit."""

    FIRST = "the account was never watched here before"
    SAME = "the state is as it was left"
    DELETED = "the database was deleted: its anchor names one that is gone"
    ANOTHER = "another database was put in its place: its anchor names a different one"
    ROLLED_BACK = "the database was rolled back: its anchor has seen later changes"
    EDITED = "the database was edited: its seal does not fit its rows"
    AUDIT_CHANGED = "the audit was cut or rewritten: its anchor has seen another chain of rows"
    UNANCHORED = "the anchor of the database was deleted"
    ANCHOR_DAMAGED = "the anchor of the database cannot be read"

    @property
    def is_loss(self) -> bool:
        """Whether locks or limits may have been lost or tampered with."""
        return self not in (Finding.FIRST, Finding.SAME)


def judge(anchor: Anchor | Damaged | None, facts: Facts) -> Finding:
    """Return what the two together tell of an account.

    A database ahead of its anchor is no loss: a crash came between the two writes.
    """
    if isinstance(anchor, Damaged):
        return Finding.ANCHOR_DAMAGED
    if facts.id and facts.seal != facts.sealed:
        return Finding.EDITED
    if anchor is None:
        return Finding.UNANCHORED if facts.is_known else Finding.FIRST
    if not facts.id:
        # A crash came between the first anchor and the first seal: nothing was sealed ever.
        return Finding.DELETED if anchor.sequence else Finding.FIRST
    if facts.id != anchor.id:
        return Finding.ANOTHER
    if facts.sequence < anchor.sequence:
        return Finding.ROLLED_BACK
    if facts.sequence == anchor.sequence and facts.seal != anchor.seal:
        return Finding.EDITED
    return Finding.SAME if facts.has_audit else Finding.AUDIT_CHANGED
