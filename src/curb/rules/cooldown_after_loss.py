"""RULE-007: a pause after a loss."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from curb.domain.audit import Act
from curb.domain.book import Fill
from curb.domain.decisions import Breach, Decision, measured
from curb.domain.events import Event, FillSeen
from curb.domain.headroom import Headroom
from curb.domain.money import ZERO
from curb.rules.cooling import cooldown
from curb.rules.rule import Rule
from curb.state.account import AccountState


class Tier(BaseModel):
    """A loss, and the cooldown that follows it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    loss: Decimal = Field(gt=0)
    """Dollars lost in one closing order; at the amount counts."""
    cooldown_s: int = Field(gt=0)
    """Seconds in which nothing may be added."""


class CooldownAfterLoss(Rule):
    """One closing order has lost too much: a cooldown, the longer the larger the loss."""

    id: ClassVar = "RULE-007"
    key: ClassVar = "cooldown_after_loss"
    title: ClassVar = "Cooldown after loss"
    wakes: ClassVar = frozenset((FillSeen,))

    tiers: tuple[Tier, ...]
    """`loss` in dollars and the `cooldown_s` after it; of those reached the largest counts."""

    @field_validator("tiers")
    @classmethod
    def _has_distinct_losses(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        losses = {tier.loss for tier in tiers}
        if not tiers or len(losses) < len(tiers):
            found = "one loss twice" if tiers else "none"
            told = {"expected": "at least one tier, each loss once", "found": found}
            raise PydanticCustomError("curb", "{expected}", told)
        return tiers

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach where this fill brought its order's loss to a larger tier."""
        if not isinstance(event, FillSeen) or event.fill.is_voided:
            return ()
        fills = _up_to(account.trades.of_order(event.fill.order_id), event.fill)
        if all(fill.pnl is None for fill in fills):
            return ()  # an order that only opened: its fees are no loss of a trade
        losses = [-made for made in accumulate(fill.result(account.basis) for fill in fills)]
        tier, before = self._tier(losses[-1]), self._tier(max(losses[:-1], default=ZERO))
        if tier is None or (before is not None and tier.loss <= before.loss):
            return ()
        until = max(fill.at for fill in fills) + timedelta(seconds=tier.cooldown_s)
        if until <= now:
            return ()
        return (self._breach(account, event.fill, losses[-1], tier, now, until),)

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return what closing the worst open position now would make, against the first tier."""
        del now
        limit = min(tier.loss for tier in self.tiers)
        known = [p for p in map(account.unrealized, account.positions) if p is not None]
        if not known:
            value = "?" if any(True for _ in account.positions) else "none open"
            return Headroom(value, f"-{limit:.2f}", None if value == "?" else ZERO)
        worst = min(known)
        left = f"{max(limit + worst, ZERO):.2f}"
        return Headroom(f"{worst:.2f}", f"-{limit:.2f}", max(-worst, ZERO) / limit, left=left)

    def _tier(self, loss: Decimal) -> Tier | None:
        reached = (tier for tier in self.tiers if tier.loss <= loss)
        return max(reached, key=lambda tier: tier.loss, default=None)

    def _breach(
        self,
        account: AccountState,
        fill: Fill,
        loss: Decimal,
        tier: Tier,
        now: datetime,
        until: datetime,
    ) -> Breach:
        label = account.market.contracts.label(fill.contract_id)
        place = f"tiers[{self.tiers.index(tier)}]"
        reason = f"{label}: {loss:.2f} lost in one order, limit {tier.loss:.2f}"
        return Breach(
            self.id,
            Act.COOLDOWN,
            reason,
            symbol=account.market.contracts.symbol(fill.contract_id),
            lock=cooldown(account, self.id, reason, now, until),
            numbers=measured(
                "lost in one order",
                loss,
                ">=",
                tier.loss,
                {f"{place}.loss": tier.loss, f"{place}.cooldown_s": tier.cooldown_s},
                order=fill.order_id,
            ),
        )


def _up_to(fills: tuple[Fill, ...], last: Fill) -> tuple[Fill, ...]:
    """Return the fills told up to `last`: a read may tell several of an order at once."""
    ids = [fill.id for fill in fills]
    return fills[: ids.index(last.id) + 1] if last.id in ids else ()
