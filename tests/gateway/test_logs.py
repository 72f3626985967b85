"""What anybody who turns every log on finds in it."""

import io
import logging
from collections.abc import Iterator

import pytest

from curb.gateway.logs import keep_secrets_out


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, from the lowest level on."""
    found = io.StringIO()
    handler, root = logging.StreamHandler(found), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield found
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


@pytest.mark.parametrize("name", ["httpx", "httpcore", "websockets", "websockets.client"])
def test_libraries_say_nothing_of_an_address(name: str, log: io.StringIO) -> None:
    keep_secrets_out()
    logging.getLogger(name).info("GET /hubs/user?access_token=CANARY")
    logging.getLogger(name).debug("> authorization: Bearer CANARY")
    assert log.getvalue() == ""


@pytest.mark.parametrize("name", ["httpx", "websockets", "curb.gateway"])
def test_a_warning_hides_what_looks_like_a_secret(name: str, log: io.StringIO) -> None:
    keep_secrets_out()
    keep_secrets_out()
    logging.getLogger(name).warning("lost %s (%d)", "/hubs/user?access_token=CANARY", 3)
    assert log.getvalue() == "lost /hubs/user?access_token=[hidden] (3)\n"


def test_so_does_the_trace_of_an_error(log: io.StringIO) -> None:
    keep_secrets_out()
    words = "wss://localhost/hubs/user?access_token=CANARY isn't a valid URI"
    try:
        raise ValueError(words)  # noqa: TRY301 - to be caught
    except ValueError:
        logging.getLogger("curb.gateway").exception("internal error in a hub")
    assert "access_token=[hidden] isn't a valid URI" in log.getvalue()
    assert "CANARY" not in log.getvalue()
