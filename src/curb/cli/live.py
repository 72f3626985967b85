"""`curb live`: takes a real account live, once, by the last four characters of its name."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curb.cli import consent, places
from curb.cli.checkup.finding import Level
from curb.cli.doctor import Told, examine, running
from curb.cli.start import read_config
from curb.config.models import Config
from curb.domain.book import Account
from curb.domain.errors import ConfigError, CurbError
from curb.domain.text import safe_text
from curb.gateway.endpoints import endpoints

_ASKED = "type the last four characters of the account to go live: "


@dataclass(frozen=True, slots=True)
class Start:
    """What an engine would be started with."""

    path: Path
    config: Config
    state_dir: Path

    @property
    def gateway(self) -> str:
        """The gateway's host and port."""
        found = self.config.gateway
        return endpoints(found.name, found.api_url, found.user_hub, found.market_hub).gateway


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--config", metavar="FILE", help="the configuration to use")
    parser.add_argument("--state-dir", metavar="DIR", help="where database and logs live")
    parser.add_argument(
        "--account-ends",
        action="append",
        metavar="8841",
        help="the account's last four characters, instead of typing them; once each",
    )


def run(args: argparse.Namespace) -> int:
    """Look, ask, keep the answer; nothing is started. Return the exit code."""
    start = _start(args)
    if start.config.gateway.name == "paper":
        raise CurbError(
            f"{start.path}: expected a real gateway, found paper, where nobody is asked; "
            "`curb config init --live` writes a configuration for a real account"
        )
    if running(start.state_dir) is not None:
        raise CurbError("an engine runs already: stop it with `curb stop` to take another live")
    _take(start, args.account_ends)
    print("live. Start with: curb")
    return 0


def ask_first(args: argparse.Namespace) -> None:
    """Ask at the terminal, before anything starts, for the accounts that nobody took live yet.

    Without a terminal, or where nothing can be told yet, it is left to the engine, which
    refuses. Raises CurbError on a wrong answer.
    """
    if not sys.stdin.isatty():
        return
    try:
        start = _start(args)
    except ConfigError:
        return  # what was in force may go on: the engine knows
    if start.config.gateway.name == "paper" or _is_known(start):
        return
    if running(start.state_dir) is None:
        _take(start, None)


def _start(args: argparse.Namespace) -> Start:
    path = places.config_path(args.config)
    return Start(path, read_config(path), places.state_dir(args.state_dir))


def _is_known(start: Start) -> bool:
    """Tell without a login whether the accounts were taken live: the engine makes sure."""
    known = consent.names(start.gateway)
    return bool(known) and known >= set(start.config.account.names)


def _take(start: Start, ends: Sequence[str] | None) -> None:
    """Look at everything, then take each account live that is not. Raises CurbError."""
    told = Told()
    accounts = examine(start.path, start.config, start.state_dir, told)
    if not accounts:
        raise CurbError("no account was found to take live: mend what is marked FAIL above")
    if any(finding.level is Level.FAIL for finding in told.findings):
        print("What is marked FAIL keeps the screen from saying ARMED until it is mended.")
    missing = consent.missing(start.gateway, accounts)
    answers = _answers(missing, ends)
    for account, typed in zip(missing, answers, strict=True):
        if not consent.matches(account, typed):
            raise CurbError(
                f"expected the last four characters of {safe_text(account.name)}, "
                f"found {safe_text(typed, 8)!r}: nothing was taken live, nothing was started"
            )
    for account in missing:
        consent.give(start.gateway, account, start.state_dir)


def _answers(accounts: Sequence[Account], ends: Sequence[str] | None) -> list[str]:
    """Return what was typed for each account, or which of `ends` fits it."""
    if ends is not None:
        fitting = [[each for each in ends if consent.matches(a, each)] for a in accounts]
        return [found[0] if found else ", ".join(ends) for found in fitting]
    if accounts and not sys.stdin.isatty():
        raise CurbError(
            "expected a terminal to type the account's last four characters in, found none; "
            "in a script: `curb live --account-ends 8841`"
        )
    typed = []
    for account in accounts:
        print(f"\nThe rules will act on {safe_text(account.name)} from now on, by real orders.")
        typed.append(_typed())
    return typed


def _typed() -> str:
    try:
        return input(_ASKED)
    except EOFError:
        return ""
