"""What is said of what was asked of the engine, and how long it stays."""

from dataclasses import replace

import pytest

from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.audit import Act, AuditRow
from curb.tui.results import answered, begun, farewell, finished
from curb.tui.ui import Ask, Inquiry, Leave, Result, Send, Sent, Ui
from curb.tui.view import View

from . import scenes
from .moments import text, view
from .test_rooms import ROOM

MNQ = Send("flatten", {"account_id": scenes.ACCOUNT, "symbol": "MNQ"}, "FLATTEN MNQ")
ALL = Send("flatten", {"symbol": None}, "FLATTEN ALL")
AT = "14:33:07.120"
YES = Reply(ok=True, text="flatten MNQ sent")


def done(**changes: object) -> AuditRow:
    known = scenes.row(10, 0, "MANUAL", Act.CLOSE_POSITION, "MNQ flattened by key", symbol="MNQ")
    return replace(known, success=True, execution_time_ms=214, **changes)  # type: ignore[arg-type]


def sent(send: Send, moment: View | None = None) -> Ui:
    """The screen after a flatten was sent and the engine took it."""
    moment = moment or view()
    return answered(begun(Ui(), send, moment), send, YES, moment)


def test_a_flatten_stays_from_its_sending_to_its_end() -> None:
    ui = sent(MNQ)
    assert ui.result == Result(f"FLATTEN MNQ sent {AT}", is_good=True, is_sticky=True)
    ui = finished(ui, done())
    words = f"FLATTEN MNQ sent {AT} → done in 214 ms: MNQ flattened by key"
    assert ui.result == Result(words, is_good=True, is_sticky=True)
    assert ui.sent is None
    assert finished(ui, done(reason="another")) == ui


def test_an_end_that_comes_before_the_reply_is_not_covered_by_it() -> None:
    old = Result("an old one", is_good=True, is_sticky=True)
    ui = begun(Ui(result=old), MNQ, view())
    assert (ui.sending, ui.result) == ("FLATTEN MNQ", None)
    ended = finished(ui, done())
    ui = answered(ended, MNQ, YES, view())
    assert ui == replace(ended, sending="")
    assert ui.result is not None
    assert "done in 214 ms" in ui.result.text


@pytest.mark.parametrize(
    "row",
    [
        done(symbol="MES"),
        done(symbol=None),
        done(account_id=77),
        done(action=Act.LOCK),
    ],
)
def test_another_end_is_not_its_end(row: AuditRow) -> None:
    ui = sent(MNQ)
    assert finished(ui, row) == ui


@pytest.mark.parametrize("ms", [None, 9])
def test_a_failure_is_red_and_can_be_tried_again(ms: int | None) -> None:
    ui = sent(MNQ)
    failed = finished(ui, replace(done(), success=False, execution_time_ms=ms))
    assert failed.result is not None
    assert (failed.result.is_good, failed.result.retry) == (False, MNQ)
    assert "FAILED" in failed.result.text
    foot = text(view(ui=failed), 120, part="foot")
    assert "R retry · esc closes" in foot
    assert "R retry" not in text(view(ui=failed, is_observing=True), 120, part="foot")


def test_what_never_reached_the_engine_can_be_tried_again() -> None:
    lost = Reply(ok=False, text="the engine went away before it answered")
    ui = answered(Ui(sent=Sent(ALL, AT, 1)), ALL, lost, view())
    words = f"FLATTEN ALL sent {AT} → FAILED: the engine went away before it answered"
    assert ui.result == Result(words, is_good=False, is_sticky=True, retry=ALL)
    assert ui.sent is None
    assert answered(Ui(), ALL, lost, view(None, now=None)).result is not None


def test_each_accounts_end_is_told_and_a_failure_is_not_covered() -> None:
    everything = done(symbol=None, action=Act.FLATTEN)
    ui = sent(ALL, view(scenes.TWO))
    assert ui.sent is not None
    assert ui.sent.accounts == 2
    ui = finished(ui, replace(everything, success=False, reason="first"))
    ui = finished(ui, replace(everything, account_id=77, reason="second"))
    assert ui.sent is None
    assert ui.result is not None
    assert ui.result.text.endswith("FAILED in 214 ms: first")


@pytest.mark.parametrize(
    ("reply", "words"),
    [("acknowledge: none", "acknowledge: none"), ("no alert", "ACKNOWLEDGE: no alert")],
)
def test_other_answers_are_one_sentence_until_the_next_key(reply: str, words: str) -> None:
    ui = answered(Ui(), Send("ack", {}, "ACKNOWLEDGE"), Reply(ok=True, text=reply), view())
    assert ui.result == Result(f"14:33:07 {words}", is_good=True)


def test_a_question_to_the_engine_is_answered_by_a_sheet_below_what_is_asked() -> None:
    asked = Ask("FLATTEN?", "Y", "X", 105.0, ALL)
    reply = Reply(ok=True, text="", data=codec.encode(ROOM))
    ui = answered(Ui(ask=asked), Inquiry("headroom", {}), reply, view())
    assert ui.card is not None
    assert ui.card.title.startswith("Headroom MNQ")
    assert ui.ask == asked
    preview = Reply(ok=True, text="", data={"changes": []})
    card = answered(Ui(), Send("reload_preview", {}, "RELOAD"), preview, view()).card
    assert card is not None
    assert card.kind == "reload"
    no = Reply(ok=False, text="the gateway offers no ZZ")
    told = answered(Ui(), Inquiry("headroom", {}), no, view())
    assert (told.card, told.result) == (
        None,
        Result("14:33:07 headroom: the gateway offers no ZZ", is_good=False),
    )


def test_a_flatten_of_what_a_rule_has_closed_is_no_failure() -> None:
    reply = Reply(ok=False, text="nothing open in MNQ", data={"flat": True})
    ui = answered(begun(Ui(), MNQ, view()), MNQ, reply, view())
    assert ui.result == Result(
        "14:33:07 FLATTEN MNQ: nothing to do, nothing open in MNQ", is_good=True
    )
    assert ui.sent is None


def test_whoever_leaves_is_told_what_goes_on() -> None:
    stays, stops = Leave(stop_engine=False), Leave(stop_engine=True)
    assert "engine 4242 goes on enforcing" in farewell(view(), stays)
    assert "nothing is enforced any more" in farewell(view(), stops)
    assert farewell(view(is_observing=True), stays) == ""
    assert farewell(view(None), stays) == ""
