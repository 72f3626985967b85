"""The schema: what stands in the trader's database, as statements that create it.

Times are UTC text of fixed width with offset, so that text order is time order. Money is
integer micro-dollars (`..._micros`), a price decimal text; no column is REAL. Enums stand as
words. A symbol of '' means the whole account. Ids of contracts, orders and fills are the
venue's; they are unique within an account only, as every paper gateway starts its own.
NULL is unknown, never 0.
"""

APPLICATION_ID = 0x43555242  # "CURB"
USER_VERSION = 6  # the documents this schema grew from made 1 and 2, its own first days 3

LOCKOUTS = """
CREATE TABLE lockouts (
    account_id INTEGER NOT NULL,
    rule_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('lockout', 'cooldown')),
    is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
    reason TEXT NOT NULL,
    locked_at TEXT NOT NULL,
    locked_until TEXT,
    ceilings TEXT NOT NULL,
    PRIMARY KEY (account_id, rule_id, symbol)
)
"""

TIMERS = """
CREATE TABLE timers (
    account_id INTEGER NOT NULL,
    rule_id TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    PRIMARY KEY (account_id, rule_id, contract_id)
)
"""

# How far in profit an open position has been: whole ticks per contract, and the best mark.
MARKS = """
CREATE TABLE marks (
    account_id INTEGER NOT NULL,
    contract_id TEXT NOT NULL,
    position_id INTEGER,
    type TEXT NOT NULL CHECK (type IN ('long', 'short')),
    ticks INTEGER NOT NULL CHECK (ticks > 0),
    price TEXT NOT NULL,
    PRIMARY KEY (account_id, contract_id)
)
"""

# When a protective stop of a contract was last placed or moved.
STOP_CHANGES = """
CREATE TABLE stop_changes (
    account_id INTEGER NOT NULL,
    contract_id TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (account_id, contract_id)
)
"""

DAILY_PNL = """
CREATE TABLE daily_pnl (
    account_id INTEGER NOT NULL,
    trading_day TEXT NOT NULL,
    realized_pnl_micros INTEGER NOT NULL,
    last_updated TEXT NOT NULL,
    PRIMARY KEY (account_id, trading_day)
)
"""

# What was open at the end of a trading day, and what it was worth. For looking back only.
DAILY_UNREALIZED_PNL = """
CREATE TABLE daily_unrealized_pnl (
    account_id INTEGER NOT NULL,
    trading_day TEXT NOT NULL,
    unrealized_pnl_micros INTEGER,
    positions_count INTEGER NOT NULL,
    total_exposure_micros INTEGER,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, trading_day)
)
"""

CONTRACT_CACHE = """
CREATE TABLE contract_cache (
    contract_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    symbol TEXT NOT NULL,
    tick_size TEXT NOT NULL,
    tick_value TEXT NOT NULL,
    description TEXT NOT NULL,
    cached_at TEXT NOT NULL
)
"""

# Rows of the older schemas know neither order, side, size, price nor fees, and are numbered
# below 0, as their ids were not the venue's.
TRADE_HISTORY = """
CREATE TABLE trade_history (
    account_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    trading_day TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    order_id INTEGER,
    side TEXT CHECK (side IN ('buy', 'sell')),
    size INTEGER,
    price TEXT,
    pnl_micros INTEGER,
    fees_micros INTEGER,
    commissions_micros INTEGER,
    is_voided INTEGER NOT NULL CHECK (is_voided IN (0, 1)),
    PRIMARY KEY (account_id, id)
)
"""

SESSION_STATE = """
CREATE TABLE session_state (
    account_id INTEGER PRIMARY KEY NOT NULL,
    session_start TEXT NOT NULL
)
"""

POSITIONS = """
CREATE TABLE positions (
    account_id INTEGER NOT NULL,
    contract_id TEXT NOT NULL,
    id INTEGER,
    type TEXT NOT NULL CHECK (type IN ('long', 'short', 'unknown')),
    size INTEGER NOT NULL CHECK (size > 0),
    average_price TEXT,
    created_at TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (account_id, contract_id)
)
"""

ORDERS = """
CREATE TABLE orders (
    account_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    contract_id TEXT NOT NULL,
    type TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    size INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    limit_price TEXT,
    stop_price TEXT,
    trailing_amount TEXT,
    filled_price TEXT,
    state TEXT NOT NULL,
    tag TEXT,
    parent_id INTEGER,
    created_at TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
"""

# Ids are given by the engine, in order; `success` is NULL while the outcome is open.
ENFORCEMENT_LOG = """
CREATE TABLE enforcement_log (
    id INTEGER PRIMARY KEY NOT NULL,
    timestamp TEXT NOT NULL,
    account_id INTEGER,
    account TEXT,
    rule_id TEXT NOT NULL,
    action TEXT NOT NULL,
    symbol TEXT,
    reason TEXT NOT NULL,
    success INTEGER CHECK (success IN (0, 1)),
    execution_time_ms INTEGER,
    details TEXT NOT NULL
)
"""

# Stretches of the audit that are closed: `digest` is a SHA-256 over the rows and the digest
# before, so that rows which retention removed can still be shown to have been these.
AUDIT_SEGMENTS = """
CREATE TABLE audit_segments (
    first_id INTEGER PRIMARY KEY NOT NULL,
    last_id INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    row_count INTEGER NOT NULL CHECK (row_count > 0),
    digest TEXT NOT NULL,
    sealed_at TEXT NOT NULL,
    pruned_at TEXT
)
"""

# Each version of an audit row is a link: `digest` is a SHA-256 over the row, `hash` one over the
# link before and the digest. A link without a row says from where the chain goes on, and the
# digest of the last closed stretch.
AUDIT_CHAIN = """
CREATE TABLE audit_chain (
    sequence INTEGER PRIMARY KEY NOT NULL,
    row_id INTEGER,
    digest TEXT NOT NULL,
    hash TEXT NOT NULL
)
"""

RESET_SCHEDULE = """
CREATE TABLE reset_schedule (
    account_id INTEGER PRIMARY KEY NOT NULL,
    last_reset_date TEXT NOT NULL,
    next_reset_time TEXT NOT NULL,
    reset_time_config TEXT NOT NULL,
    timezone TEXT NOT NULL
)
"""

# The history of schema steps, for people; `PRAGMA user_version` is what counts. The id is its
# own, so that a failed step can be noted and tried again. The machine's clock is good enough.
SCHEMA_VERSION = """
CREATE TABLE schema_version (
    id INTEGER PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    description TEXT NOT NULL,
    checksum TEXT,
    execution_time_ms INTEGER,
    success INTEGER NOT NULL CHECK (success IN (0, 1)),
    error_message TEXT
)
"""

# What an older schema held and no table of this one can, as JSON and with the reason.
KEPT_ROWS = """
CREATE TABLE kept_rows (
    id INTEGER PRIMARY KEY NOT NULL,
    from_version INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    content TEXT NOT NULL,
    why TEXT NOT NULL
)
"""

ENGINE_STATE = """
CREATE TABLE engine_state (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
)
"""

TABLES = {
    "lockouts": LOCKOUTS,
    "timers": TIMERS,
    "marks": MARKS,
    "stop_changes": STOP_CHANGES,
    "daily_pnl": DAILY_PNL,
    "daily_unrealized_pnl": DAILY_UNREALIZED_PNL,
    "contract_cache": CONTRACT_CACHE,
    "trade_history": TRADE_HISTORY,
    "session_state": SESSION_STATE,
    "positions": POSITIONS,
    "orders": ORDERS,
    "enforcement_log": ENFORCEMENT_LOG,
    "audit_segments": AUDIT_SEGMENTS,
    "audit_chain": AUDIT_CHAIN,
    "reset_schedule": RESET_SCHEDULE,
    "schema_version": SCHEMA_VERSION,
    "kept_rows": KEPT_ROWS,
    "engine_state": ENGINE_STATE,
}

# What an enforcement is, and how much a row matters (3 the most), as domain/severity.py says.
# A query that uses an index over them must hold the same words.
DEED = """action IN ('cancel_orders', 'close_position', 'cooldown', 'flatten', 'lock', 'move_stop',
    'place_stop', 'reduce_position')"""
SEVERITY = """CASE
    WHEN success IS 0 THEN 3
    WHEN action IN ('close_position', 'cooldown', 'flatten', 'lock', 'reduce_position') THEN 3
    WHEN action IN ('config_pending', 'config_refused', 'gap', 'not_evaluated', 'warn') THEN 2
    WHEN rule_id IN ('CONFIG', 'ENGINE', 'LINK') THEN 1
    ELSE 0
END"""
ENFORCEMENT_TIMES = f"""
CREATE INDEX idx_enforcement_times
ON enforcement_log(rule_id, success, execution_time_ms, timestamp, account_id) WHERE {DEED}
"""
ENFORCEMENT_SEVERITY = f"""
CREATE INDEX idx_enforcement_severity ON enforcement_log({SEVERITY}, id, account_id, rule_id)
"""

INDEXES = (
    "CREATE INDEX idx_lockouts_until ON lockouts(locked_until)",
    "CREATE INDEX idx_lockouts_active ON lockouts(account_id, rule_id, symbol) WHERE is_locked = 1",
    "CREATE INDEX idx_daily_pnl_date ON daily_pnl(trading_day)",
    "CREATE INDEX idx_daily_unrealized_pnl_date ON daily_unrealized_pnl(trading_day DESC)",
    (
        "CREATE INDEX idx_daily_unrealized_pnl_account_date "
        "ON daily_unrealized_pnl(account_id, trading_day DESC)"
    ),
    "CREATE INDEX idx_contract_cache_symbol ON contract_cache(symbol)",
    "CREATE INDEX idx_trade_history_account_time ON trade_history(account_id, timestamp DESC)",
    "CREATE INDEX idx_trade_history_timestamp ON trade_history(timestamp)",
    "CREATE INDEX idx_trade_history_day ON trade_history(trading_day, timestamp, account_id, id)",
    "CREATE INDEX idx_positions_account ON positions(account_id)",
    "CREATE INDEX idx_positions_contract ON positions(contract_id)",
    "CREATE INDEX idx_positions_updated ON positions(updated_at DESC)",
    "CREATE INDEX idx_orders_account ON orders(account_id)",
    "CREATE INDEX idx_orders_contract ON orders(contract_id)",
    "CREATE INDEX idx_orders_state ON orders(state)",
    "CREATE INDEX idx_orders_state_account ON orders(state, account_id)",
    "CREATE INDEX idx_enforcement_account ON enforcement_log(account_id)",
    "CREATE INDEX idx_enforcement_timestamp ON enforcement_log(timestamp DESC)",
    "CREATE INDEX idx_enforcement_rule ON enforcement_log(rule_id)",
    "CREATE INDEX idx_enforcement_log_success ON enforcement_log(success, timestamp DESC)",
    ENFORCEMENT_TIMES,
    ENFORCEMENT_SEVERITY,
    "CREATE INDEX idx_audit_chain_row ON audit_chain(row_id, sequence)",
    "CREATE INDEX idx_schema_version_applied ON schema_version(applied_at DESC)",
)

# PRAGMA takes no bound parameters; both numbers are constants above.
CREATE = (
    *TABLES.values(),
    *INDEXES,
    "INSERT INTO schema_version (version, description, success) VALUES (6, 'Created', 1)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {USER_VERSION}",
)
