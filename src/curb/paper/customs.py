"""The venue's customs: what is a setting there, or not known well enough to be fixed here."""

from dataclasses import dataclass
from typing import Literal

# "strict": signed as the price moves; "lenient": the sign is put right; "refused": the account
# uses Position Brackets, so an order may bring none.
Brackets = Literal["strict", "lenient", "refused"]

# What becomes of a bracket's exits when the position was closed by another order.
Orphans = Literal["stay", "cancel"]

# What the hubs send: the user's events in an envelope of action and data, the market's trades
# in a list, as seen live; or each bare, as the venue's pages show them.
Payloads = Literal["wrapped", "bare"]


@dataclass(frozen=True, slots=True)
class Customs:
    """How brackets are taken, what is left of them, how deep the touch is, what hubs send.

    `depth` is how many contracts of an order fill on one touch; 0: all of them.
    """

    brackets: Brackets = "strict"
    orphans: Orphans = "stay"
    depth: int = 0
    payloads: Payloads = "wrapped"
