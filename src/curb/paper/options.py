"""What a paper gateway is started with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from curb.paper.calendar import Hours
from curb.paper.customs import Brackets, Orphans, Payloads
from curb.paper.limit import RetryAfter

Style = Literal["tilt", "calm", "none"]
Prices = Literal["generated", "manual"]


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """The flags of `curb paper`, by the same names."""

    port: int = 0  # 0: a free one
    seed: int | None = None  # None: by chance
    trader: Style = "none"
    replay: Path | None = None
    symbol: str | None = None
    speed: float = 1.0
    account: int | None = None  # None: a new one
    more_accounts: tuple[int, ...] = ()  # beside it, with the same prices; nobody trades there
    prices: Prices = "generated"
    key_file: Path | None = None
    state: Path | None = None
    record: Path | None = None
    linger: float | None = None  # seconds after the last watcher left; None: for ever
    username: str | None = None  # None: made up, with the key
    api_key: SecretStr | None = None
    request_limit: int = 200  # in any 60 seconds, for each token
    bars_limit: int = 50  # of bars, in any 30 seconds, for each token
    retry_after: RetryAfter = "seconds"  # how a refusal says when to come again
    brackets: Brackets = "strict"
    orphans: Orphans = "stay"
    depth: int = 0  # contracts of an order that fill on one touch; 0: all of them
    payloads: Payloads = "wrapped"
    hours: Hours = "always"
    faults: Path | None = None  # a plan of what goes wrong
    relay: bool = False  # a relay in front, for what goes wrong with the line
    tls: Path | None = None  # the certificate that is shown; None: no TLS
    tls_key: Path | None = None  # its key; None: in the same file
