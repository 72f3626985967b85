"""What the core wanted kept, folded as the database does it."""

from datetime import date, datetime

from curb.domain import actions as a
from curb.domain.audit import AuditRow
from curb.domain.book import Fill, Order, Position
from curb.domain.capability import Capability
from curb.domain.events import Restored
from curb.domain.highs import High
from curb.domain.kept import KeptConfig
from curb.domain.locks import Grace, Lock
from curb.domain.market import Contract
from curb.domain.stops import StopChange


class Disk:
    """Everything that a restart is told."""

    def __init__(self) -> None:
        self.locks: dict[tuple[int, str, str | None], Lock] = {}
        self.graces: dict[tuple[int, str, str], Grace] = {}
        self.highs: dict[tuple[int, str], High] = {}
        self.stop_changes: dict[tuple[int, str], StopChange] = {}
        self.configs: dict[str, KeptConfig] = {}
        self.capabilities: dict[int, Capability] = {}
        self.fills: dict[int, Fill] = {}
        self.rows: dict[int, AuditRow] = {}
        self._days: dict[int, date] = {}
        self._contracts: dict[str, Contract] = {}
        self._resets: dict[int, a.SaveReset] = {}
        self._positions: dict[tuple[int, str], Position] = {}
        self._orders: dict[tuple[int, int], Order] = {}
        self._made: dict[int, a.SaveDay] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever kept."""
        return not self.rows

    def keep(self, action: a.Action) -> None:  # noqa: C901, PLR0912 - a table
        """Take in one action."""
        match action:
            case a.SaveLock(lock):
                self.locks[lock.key] = lock
            case a.EndLock(lock):
                self.locks.pop(lock.key, None)
            case a.SaveGrace(grace):
                self.graces[grace.key] = grace
            case a.EndGrace(grace):
                self.graces.pop(grace.key, None)
            case a.SaveHigh(high):
                self.highs[high.key] = high
            case a.EndHigh(high):
                self.highs.pop(high.key, None)
            case a.SaveStopChange(change):
                self.stop_changes[change.key] = change
            case a.SaveConfig(config):
                self.configs[config.slot] = config
            case a.SaveCapability(capability):
                self.capabilities[capability.account_id] = capability
            case a.SaveFill(fill, trading_day):
                self.fills[fill.id] = fill
                self._days[fill.id] = trading_day
            case a.SaveContract(contract):
                self._contracts[contract.id] = contract
            case a.SaveReset(account_id=account_id):
                self._resets[account_id] = action
            case a.SavePosition(position):
                self._positions[position.account_id, position.contract_id] = position
            case a.SaveOrder(order):
                self._orders[order.account_id, order.id] = order
            case a.SaveDay(account_id=account_id):
                self._made[account_id] = action
            case a.SaveAudit(row):
                self.rows[row.id] = row
            case _:
                pass

    def restored(self, now: datetime) -> Restored:
        """Return what a restart finds: fills of the last three days that traded."""
        since = sorted(set(self._days.values()))[-3:]
        fills = [fill for fill in self.fills.values() if self._days[fill.id] in since]
        return Restored(
            locks=tuple(self.locks.values()),
            graces=tuple(self.graces.values()),
            highs=tuple(self.highs.values()),
            stop_changes=tuple(self.stop_changes.values()),
            fills=tuple(sorted(fills, key=lambda fill: (fill.at, fill.id))),
            contracts=tuple(self._contracts.values()),
            unfinished=tuple(row for row in self.rows.values() if row.success is None),
            resets=tuple((i, reset.trading_day) for i, reset in self._resets.items()),
            next_audit_id=max(self.rows, default=0) + 1,
            last_seen_at=now,
            configs=tuple(self.configs.values()),
            capabilities=tuple(self.capabilities.values()),
            positions=tuple(each for each in self._positions.values() if each.size),
            orders=tuple(each for each in self._orders.values() if not each.status.is_final),
            days=tuple((i, d.trading_day, d.realized_pnl) for i, d in self._made.items()),
            watched=tuple(self._resets),
        )
