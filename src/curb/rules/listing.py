"""The rules, in the order of their numbers: one line each."""

from curb.rules.auth_loss_guard import AuthLossGuard
from curb.rules.cooldown_after_loss import CooldownAfterLoss
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.max_contracts import MaxContracts
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from curb.rules.rule import Rule
from curb.rules.session_block_outside import SessionBlockOutside
from curb.rules.symbol_blocks import SymbolBlocks
from curb.rules.trade_frequency_limit import TradeFrequencyLimit
from curb.rules.trade_management import TradeManagement

RULES: tuple[type[Rule], ...] = (
    MaxContracts,
    MaxContractsPerInstrument,
    DailyRealizedLoss,
    DailyUnrealizedLoss,
    MaxUnrealizedProfit,
    TradeFrequencyLimit,
    CooldownAfterLoss,
    NoStopLossGrace,
    SessionBlockOutside,
    AuthLossGuard,
    SymbolBlocks,
    TradeManagement,
)
