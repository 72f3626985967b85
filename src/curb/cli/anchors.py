"""Where the anchors of an engine's accounts stand, and what all of them together tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curb.control.paths import account_anchor_path
from curb.domain.anchors import Anchor, Finding


@dataclass(frozen=True, slots=True)
class State:
    """What became of the state: how it was lost or "", and whether none was before."""

    lost: str
    is_first: bool
    reset_at: datetime | None  # the reset that was next when it was last whole


def place(gateway: str, account_id: int, paper_dir: Path | None) -> Path:
    """Return where an account's anchor stands; `paper_dir` is None but for the paper gateway.

    Its port changes with every start, and its account lives and dies with the directory.
    """
    if paper_dir is None:
        return account_anchor_path(gateway, account_id)
    return paper_dir / f"account-{account_id}.anchor"


def judged(found: Sequence[tuple[Finding, Anchor | None]], why_new: str) -> State:
    """Return the state that the findings tell; `why_new` says why a database was set aside."""
    losses = [finding.value for finding, _ in found if finding.is_loss]
    resets = [anchor.reset_at for _, anchor in found if anchor and anchor.reset_at]
    return State(
        lost=why_new or next(iter(losses), ""),
        is_first=not why_new and all(finding is Finding.FIRST for finding, _ in found),
        reset_at=max(resets, default=None),
    )
