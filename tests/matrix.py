"""The proof matrix: every rule's near miss, breach and recovery, and what the venue was asked for.

A test shows them: it is marked with its rule and, for each kind, with what was done in words;
with the `proof` fixture it takes what the paper gateway recorded of requests. The table in
`.github/proof.md` is what the tests saw; `pytest -m proof --write-proof` writes it anew.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from curb.rules.listing import RULES
from tests.cli.live import Desk

PLACE = Path(__file__).parents[1] / ".github" / "proof.md"

KINDS = ("near_miss", "breach", "recovery")

# A rule and a kind.
Key = tuple[str, str]

HEAD = """\
# What every rule does, and what the venue was asked for

Written by the tests (`pytest -m proof --write-proof`), which fail where they see anything else. \
Each ran an engine process against the paper gateway; what it asked for is the gateway's own \
record, in alphabetical order. A request that the venue refused had no effect and is left out: \
the cancel of a market order that filled meanwhile. Hours pass there at once, by the gateway's \
own clock.

| Rule | Near miss | Breach | Recovery |
|---|---|---|---|
"""


def table() -> dict[Key, str]:
    """Return the cells of the table as it stands."""
    cells: dict[Key, str] = {}
    for line in PLACE.read_text().splitlines() if PLACE.exists() else ():
        if line.startswith("| RULE-"):
            title, *found = (part.strip() for part in line.strip("|").split(" | "))
            cells |= {
                (title.split()[0], kind): cell for kind, cell in zip(KINDS, found, strict=True)
            }
    return cells


def rendered(cells: Mapping[Key, str]) -> str:
    """Return the file with these cells."""
    rows = [
        f"| {rule.id} {rule.title} | "
        + " | ".join(cells.get((rule.id, kind), "missing") for kind in KINDS)
        + " |\n"
        for rule in RULES
        if any((rule.id, kind) in cells for kind in KINDS)
    ]
    return HEAD + "".join(rows)


def cell(words: str, asked: Iterable[str]) -> str:
    """Return what a cell says: what was done, and what the venue was asked for."""
    found = ", ".join(f"`{each}`" for each in sorted(asked))
    return f"{words}: {found or 'nothing'}"


class Proof:
    """What one test shows of its rule."""

    def __init__(self, rule: str, shows: Mapping[str, str], written: dict[Key, str] | None) -> None:
        self._rule = rule
        self._left = dict(shows)
        self._written = written
        self._seen = 0

    def skip(self, found: Desk) -> None:
        """Leave out what the venue was asked for until now."""
        self._seen = len(found.asked())

    def show(self, kind: str, found: Desk) -> None:
        """Take what the venue was asked for since the last look as what comes of `kind`."""
        asked = found.asked()
        self._tell(kind, cell(self._left.pop(kind), asked[self._seen :]))
        self._seen = len(asked)

    def end(self) -> None:
        """Fail where the mark names more than the test showed."""
        assert not self._left, f"{self._rule}: not shown: {', '.join(self._left)}"

    def _tell(self, kind: str, said: str) -> None:
        if self._written is not None:
            self._written[self._rule, kind] = said
        else:
            known = table().get((self._rule, kind))
            way = "`pytest -m proof --write-proof` writes what is true now"
            assert said == known, f"the table says {known!r}, the test saw {said!r}; {way}"
