"""Everything a pane may look at, as one frozen value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from curb.domain.audit import AuditRow
from curb.domain.snapshot import AccountView, PositionView, RuleView, Snapshot
from curb.tui.keymap import Keymap, keymap
from curb.tui.log import Shown, shown
from curb.tui.ranking import ranked
from curb.tui.sorting import in_order
from curb.tui.ui import Ui

# Snapshots come several times a second; two seconds without one is no hiccup.
SILENT_S = 2.0


@dataclass(frozen=True, slots=True)
class View:
    """A moment of the screen. `now` is the engine's time, None before its first word."""

    ui: Ui
    snapshot: Snapshot | None
    rows: Sequence[AuditRow]  # newest first
    now: datetime | None
    silent_s: float | None
    moment: float  # of the monotonic clock, for what is asked
    version: str
    engine: str  # what is wrong with the engine process, or ""
    engine_version: str | None
    is_observing: bool
    zone: tzinfo | None = None
    theme: str = ""  # worn now
    themes: tuple[str, ...] = ()  # every one that can be
    is_plain: bool = False  # in one column of sentences
    is_abreast: bool = False  # several accounts stand side by side, and one audit below
    is_chosen: bool = True  # the account shown is the one that keys act on

    @property
    def account(self) -> AccountView | None:
        """The account shown."""
        if self.snapshot is None or not self.snapshot.accounts:
            return None
        accounts = self.snapshot.accounts
        return accounts[self.ui.account % len(accounts)]

    @property
    def keys(self) -> Keymap:
        """What each key does."""
        return keymap(self.snapshot)

    @property
    def has_several(self) -> bool:
        """Whether the engine watches more than one account."""
        return self.snapshot is not None and len(self.snapshot.accounts) > 1

    @property
    def log(self) -> Shown:
        """The rows of the audit to look at: of the account shown, and of the engine itself."""
        account = self.account
        is_one = account is not None and self.has_several and not self.is_abreast
        account_id = account.id if account is not None and is_one else None
        return shown(self.ui.log, self.rows, account_id)

    @property
    def log_row(self) -> AuditRow | None:
        """The chosen row of the audit."""
        at = self.log
        return at.rows[at.index(self.ui.log.cursor)] if at.rows else None

    @property
    def is_silent(self) -> bool:
        """Whether what is shown may no longer be so."""
        return bool(self.engine) or self.silent_s is None or self.silent_s > SILENT_S

    @property
    def positions(self) -> tuple[PositionView, ...]:
        """The positions of the account shown, in the order in which they stand."""
        return in_order(self.account.positions, self.ui.sort) if self.account is not None else ()

    @property
    def selected(self) -> PositionView | None:
        """The position that `F` flattens."""
        positions = self.positions if self.is_chosen else ()
        for position in positions:
            if position.contract_id == self.ui.contract_id:
                return position
        return positions[0] if positions else None

    @property
    def rules(self) -> tuple[RuleView, ...]:
        """The rules of the account shown, in the order in which they stand."""
        return ranked(self.account.rules) if self.account is not None else ()

    @property
    def selected_rule(self) -> RuleView | None:
        """The rule whose card opens."""
        rules = self.rules
        for rule in rules:
            if rule.id == self.ui.rule_id:
                return rule
        return rules[0] if rules else None
