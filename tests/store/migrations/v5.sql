BEGIN TRANSACTION;
CREATE TABLE audit_segments (
    first_id INTEGER PRIMARY KEY NOT NULL,
    last_id INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    row_count INTEGER NOT NULL CHECK (row_count > 0),
    digest TEXT NOT NULL,
    sealed_at TEXT NOT NULL,
    pruned_at TEXT
);
INSERT INTO "audit_segments" VALUES(1,11,'2026-08-01T10:00:00.000+00:00','2026-08-11T10:00:00.000+00:00',11,'2f2b60372d26c8e92b9671acebef15f23c6f68373b8b8580e641261c407c658a','2026-11-20T12:00:00.000000+00:00',NULL);
CREATE TABLE contract_cache (
    contract_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    symbol TEXT NOT NULL,
    tick_size TEXT NOT NULL,
    tick_value TEXT NOT NULL,
    description TEXT NOT NULL,
    cached_at TEXT NOT NULL
);
INSERT INTO "contract_cache" VALUES('CON.F.US.MNQ.Z26','MNQZ6','MNQ','0.25','0.5','Micro E-mini Nasdaq-100','2026-11-20T15:30:00.123456+00:00');
CREATE TABLE daily_pnl (
    account_id INTEGER NOT NULL,
    trading_day TEXT NOT NULL,
    realized_pnl_micros INTEGER NOT NULL,
    last_updated TEXT NOT NULL,
    PRIMARY KEY (account_id, trading_day)
);
INSERT INTO "daily_pnl" VALUES(1,'2026-11-20',-512500000,'2026-11-20T15:30:00.123456+00:00');
CREATE TABLE daily_unrealized_pnl (
    account_id INTEGER NOT NULL,
    trading_day TEXT NOT NULL,
    unrealized_pnl_micros INTEGER,
    positions_count INTEGER NOT NULL,
    total_exposure_micros INTEGER,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, trading_day)
);
INSERT INTO "daily_unrealized_pnl" VALUES(1,'2026-11-20',-660000000,1,84000500000,'2026-11-20T15:30:00.123456+00:00');
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
);
INSERT INTO "enforcement_log" VALUES(1,'2026-08-01T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(2,'2026-08-02T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(3,'2026-08-03T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(4,'2026-08-04T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(5,'2026-08-05T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(6,'2026-08-06T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(7,'2026-08-07T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(8,'2026-08-08T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(9,'2026-08-09T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(10,'2026-08-10T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(11,'2026-08-11T10:00:00.000+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(12,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 12 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(13,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 13 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(14,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 14 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(15,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 15 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(16,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 16 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(17,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 17 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(18,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 18 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(19,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 19 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(20,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 20 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(21,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 21 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(22,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 22 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(23,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 23 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(24,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 24 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(25,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 25 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(26,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 26 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(27,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 27 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(28,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 28 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(29,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 29 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(30,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 30 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(31,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 31 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(32,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 32 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(33,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 33 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(34,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 34 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(35,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 35 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(36,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 36 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(37,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 37 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(38,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 38 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(39,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 39 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(40,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 40 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(41,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 41 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(42,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 42 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(43,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 43 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(44,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 44 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(45,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 45 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(46,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 46 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(47,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 47 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(48,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 48 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(49,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 49 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(50,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 50 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(51,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 51 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(52,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 52 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(53,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 53 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(54,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 54 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(55,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 55 é',0,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(56,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 56 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(57,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 57 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(58,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 58 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(59,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','row 59 é',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
CREATE TABLE engine_state (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
INSERT INTO "engine_state" VALUES('anchor_id','638df12b0d7b654b');
INSERT INTO "engine_state" VALUES('anchor_sequence','3');
INSERT INTO "engine_state" VALUES('anchor_names','["account-1.anchor"]');
INSERT INTO "engine_state" VALUES('config.live','{"in_force": "[rules]\n", "later": "[rules.later]\n", "due": "2026-11-20T15:30:00.123456+00:00"}');
INSERT INTO "engine_state" VALUES('last_seen_at','2026-11-20T15:30:00.123456+00:00');
INSERT INTO "engine_state" VALUES('anchor_seal','dd83ee612b1ab068418be3ce25c60ee9a494f91f6a8490d9e9f8760e4118f249');
CREATE TABLE kept_rows (
    id INTEGER PRIMARY KEY NOT NULL,
    from_version INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    content TEXT NOT NULL,
    why TEXT NOT NULL
);
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
);
INSERT INTO "lockouts" VALUES(1,'RULE-003','','lockout',1,'day''s loss 512.50, limit 500','2026-11-20T15:30:00.123456+00:00','2026-11-20T22:30:00.123456+00:00','{}');
INSERT INTO "lockouts" VALUES(1,'RULE-006','','cooldown',1,'day''s loss 512.50, limit 500','2026-11-20T15:30:00.123456+00:00','2026-11-20T22:30:00.123456+00:00','{}');
CREATE TABLE marks (
    account_id INTEGER NOT NULL,
    contract_id TEXT NOT NULL,
    position_id INTEGER,
    type TEXT NOT NULL CHECK (type IN ('long', 'short')),
    ticks INTEGER NOT NULL CHECK (ticks > 0),
    price TEXT NOT NULL,
    PRIMARY KEY (account_id, contract_id)
);
INSERT INTO "marks" VALUES(1,'CON.F.US.MNQ.Z26',5,'short',24,'20994.00');
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
);
INSERT INTO "orders" VALUES(1,77,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00',NULL,'21330.25','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
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
);
INSERT INTO "positions" VALUES(1,'CON.F.US.MNQ.Z26',5,'short',2,'21000.125','2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
CREATE TABLE reset_schedule (
    account_id INTEGER PRIMARY KEY NOT NULL,
    last_reset_date TEXT NOT NULL,
    next_reset_time TEXT NOT NULL,
    reset_time_config TEXT NOT NULL,
    timezone TEXT NOT NULL
);
INSERT INTO "reset_schedule" VALUES(1,'2026-11-20','2026-11-20T23:00:00.000000+00:00','17:00','America/Chicago');
CREATE TABLE schema_version (
    id INTEGER PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    description TEXT NOT NULL,
    checksum TEXT,
    execution_time_ms INTEGER,
    success INTEGER NOT NULL CHECK (success IN (0, 1)),
    error_message TEXT
);
INSERT INTO "schema_version" VALUES(1,5,'2026-11-21T19:28:35.549+00:00','Created',NULL,NULL,1,NULL);
CREATE TABLE session_state (
    account_id INTEGER PRIMARY KEY NOT NULL,
    session_start TEXT NOT NULL
);
INSERT INTO "session_state" VALUES(1,'2026-11-19T23:00:00.000000+00:00');
CREATE TABLE stop_changes (
    account_id INTEGER NOT NULL,
    contract_id TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (account_id, contract_id)
);
INSERT INTO "stop_changes" VALUES(1,'CON.F.US.MNQ.Z26','2026-11-20T15:30:00.123456+00:00');
CREATE TABLE timers (
    account_id INTEGER NOT NULL,
    rule_id TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    PRIMARY KEY (account_id, rule_id, contract_id)
);
INSERT INTO "timers" VALUES(1,'RULE-008','CON.F.US.MNQ.Z26','2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:30.123456+00:00');
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
);
INSERT INTO "trade_history" VALUES(1,9007199254740993,'2026-11-20','2026-11-20T15:30:00.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',-499999999,370000,500000,0);
CREATE INDEX idx_lockouts_until ON lockouts(locked_until);
CREATE INDEX idx_lockouts_active ON lockouts(account_id, rule_id, symbol) WHERE is_locked = 1;
CREATE INDEX idx_daily_pnl_date ON daily_pnl(trading_day);
CREATE INDEX idx_daily_unrealized_pnl_date ON daily_unrealized_pnl(trading_day DESC);
CREATE INDEX idx_daily_unrealized_pnl_account_date ON daily_unrealized_pnl(account_id, trading_day DESC);
CREATE INDEX idx_contract_cache_symbol ON contract_cache(symbol);
CREATE INDEX idx_trade_history_account_time ON trade_history(account_id, timestamp DESC);
CREATE INDEX idx_trade_history_timestamp ON trade_history(timestamp);
CREATE INDEX idx_trade_history_day ON trade_history(trading_day, timestamp, account_id, id);
CREATE INDEX idx_positions_account ON positions(account_id);
CREATE INDEX idx_positions_contract ON positions(contract_id);
CREATE INDEX idx_positions_updated ON positions(updated_at DESC);
CREATE INDEX idx_orders_account ON orders(account_id);
CREATE INDEX idx_orders_contract ON orders(contract_id);
CREATE INDEX idx_orders_state ON orders(state);
CREATE INDEX idx_orders_state_account ON orders(state, account_id);
CREATE INDEX idx_enforcement_account ON enforcement_log(account_id);
CREATE INDEX idx_enforcement_timestamp ON enforcement_log(timestamp DESC);
CREATE INDEX idx_enforcement_rule ON enforcement_log(rule_id);
CREATE INDEX idx_enforcement_log_success ON enforcement_log(success, timestamp DESC);
CREATE INDEX idx_enforcement_times
ON enforcement_log(rule_id, success, execution_time_ms, timestamp, account_id) WHERE action IN ('cancel_orders', 'close_position', 'cooldown', 'flatten', 'lock', 'move_stop',
    'place_stop', 'reduce_position')
;
CREATE INDEX idx_enforcement_severity ON enforcement_log(CASE
    WHEN success IS 0 THEN 3
    WHEN action IN ('close_position', 'cooldown', 'flatten', 'lock', 'reduce_position') THEN 3
    WHEN action IN ('config_pending', 'config_refused', 'gap', 'not_evaluated', 'warn') THEN 2
    WHEN rule_id IN ('CONFIG', 'ENGINE', 'LINK') THEN 1
    ELSE 0
END, id, account_id, rule_id)
;
CREATE INDEX idx_schema_version_applied ON schema_version(applied_at DESC);
COMMIT;
PRAGMA application_id = 1129665090;
PRAGMA user_version = 5;
