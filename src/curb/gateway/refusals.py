"""What a refusal's code says of what may be tried next."""

from enum import IntEnum

from curb.domain.events import Why
from curb.wire.codes import CancelCode, CloseCode, ModifyCode, PartialCloseCode, PlaceCode

# The same number means another thing at each endpoint.
_BY_CODE: dict[type[IntEnum], dict[int, Why]] = {
    CloseCode: {
        CloseCode.CONTRACT_NOT_ACTIVE: Why.MARKET,
        CloseCode.ORDER_REJECTED: Why.ORDER,
        CloseCode.ACCOUNT_REJECTED: Why.ACCOUNT,
    },
    PartialCloseCode: {
        PartialCloseCode.CONTRACT_NOT_ACTIVE: Why.MARKET,
        PartialCloseCode.ORDER_REJECTED: Why.ORDER,
        PartialCloseCode.ACCOUNT_REJECTED: Why.ACCOUNT,
    },
    CancelCode: {CancelCode.ACCOUNT_REJECTED: Why.ACCOUNT},
    ModifyCode: {ModifyCode.ACCOUNT_REJECTED: Why.ACCOUNT},
    PlaceCode: {
        PlaceCode.ORDER_REJECTED: Why.ORDER,
        PlaceCode.ACCOUNT_VIOLATION: Why.ACCOUNT,
        PlaceCode.OUTSIDE_TRADING_HOURS: Why.MARKET,
        PlaceCode.CONTRACT_NOT_ACTIVE: Why.MARKET,
        PlaceCode.ACCOUNT_REJECTED: Why.ACCOUNT,
    },
}

# A rejected order's message is all that tells a closed market from a bad order.
_CLOSED = ("trading hours", "trading status", "market is closed", "market closed", "halt", "pause")


def why(code: int | None, codes: type[IntEnum], words: str) -> Why | None:
    """Return why a request was refused; `words` are the gateway's own."""
    if code is None:
        return None
    found = _BY_CODE[codes].get(code)
    # A partial close in a closed market is rejected without a word.
    is_mute = codes is PartialCloseCode and ":" not in words
    if found is Why.ORDER and (is_mute or any(each in words.casefold() for each in _CLOSED)):
        return Why.MARKET
    return found
