"""Whether an account can be seen: hubs that are up and silent, and positions nobody tells of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from curb.domain.actions import Action, RepairHub, SaveAudit
from curb.domain.audit import LINK, Act, AuditRow
from curb.domain.blind import BlindPlan
from curb.domain.events import Event, Link
from curb.engine.clerk import Clerk
from curb.engine.divergence import Divergence
from curb.state.account import AccountState
from curb.state.quotes import STALE_AFTER
from curb.state.untold import Untold

_NEVER = datetime.min.replace(tzinfo=UTC)
_MOST_WORDS = 3

_Blind = tuple[datetime, str]  # since when, and what is not told


class Sight:
    """What one account shows, and for how long it has not."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._divergence = Divergence()
        self._held_since: dict[str, datetime] = {}
        self._plan = BlindPlan()
        self._plan_since = _NEVER
        self._blind: _Blind | None = None
        self._told: set[str] = set()  # of the cause that stands: "alert", "flatten"
        self._overdue_at: datetime | None = None  # when the user hub is to be mended again
        self._silent_at: datetime | None = None  # when a contract's quotes are missed
        self.alert = ""

    def told(self, event: Event, untold: tuple[Untold, ...], now: datetime) -> None:
        """Take in an event, and what a read was the first to show."""
        self._divergence.told(event, untold, now)

    def look(self, state: AccountState, plan: BlindPlan, now: datetime) -> list[Action]:
        """Return what tells of a hub that left something out, and mends it."""
        if plan != self._plan:
            self._plan, self._plan_since = plan, now
        held = {position.contract_id for position in state.positions}
        self._held_since = {each: self._held_since.get(each, now) for each in held}
        links = state.market.links
        found = [*self._missed(state, now), *self._silent(state, now)]
        for link in (Link.USER_HUB, Link.MARKET_HUB):
            links.believe(link, now)
        return found + self._note_blind(state, now)

    def flatten(self, now: datetime) -> AuditRow | None:
        """Return the row with which everything is closed now, once for each time of not seeing."""
        due = self._act_at()
        if due is None or now < due or "flatten" in self._told:
            return None
        self._told.add("flatten")
        reason = f"blind with a position for {self._plan.act.total_seconds():.0f} s: {self._cause}"
        return self._clerk.row(LINK, Act.FLATTEN, reason, now)

    def deadline(self) -> datetime | None:
        """Return when to look again."""
        moments = [self._divergence.deadline(), self._silent_at, self._overdue_at]
        if self._blind is not None and "alert" not in self._told:
            moments.append(self._blind[0] + self._plan.alert)
        if "flatten" not in self._told:
            moments.append(self._act_at())
        return min((at for at in moments if at is not None), default=None)

    @property
    def _cause(self) -> str:
        return self._blind[1] if self._blind else ""

    def _act_at(self) -> datetime | None:
        if self._blind is None or self._plan.action != "flatten":
            return None
        # A configuration that has just come into force closes nothing at once.
        return max(self._blind[0], self._plan_since) + self._plan.act

    def _missed(self, state: AccountState, now: datetime) -> list[Action]:
        missed, links = self._divergence.take_due(now), state.market.links
        self._overdue_at = links.overdue(Link.USER_HUB)
        if not missed and self._overdue_at is not None and now >= self._overdue_at:
            self._overdue_at = None
            return self._mend(state, Link.USER_HUB, links[Link.USER_HUB].doubt, now, {})
        if not missed:
            return []
        label = state.market.contracts.label
        named = [f"{label(each.contract_id)} {each.words}" for each in missed[:_MOST_WORDS]]
        more = f" and {len(missed) - _MOST_WORDS} more" if len(missed) > _MOST_WORDS else ""
        words = f"it did not tell {', '.join(named)}{more}, which REST shows"
        details = {"untold": [[each.kind, each.key, each.words] for each in missed]}
        found = self._mend(state, Link.USER_HUB, words, now, details)
        self._overdue_at = links.overdue(Link.USER_HUB)
        return found

    def _silent(self, state: AccountState, now: datetime) -> list[Action]:
        """Miss quotes of what is held; in a closed market there are none, and little is done."""
        self._silent_at = None
        links = state.market.links
        hub = links[Link.MARKET_HUB]
        if not hub.is_up or hub.since is None or not self._held_since:
            return []
        quoted = {each: max(self._quoted_at(state, each), hub.since) for each in self._held_since}
        silent = min(quoted, key=lambda each: quoted[each])
        due = quoted[silent] + STALE_AFTER
        found: list[Action] = []
        if now >= due:
            label = state.market.contracts.label(silent)
            words = f"no quote of {label} for {STALE_AFTER.total_seconds():.0f} s"
            found = self._mend(state, Link.MARKET_HUB, words, now, {})
        self._silent_at = max(due, links.next_repair(Link.MARKET_HUB) or due)
        return found

    def _mend(
        self, state: AccountState, link: Link, words: str, now: datetime, details: dict[str, Any]
    ) -> list[Action]:
        repair = state.market.links.doubt(link, words, now)
        if repair is None:
            return []
        is_anew = repair > 1
        step = "connecting anew" if is_anew else "subscribing again"
        found = {"cause": words, "repair": step} | details
        row = self._clerk.row(
            LINK, Act.GAP, f"{link.value} divergence: {words}: {step}", now, details=found
        )
        return [RepairHub(link, is_anew), SaveAudit(row)]

    def _note_blind(self, state: AccountState, now: datetime) -> list[Action]:
        blind = min(self._unseen(state), default=None)
        if blind is None or now - blind[0] < self._plan.alert:
            self._told.discard("alert")
            self.alert = ""
        if blind is None or self._blind is None or blind[0] > self._blind[0]:
            self._told.discard("flatten")
        self._blind = blind
        if blind is None or now - blind[0] < self._plan.alert or "alert" in self._told:
            return []
        self._told.add("alert")
        seconds = f"{self._plan.alert.total_seconds():.0f} s"
        self.alert = f"BLIND with a position for {seconds}: {blind[1]}"
        since = blind[0].isoformat(timespec="milliseconds")
        details = {"cause": blind[1], "since": since, "then": self._plan.action}
        return [SaveAudit(self._clerk.row(LINK, Act.WARN, self.alert, now, details=details))]

    def _unseen(self, state: AccountState) -> Iterator[_Blind]:
        """Yield what is not told of what is open, and since when."""
        if not self._held_since:
            return
        hub = state.market.links[Link.USER_HUB]
        if not hub.is_trusted:
            lost_at = hub.since if not hub.is_up else None
            since = max(filter(None, (state.read_at, lost_at)), default=_NEVER)
            yield since, "neither the user hub nor REST tells of the account"
        label = state.market.contracts.label
        for contract_id in self._held_since:
            yield self._quoted_at(state, contract_id), f"no quote of {label(contract_id)}"

    def _quoted_at(self, state: AccountState, contract_id: str) -> datetime:
        """Return since when a quote of a held contract is missed."""
        heard_at = state.market.quotes.heard_at(contract_id) or _NEVER
        return max(heard_at, self._held_since[contract_id])
