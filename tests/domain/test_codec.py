from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from curb.control import frames
from curb.domain import codec
from curb.domain.actions import Action, CloseContract
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.events import Event, Restored, TimePassed
from curb.domain.snapshot import Snapshot
from tests.control.samples import row, snapshot
from tests.store.samples import POSITION


@dataclass(frozen=True, slots=True)
class Sample:
    amount: Decimal
    at: datetime
    day: date
    count: int
    names: tuple[str, ...]
    maybe: int | None


GOOD: dict[str, Any] = {
    "amount": "1.10",
    "at": "2026-11-20T14:33:07+00:00",
    "day": "2026-11-20",
    "count": 3,
    "names": ["a", "b"],
    "maybe": None,
}


def over_the_wire(frame: bytes) -> dict[str, Any]:
    return frames.unpack(frame)


def test_a_snapshot_comes_back_equal() -> None:
    sent = snapshot()
    received = over_the_wire(frames.snapshot(sent))
    assert codec.decode(Snapshot, received["snapshot"]) == sent


def test_audit_rows_come_back_equal() -> None:
    sent = (row(1), replace(row(2), success=True, execution_time_ms=88, symbol="MNQ"))
    assert frames.read_rows(over_the_wire(frames.audit(sent))) == sent


def test_details_that_json_does_not_know_travel_as_text() -> None:
    sent = replace(
        row(1), details={"price": Decimal("1.10"), "at": datetime(2026, 1, 2, tzinfo=UTC)}
    )
    (received,) = frames.read_rows(over_the_wire(frames.audit([sent])))
    assert received.details == {"price": "1.10", "at": "2026-01-02 00:00:00+00:00"}


def test_decimals_keep_their_digits() -> None:
    assert str(codec.decode(Sample, GOOD).amount) == "1.10"


def test_unknown_fields_are_ignored() -> None:
    assert codec.decode(Sample, GOOD | {"later": 1}) == codec.decode(Sample, GOOD)


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("amount", 1.1, "expected str, found float"),
        ("amount", "NaN", "expected a finite number"),
        ("amount", "x", "expected a number as text"),
        ("at", "2026-11-20T14:33:07", "expected a time with its offset"),
        ("at", "noon", "expected an ISO datetime"),
        ("day", 7, "expected str, found int"),
        ("count", "3", "expected int, found str"),
        ("count", True, "expected int, found bool"),
        ("count", None, "expected int, found NoneType"),
        ("names", "ab", "expected list, found str"),
        ("names", [1], "expected str, found int"),
        ("maybe", "1", "expected int, found str"),
    ],
)
def test_a_wrong_value_names_its_field(field: str, value: object, complaint: str) -> None:
    with pytest.raises(FrameError, match=rf"Sample\.{field}: {complaint}"):
        codec.decode(Sample, GOOD | {field: value})


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_missing_field_is_named(field: str) -> None:
    rest = {name: value for name, value in GOOD.items() if name != field}
    with pytest.raises(FrameError, match=f"expected a field {field}, found none"):
        codec.decode(Sample, rest)


def test_a_missing_field_that_has_a_default_takes_it() -> None:
    told = codec.encode(Restored(positions=(POSITION,), next_audit_id=7))
    older = {name: told[name] for name in ("next_audit_id", "positions")}
    del older["positions"][0]["is_side_known"]
    assert codec.decode(Restored, older) == Restored(positions=(POSITION,), next_audit_id=7)
    bare = {name: value for name, value in codec.encode(row(1)).items() if name != "details"}
    assert codec.decode(AuditRow, bare) == replace(row(1), details={})


def test_an_unknown_audit_action_is_an_error() -> None:
    with pytest.raises(FrameError, match=r"AuditRow\.action: expected a Act"):
        codec.decode(AuditRow, codec.encode(row(1)) | {"action": "dance"})


@pytest.mark.parametrize(
    ("hint", "value", "told"),
    [
        (Event, TimePassed(), {"TimePassed": {}}),
        (
            Action,
            CloseContract(4, 7, "CON.F.US.EP.Z26"),
            {
                "CloseContract": {
                    "request_id": 4,
                    "account_id": 7,
                    "contract_id": "CON.F.US.EP.Z26",
                }
            },
        ),
        (tuple[tuple[str, int], ...], (("a", 1), ("b", -2)), [["a", 1], ["b", -2]]),
        (tuple[int, date], (7, date(2026, 11, 20)), [7, "2026-11-20"]),
        (list[Decimal], [Decimal("1.10")], ["1.10"]),
    ],
)
def test_what_a_hint_tells_comes_back_equal(hint: Any, value: object, told: object) -> None:
    assert codec.encode_as(hint, value) == told
    assert codec.decode_as(hint, told) == value


@pytest.mark.parametrize(
    ("hint", "value", "complaint"),
    [
        (Event, {"Party": {}}, "expected one of AccountSeen, .* found Party"),
        (Event, {}, "found none"),
        (Event, {"TimePassed": {}, "QuoteSeen": {}}, "expected one of"),
        (Event, [], "expected dict, found list"),
        (tuple[str, int], ["a"], "expected 2 values, found 1"),
    ],
)
def test_what_does_not_fit_its_hint_is_an_error(hint: Any, value: object, complaint: str) -> None:
    with pytest.raises(FrameError, match=complaint):
        codec.decode_as(hint, value)


def test_a_type_that_cannot_travel_is_refused() -> None:
    with pytest.raises(TypeError, match="can travel"):
        codec.decode(complex, 1)


def test_only_one_kind_or_none_may_travel_without_its_name() -> None:
    with pytest.raises(TypeError, match="expected X"):
        codec.decode_as(int | str | None, 1)
