"""Why a row of the audit stands there."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from curb.domain import codec
from curb.domain.audit import Act, AuditRow
from curb.domain.why import Clauses, Why, explain, markdown

DETAILS: dict[str, Any] = {
    "what": "contracts open, net",
    "value": "6",
    "sign": ">",
    "limit": 5,
    "keys": {"limit": 5, "count": "net", "micro_weight": "0.1"},
    "held": {"CON.F.US.MNQ.Z26": 6},
    "targets": {"CON.F.US.MNQ.Z26": 0},
    "event": "trade 12",
    "event_at": "2026-11-20T15:30:00.100+00:00",
    "facts": {"side": "buy", "size": 1},
    "config": "d" * 64,
    "requests": [
        {"id": 3, "request": "closeContract", "contract": "CON.F.US.MNQ.Z26"}
        | {"sent_at": "2026-11-20T15:30:00.112+00:00", "outcome": "done", "latency_ms": 41}
    ],
    "lock": {"kind": "lockout", "symbol": None, "until": "2026-11-20T23:00:00.000+00:00"},
}
ROW = AuditRow(
    7,
    datetime(2026, 11, 20, 15, 30, 0, 111_000, tzinfo=UTC),
    1,
    "50KTC-8841",
    "RULE-001",
    Act.FLATTEN,
    "6 contracts open (net), limit 5",
    execution_time_ms=95,
    details=DETAILS,
)
TABLE = "rules.max_contracts"
CLAUSES = Clauses("config.toml", "d" * 64, {"RULE-001": TABLE}, {f"{TABLE}.limit": 34, TABLE: 31})


def section(title: str, row: AuditRow, clauses: Clauses | None = CLAUSES) -> tuple[str, ...]:
    return dict(explain(row, clauses).sections)[title]


def told(**details: object) -> AuditRow:
    return replace(ROW, details=DETAILS | details)


def bare(**details: object) -> AuditRow:
    return replace(ROW, details=details)


def test_the_whole_of_a_breach() -> None:
    why = explain(ROW, CLAUSES)
    assert why == Why(
        7,
        "Row 7: RULE-001 flatten",
        (
            (
                "What happened",
                (
                    "6 contracts open (net), limit 5",
                    "2026-11-20 15:30:00.111 UTC, account 50KTC-8841",
                    "it succeeded, seen 95 ms after",
                ),
            ),
            (
                "Event",
                (
                    "trade 12",
                    "2026-11-20 15:30:00.100 UTC by the venue's clock",
                    "side buy, size 1",
                ),
            ),
            ("What the rule saw", ("open: CON.F.US.MNQ.Z26 6",)),
            (
                "Clause",
                (
                    "rules.max_contracts.limit = 5 (config.toml:34)",
                    'rules.max_contracts.count = "net"',
                    "rules.max_contracts.micro_weight = 0.1",
                ),
            ),
            ("Arithmetic", ("contracts open, net 6 > 5",)),
            (
                "What was done",
                (
                    "wanted: CON.F.US.MNQ.Z26 flat",
                    "closeContract CON.F.US.MNQ.Z26: sent 12 ms after the event, done after 41 ms",
                ),
            ),
            ("When it ends", ("the lockout of the account ends at 2026-11-20 23:00:00.000 UTC",)),
        ),
    )
    assert codec.decode(Why, codec.encode(why)) == why


NOTE = {"request": "cancel", "order": 9, "contract": ""}
REFUSED = {"outcome": "refused", "latency_ms": 8, "code": 5, "words": "no such order"}


@pytest.mark.parametrize(
    ("title", "row", "sentences"),
    [
        (
            "What happened",
            replace(ROW, success=None, execution_time_ms=None),
            "the outcome is open",
        ),
        ("What happened", replace(ROW, success=False), "it FAILED, seen 95 ms after"),
        ("What happened", replace(ROW, execution_time_ms=None), "it succeeded"),
        ("What happened", replace(ROW, account=None), "2026-11-20 15:30:00.111 UTC, the engine"),
        ("Event", bare(), "none of the venue: a moment had come, or somebody asked for it here"),
        ("Event", bare(event="read 4", facts={}), "read 4"),
        ("What the rule saw", bare(), "nothing"),
        ("What the rule saw", bare(held={}, realized="-20"), "realized: -20"),
        ("What the rule saw", bare(held={}), "open: nothing"),
        ("What the rule saw", bare(stop={"size": 2, "tag": None}), "stop: size 2, tag -"),
        ("What the rule saw", bare(changes=[{"key": "a"}, 7]), "key a"),
        ("What the rule saw", bare(changes=7), "nothing"),
        ("Clause", replace(ROW, rule="MANUAL"), "none: MANUAL is no rule of the configuration"),
        ("Clause", bare(config="d" * 64), "table rules.max_contracts (config.toml:31)"),
        ("Clause", told(config="e"), "config.toml means another configuration by now: these are"),
        ("Clause", told(config="e"), "rules.max_contracts.limit = 5"),
        ("Arithmetic", bare(), "nothing was compared"),
        ("Arithmetic", bare(what="open"), "open - - -"),
        ("What was done", told(targets={"A": -2}), "wanted: A down to -2"),
        ("What was done", bare(), "no request was sent"),
        ("What was done", replace(bare(), success=None), "no request is answered yet"),
        ("What was done", bare(requests=7, targets=7), "no request was sent"),
        ("What was done", bare(requests=[7]), "no request was sent"),
        (
            "What was done",
            bare(requests=[NOTE | REFUSED | {"sent_at": "2026-11-20T15:30:00.113+00:00"}]),
            "cancel order 9: sent 2 ms after the decision, refused (no such order) after 8 ms",
        ),
        (
            "What was done",
            bare(requests=[NOTE | {"sent_at": "2026-11-20T15:30:00.105+00:00"}]),
            "cancel order 9: sent 6 ms before the decision, not answered when",
        ),
        (
            "What was done",
            bare(requests=[NOTE | {"sent_at": "noon"}]),
            "cancel order 9: sent at an unknown time, not answered when this was written",
        ),
        ("When it ends", bare(), "nothing was locked"),
        (
            "When it ends",
            bare(lock={"kind": "cooldown", "symbol": "ES", "until": None}),
            "the cooldown of ES ends when its condition is over",
        ),
        (
            "When it ends",
            replace(bare(since="2026-11-20T15:00:00+00:00"), action=Act.UNLOCK),
            "it has ended; it stood since 2026-11-20 15:00:00.000 UTC",
        ),
        (
            "When it ends",
            replace(bare(since="2026-11-20T15:00:00"), action=Act.UNLOCK),
            "it has ended; it stood since an unknown time",
        ),
    ],
)
def test_a_section_says(title: str, row: AuditRow, sentences: str) -> None:
    assert any(each.startswith(sentences) for each in section(title, row))


def test_without_a_file_no_line_is_named() -> None:
    assert section("Clause", ROW, None) == (
        "RULE-001.limit = 5",
        'RULE-001.count = "net"',
        "RULE-001.micro_weight = 0.1",
        "the configuration cannot be read now: no lines are known",
    )


def test_words_from_outside_stay_one_line_and_are_cut() -> None:
    row = replace(told(event="a\x1b[31m\n" * 200), reason="x" * 1000)
    sentences = [each for _, found in explain(row, CLAUSES).sections for each in found]
    assert all(each.isprintable() and len(each) <= 300 for each in sentences)


def test_a_section_is_bounded() -> None:
    changes = [{"key": f"k{n}"} for n in range(53)]
    assert section("What the rule saw", bare(changes=changes))[49:] == ("key k49", "and 3 more")


def test_a_page_of_text_is_no_markup_but_its_own() -> None:
    why = Why(7, "Row 7", (("Event", ("2 of *ES* [x] <b>", "-5 <= -5")), ("Clause", ("none",))))
    assert markdown(why) == (
        "# Row 7\n\n## Event\n\n- 2 of \\*ES\\* \\[x] \\<b>\n- -5 <= -5\n\n## Clause\n\n- none\n"
    )
