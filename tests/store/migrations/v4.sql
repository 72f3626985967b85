BEGIN TRANSACTION;
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
INSERT INTO "enforcement_log" VALUES(1,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',NULL,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(2,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(3,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(4,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(5,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(6,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(7,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(8,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(9,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(10,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
INSERT INTO "enforcement_log" VALUES(11,'2026-11-20T15:30:00.123+00:00',1,'PAPER-1','RULE-003','flatten','MNQ','day''s loss 512.50, limit 500',1,NULL,'{"limit":500,"config":"a1b2","requests":[{"ms":3}]}');
CREATE TABLE engine_state (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
INSERT INTO "engine_state" VALUES('anchor_id','784a697c5639a599');
INSERT INTO "engine_state" VALUES('anchor_sequence','4');
INSERT INTO "engine_state" VALUES('anchor_names','["account-1.anchor"]');
INSERT INTO "engine_state" VALUES('config.live','{"in_force": "[rules]\n", "later": "[rules.later]\n", "due": "2026-11-20T15:30:00.123456+00:00"}');
INSERT INTO "engine_state" VALUES('last_seen_at','2026-11-20T15:31:00.123456+00:00');
INSERT INTO "engine_state" VALUES('anchor_seal','333bfda4392a5ee447af45f6cd6ba92d095b7e7ffd7d886e37dd62834f2bcfbe');
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
INSERT INTO "lockouts" VALUES(1,'RULE-006','MNQ','cooldown',0,'day''s loss 512.50, limit 500','2026-11-20T15:30:00.123456+00:00',NULL,'{"CON.F.US.MNQ.Z26":-3,"CON.F.US.EP.Z26":0}');
INSERT INTO "lockouts" VALUES(1,'RULE-007','MNQ','cooldown',1,'day''s loss 512.50, limit 500','2026-11-20T15:30:00.123456+00:00',NULL,'{"CON.F.US.MNQ.Z26":-3,"CON.F.US.EP.Z26":0}');
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
    state TEXT NOT NULL,
    tag TEXT,
    parent_id INTEGER,
    created_at TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
INSERT INTO "orders" VALUES(1,77,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
INSERT INTO "orders" VALUES(1,100,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
INSERT INTO "orders" VALUES(1,101,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
INSERT INTO "orders" VALUES(1,102,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
INSERT INTO "orders" VALUES(1,103,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
INSERT INTO "orders" VALUES(1,104,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
INSERT INTO "orders" VALUES(1,105,'CON.F.US.MNQ.Z26','stop','buy',2,1,NULL,'21330.00','open','mine',76,'2026-11-20T15:30:00.123456+00:00','2026-11-20T15:30:00.123456+00:00');
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
    execution_time_ms INTEGER,
    success INTEGER NOT NULL CHECK (success IN (0, 1)),
    error_message TEXT
);
INSERT INTO "schema_version" VALUES(1,4,'2026-11-21T15:55:02.105+00:00','Created',NULL,1,NULL);
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
    order_id INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    size INTEGER NOT NULL,
    price TEXT NOT NULL,
    pnl_micros INTEGER,
    fees_micros INTEGER NOT NULL,
    commissions_micros INTEGER NOT NULL,
    is_voided INTEGER NOT NULL CHECK (is_voided IN (0, 1)),
    PRIMARY KEY (account_id, id)
);
INSERT INTO "trade_history" VALUES(1,9007199254740993,'2026-11-20','2026-11-20T15:30:00.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',-499999999,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,1,'2026-11-20','2026-11-20T15:30:01.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',NULL,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,2,'2026-11-20','2026-11-20T15:30:02.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',250000,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,3,'2026-11-20','2026-11-20T15:30:03.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',NULL,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,4,'2026-11-20','2026-11-20T15:30:04.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',500000,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,5,'2026-11-20','2026-11-20T15:30:05.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',NULL,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,6,'2026-11-20','2026-11-20T15:30:06.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',750000,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,7,'2026-11-20','2026-11-20T15:30:07.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',NULL,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,8,'2026-11-20','2026-11-20T15:30:08.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',1000000,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,9,'2026-11-20','2026-11-20T15:30:09.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',NULL,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,10,'2026-11-20','2026-11-20T15:30:10.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',1250000,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,11,'2026-11-20','2026-11-20T15:30:11.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',NULL,370000,500000,0);
INSERT INTO "trade_history" VALUES(1,12,'2026-11-20','2026-11-20T15:30:12.123456+00:00','CON.F.US.MNQ.Z26',77,'sell',2,'28446.375',1500000,370000,500000,0);
CREATE INDEX idx_lockouts_until ON lockouts(locked_until);
CREATE INDEX idx_lockouts_active ON lockouts(account_id, rule_id, symbol) WHERE is_locked = 1;
CREATE INDEX idx_daily_pnl_date ON daily_pnl(trading_day);
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
CREATE INDEX idx_schema_version_applied ON schema_version(applied_at DESC);
COMMIT;
PRAGMA application_id = 1129665090;
PRAGMA user_version = 4;
