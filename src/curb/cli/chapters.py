"""Answers what a rule is, how it is set for an account, and how often it was enforced today."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from curb.cli.enforced import Enforced
from curb.control.frames import Reply
from curb.domain.text import safe_text
from curb.engine.core import Core
from curb.engine.rulebook import chapter


class Chapters:
    """The engine's rules, as the configuration in force sets them."""

    def __init__(self, core: Core, enforced: Enforced, now: Callable[[], datetime]) -> None:
        self._core = core
        self._enforced = enforced
        self._now = now

    async def rule(self, args: dict[str, Any]) -> Reply:
        """Answer with the chapter of the rule `id` for the account `account_id`."""
        account_id, rule_id = args.get("account_id"), str(args.get("id"))
        watch = self._core.watches.get(account_id) if isinstance(account_id, int) else None
        if watch is None:
            return Reply(ok=False, text="no such account")
        found = chapter(rule_id, self._core.policy.of_account(watch.state.account.name))
        if found is None:
            return Reply(ok=False, text=f"no such rule: {safe_text(rule_id, 12)}")
        today = self._enforced.count(watch.state.account.id, rule_id, self._now())
        return Reply(ok=True, text="", data=found | {"today": today})
