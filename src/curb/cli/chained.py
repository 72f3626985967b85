"""`curb audit verify`: whether the audit is what was written, by its chain and its anchors."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from curb.control.paths import account_files
from curb.domain.anchors import Anchor, Damaged, Head
from curb.domain.text import safe_text
from curb.store import sealing
from curb.store.anchors import read_anchor
from curb.store.looking import looking
from curb.store.opening import header, refuse
from curb.store.verifying import AuditVerdict, verified

_WRONG = 1
# An engine writes its anchors beside everything else: a disk may keep it waiting.
_TRIES, _AGAIN_S = 20, 0.25


def run(database: Path) -> int:
    """Say whether the audit is whole, or what does not fit; return the exit code."""
    verdict, faults = judged(database)
    for words in faults:
        print(f"{database}: {words}", file=sys.stderr)
    if faults:
        return _WRONG
    head = verdict.head.words if verdict.head else "nowhere yet"
    print(f"{database}: {verdict.rows:,} rows, each as it was written; the chain is at {head}")
    return 0


def judged(database: Path) -> tuple[AuditVerdict, tuple[str, ...]]:
    """Return what was found, and a line for each fault. Blocking; raises StoreError."""
    with looking(database) as connection:
        refuse(database, header(connection))
        state = {str(key): str(value) for key, value in connection.execute(sealing.STATE)}
    # Before the rows are read: what an anchor has seen by now must be among them.
    names = sorted(sealing.known_anchors(state))
    anchors = {name: _anchor(database, name) for name in names}
    with looking(database) as connection:
        verdict = verified(connection, database.parent, _heads(anchors), _tell)
    odd = (_fault(name, found, state.get("anchor_id", "")) for name, found in anchors.items())
    unseen = (_unseen(database, name, verdict.head) for name in _told(anchors))
    return verdict, tuple(filter(None, (*odd, *verdict.faults, *unseen)))


def _anchor(database: Path, name: str) -> Anchor | Damaged | None:
    places = (database.parent / name, account_files() / name)
    found = (read_anchor(place) for place in places) if Path(name).name == name else iter(())
    return next((each for each in found if each is not None), None)


def _fault(name: str, found: Anchor | Damaged | None, database_id: str) -> str:
    words = safe_text(name)
    match found:
        case None:
            return f"the anchor {words}: expected a file, found none"
        case Damaged():
            return f"the anchor {words} cannot be read"
        case Anchor(id=other) if other != database_id:
            return f"the anchor {words} is of another database"
        case _:
            return ""


def _told(anchors: dict[str, Anchor | Damaged | None]) -> Iterator[str]:
    return (name for name, found in anchors.items() if isinstance(found, Anchor) and found.audit)


def _heads(anchors: dict[str, Anchor | Damaged | None]) -> list[Head]:
    return [e.audit for e in anchors.values() if isinstance(e, Anchor) and e.audit is not None]


def _unseen(database: Path, name: str, head: Head | None) -> str:
    """Tell of links that no anchor has seen, once a running engine had its time to write one."""
    seen = 0
    for _ in range(_TRIES):
        found = _anchor(database, name)
        seen = found.audit.sequence if isinstance(found, Anchor) and found.audit else 0
        if head is None or seen >= head.sequence:
            return ""
        if not (database.parent / "engine.lock").exists():
            break
        time.sleep(_AGAIN_S)
    return (
        f"link {seen + 1} and later: no anchor has seen them: Curb was killed as it wrote them "
        "(then the next start takes them), or they were written without it"
    )


def _tell(words: str) -> None:
    print(f"curb: {words}", file=sys.stderr)
