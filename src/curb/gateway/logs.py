"""Keeps secrets out of every log, whatever level somebody sets."""

import logging

from curb.domain.secrets import redacted

# Below a warning they log addresses whole, with the token in them.
_TALKATIVE = ("httpx", "httpcore", "websockets")
_OWN = "curb.gateway"

_format = logging.Formatter().formatException


def keep_secrets_out() -> None:
    """Quieten the libraries, and hide what looks like a secret in our own lines."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
        _hide(name)
    _hide(_OWN)


def _hide(name: str) -> None:
    logger = logging.getLogger(name)
    if _hidden not in logger.filters:
        logger.addFilter(_hidden)


def _hidden(record: logging.LogRecord) -> bool:
    record.msg, record.args = redacted(record.getMessage()), ()
    if record.exc_info:
        # A formatter takes what is there for the exception.
        record.exc_text = redacted(_format(record.exc_info))
    return True
