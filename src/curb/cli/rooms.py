"""What a running engine answers when it is asked what is left to each limit."""

from datetime import datetime
from typing import Any

from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.snapshot import Snapshot
from curb.domain.text import safe_text
from curb.engine.core import Core
from curb.engine.headroom import root, take

_SHOWN_MAX = 12


def answer(core: Core, shown: Snapshot, args: dict[str, Any], now: datetime) -> Reply:
    """Return the room of an account (the first where none is named) for a symbol."""
    chosen, text = args.get("account_id"), str(args.get("symbol") or "")
    account = next((a for a in shown.accounts if chosen in (None, a.id)), None)
    watch = core.watches.get(account.id) if account is not None else None
    if account is None or watch is None:
        return Reply(ok=False, text="no such account")
    symbol = root(core.market.contracts, text)
    if symbol is None:
        found = f"no {safe_text(text, _SHOWN_MAX)}" if text.strip() else "none without a name"
        return Reply(ok=False, text=f"expected a symbol such as MNQ; the gateway offers {found}")
    room = take(watch, core.policy, account, symbol, now)
    return Reply(ok=True, text=f"headroom of {symbol}", data=codec.encode(room))
