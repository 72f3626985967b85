import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from curb.paper.faults.fault import Fault, Plan
from curb.paper.faults.plan import PlanError, parse, read

TOML = """
seed = 7
[[fault]]
knob = "http.status"
where = "closeContract"
nth = 2
has = { status = 500 }
"""
MEANT = Plan(
    seed=7,
    fault=(Fault(knob="http.status", where="closeContract", nth=2, has={"status": 500}),),
)


@pytest.mark.parametrize(
    ("name", "text"),
    [("plan.toml", TOML), ("plan.json", json.dumps(asdict(MEANT)))],
)
def test_a_plan_is_read_from_toml_or_json(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read(tmp_path / name) == MEANT


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("none.toml", None, "No such file"),
        ("bytes.toml", b"\xff\xfe", "it is not text"),
        ("half.toml", b"seed =", "expected a plan of faults"),
        ("half.json", b"{", "expected a plan of faults"),
        ("knob.toml", b"[[fault]]\nknob = 'http.nothing'", "a knob of the menu, found 'http.no"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_its_name(
    tmp_path: Path, name: str, data: bytes | None, why: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(PlanError) as caught:
        read(tmp_path / name)
    assert name in str(caught.value)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def fault(**fields: Any) -> dict[str, Any]:
    return {"fault": [{"knob": "http.status", **fields}]}


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([], "plan: "),
        ({"seeds": 1}, "seeds: "),
        ({"fault": [{}]}, "fault.0.knob: "),
        (fault(knob="x" * 99), f"found '{'x' * 40}'"),
        (fault(has={"state": 1}), "http.status: expected figures out of status, found state"),
        (fault(knob="http.reset", has={"a": 1}), "http.reset: expected figures out of none"),
        (fault(has={"status": "500"}), "http.status: expected status like 503, found '500'"),
        (fault(has={"status": 500.5}), "http.status: expected status like 503, found 500.5"),
        (fault(has={"status": True}), "http.status: expected status like 503, found True"),
        (fault(knob="hub.close", has={"allow_reconnect": 1}), "allow_reconnect like True"),
        (fault(knob="hub.close", has={"error": 1}), "error like '', found 1"),
        (fault(knob="hub.drop", phase="after"), "hub.drop: has no effect to come after"),
        (fault(phase="between"), "fault.0.phase: "),
        (fault(during="lunch"), "fault.0.during: "),
        (fault(nth=0), "fault.0.nth: "),
        (fault(every=0), "fault.0.every: "),
        (fault(times=0), "fault.0.times: "),
        (fault(p=0), "fault.0.p: "),
        (fault(p=1.1), "fault.0.p: "),
        (fault(from_s=-1), "fault.0.from_s: "),
        (fault(until_s=-1), "fault.0.until_s: "),
    ],
)
def test_what_cannot_be_followed_is_refused_in_one_line(found: Any, why: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse(found)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_figure_is_the_plans_else_the_menus() -> None:
    assert Fault(knob="http.status", has={"status": 418}).figure("status") == 418
    assert Fault(knob="http.status").figure("status") == 503
    whole = parse({"fault": [{"knob": "http.timeout", "has": {"seconds": 3}}]})
    assert whole.fault[0].figure("seconds") == 3
