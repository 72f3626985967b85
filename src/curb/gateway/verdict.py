"""What an answer means: success, a definite no, or nothing that can be relied on."""

from collections.abc import Collection
from enum import IntEnum
from typing import Any

from curb.domain.errors import AuthLost, OutcomeUnknown, Refused
from curb.domain.text import safe_text
from curb.gateway.connection import Reply
from curb.wire import exact

_OK = 200
_UNAUTHORIZED = 401

# A request timed out or too many of them: it may be asked again, unlike the other 4xx.
_UNSETTLED_STATUS = (408, 425, 429)
_REFUSALS = range(400, 500)


def payload(
    reply: Reply, codes: type[IntEnum], *, unsettled: Collection[int] = ()
) -> dict[str, Any]:
    """Return the body of a success.

    Raises Refused for a definite no, AuthLost for a refused token, and OutcomeUnknown for
    everything else, among it the codes in `unsettled` and codes that nobody listed.
    """
    _check_status(reply)
    body = _body(reply)
    code = body.get("errorCode")
    is_success = body.get("success")
    if is_success is True and code in (0, None):
        return body
    if is_success is not False or type(code) is not int or code == 0:
        raise OutcomeUnknown("expected success or an error code, found an answer with neither")
    words = _words(code, codes, body.get("errorMessage"))
    if code in unsettled or code not in codes.__members__.values():
        raise OutcomeUnknown(words)
    raise Refused(words, code)


def name_of(code: int, codes: type[IntEnum]) -> str:
    """Return an error code's name as the gateway's documents write it, with its number."""
    try:
        return f"{codes(code).name.title().replace('_', '')} ({code})"
    except ValueError:
        return f"code {code}"


def _words(code: int, codes: type[IntEnum], message: object) -> str:
    name = name_of(code, codes)
    return f"{name}: {safe_text(message)}" if isinstance(message, str) and message else name


def _check_status(reply: Reply) -> None:
    status = reply.status
    if status == _OK:
        return
    if status == _UNAUTHORIZED:
        raise AuthLost("the gateway refused our token (HTTP 401)")
    if status in _REFUSALS and status not in _UNSETTLED_STATUS:
        raise Refused(f"the gateway answered HTTP {status}")
    raise OutcomeUnknown(f"the gateway answered HTTP {status}")


def _body(reply: Reply) -> dict[str, Any]:
    try:
        body = exact.loads(reply.body)
    except ValueError:
        kind = safe_text((reply.header("content-type") or "no type").partition(";")[0], 32)
        raise OutcomeUnknown(f"expected JSON, found {kind} that is none") from None
    if not isinstance(body, dict):
        raise OutcomeUnknown(f"expected a JSON object, found {type(body).__name__}")
    return body
