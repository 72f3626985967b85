"""What a request gets that is none: 400 and 415, in the words of the venue's framework."""

import secrets
from typing import Any

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from curb.paper.bodies import spelled
from curb.wire import names

_SECTION = "https://tools.ietf.org/html/rfc9110#section-15.5."
_MEDIA_TYPE = "application/problem+json"


def is_json(content_type: str) -> bool:
    """Tell whether the venue reads a body of this type; one without a type it does."""
    kind = content_type.partition(";")[0].strip().lower()
    is_suffixed = kind.startswith("application/") and kind.endswith("+json")
    return kind in ("", "application/json", "text/json") or is_suffixed


def unsupported() -> Response:
    """Return the answer to a body of another type than JSON."""
    return _problem(415, 16, {"title": "Unsupported Media Type", "traceId": _trace()})


def bad_request(path: str, error: ValueError) -> Response:
    """Return the answer to a body that lacks what it needs; the query has one of its own."""
    wrong = _wrong(error)
    if path == names.ORDER_QUERY:
        detail = " ".join(words for each in wrong.values() for words in each)
        return _problem(400, 1, {"title": "Bad Request", "detail": detail, "instance": path})
    title = "One or more validation errors occurred."
    return _problem(400, 1, {"title": title, "errors": wrong, "traceId": _trace()})


def _problem(status: int, clause: int, words: dict[str, Any]) -> Response:
    problem = {"type": f"{_SECTION}{clause}", "status": status, **words}
    return JSONResponse(problem, status, media_type=_MEDIA_TYPE)


def _wrong(error: ValueError) -> dict[str, list[str]]:
    """Return what is wrong, by field; `$` is the body itself."""
    if not isinstance(error, ValidationError):
        return {"$": [str(error)]}
    found: dict[str, list[str]] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        field = ".".join(map(spelled, each["loc"])) or "$"
        found.setdefault(field, []).append(f"The {field} field: {each['msg']}.")
    return found


def _trace() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"
