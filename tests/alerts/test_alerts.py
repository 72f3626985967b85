from dataclasses import dataclass, field, replace
from typing import cast

from curb.alerts.alerts import Alerts
from curb.alerts.message import Message
from curb.alerts.sender import Sender
from curb.domain.alerts import AlertPlan

from .rows import BREACH, WARNING


@dataclass
class Kept:
    """A sender that keeps what it is handed."""

    names: tuple[str, ...] = ("webhook",)
    texts: list[str] = field(default_factory=list)

    def put(self, message: Message) -> None:
        self.texts.append(message.title.removeprefix("Curb …8841 "))


class Scene:
    def __init__(self, plan: AlertPlan, *names: str) -> None:
        self.sender = Kept(names or ("webhook",))
        self.plan = plan
        self.moment = 0.0
        self.alerts = Alerts(cast("Sender", self.sender), lambda: self.plan, lambda: self.moment)


def test_a_row_is_told_once_and_again_when_it_failed() -> None:
    scene = Scene(AlertPlan("breach"))
    for success in (None, True):
        scene.alerts(replace(BREACH, success=success))
    scene.alerts(replace(BREACH, id=9, success=None))
    scene.alerts(replace(BREACH, id=9, success=False))
    scene.alerts(WARNING)
    assert scene.sender.texts == [
        "RULE-002 MNQ: reduce position",
        "RULE-002 MNQ: reduce position",
        "RULE-002 MNQ: reduce position FAILED",
    ]


def test_a_changed_plan_holds_for_the_next_row() -> None:
    scene = Scene(AlertPlan())
    scene.alerts(WARNING)
    scene.plan = AlertPlan("warn")
    scene.alerts(replace(WARNING, id=10))
    assert scene.sender.texts == ["RULE-003: warn"]


def test_too_many_are_counted_and_told_in_one() -> None:
    scene = Scene(AlertPlan("breach", 2))
    for number in range(5):
        scene.alerts(replace(BREACH, id=100 + number))
    scene.alerts.tick()
    assert len(scene.sender.texts) == 1
    scene.moment = 60.0
    scene.alerts.tick()
    scene.alerts.tick()
    assert scene.sender.texts[1:] == ["Curb: more"]


def test_without_a_service_nothing_is_remembered() -> None:
    scene = Scene(AlertPlan("all"))
    scene.sender.names = ()
    scene.alerts(BREACH)
    scene.alerts.tick()
    assert scene.sender.texts == []
