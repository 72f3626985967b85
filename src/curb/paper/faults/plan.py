"""What shall go wrong, where, when and how often: a plan as a file or a request holds it."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from curb.paper.faults.menu import MENU, Value

Phase = Literal["before", "after"]
During = Literal["always", "position", "flat", "closing"]

_Seconds = Annotated[float, Field(ge=0)]


class PlanError(ValueError):
    """A plan that cannot be followed, with a line that says why."""


class Fault(BaseModel):
    """One entry of a plan: a knob of the menu and when it is turned.

    Without `nth`, `every` or `p` it happens each time it can; `times` bounds that. The
    seconds count from when the plan was laid down.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    knob: str
    # The end of a path, the name of a hub, an event's name, a contract's symbol; "": anywhere.
    where: str = ""
    phase: Phase = "before"  # of the effect that a request has
    during: During = "always"  # what the account is at, as the venue sees it
    from_s: _Seconds = 0
    until_s: _Seconds | None = None
    nth: Annotated[int, Field(gt=0)] | None = None
    every: Annotated[int, Field(gt=0)] | None = None
    p: Annotated[float, Field(gt=0, le=1)] | None = None
    times: Annotated[int, Field(gt=0)] | None = None
    has: dict[str, Value] = Field(default_factory=dict)  # the knob's own figures

    @model_validator(mode="after")
    def _is_on_the_menu(self) -> Self:
        knob = MENU.get(self.knob)
        if knob is None:
            raise ValueError(f"expected a knob of the menu, found {self.knob[:40]!r}")
        for key, value in self.has.items():
            if key not in knob.has:
                found = ", ".join(knob.has) or "none"
                raise ValueError(f"{self.knob}: expected figures out of {found}, found {key[:40]}")
            if not _is_like(value, knob.has[key]):
                raise ValueError(
                    f"{self.knob}: expected {key} like {knob.has[key]!r}, found {value!r}"
                )
        if self.phase == "after" and not knob.has_phases:
            raise ValueError(f"{self.knob}: has no effect to come after; leave the phase out")
        return self

    def figure(self, name: str) -> Any:
        """Return a figure of the knob, the menu's own where none was given."""
        return self.has.get(name, MENU[self.knob].has[name])


class Plan(BaseModel):
    """A seed, and what shall go wrong. The same plan goes wrong the same way each time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    fault: tuple[Fault, ...] = ()


def read(path: Path) -> Plan:
    """Return the plan of a TOML or JSON file. Raises PlanError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise PlanError(f"{path}: expected a plan of faults: {why}") from None
    try:
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise PlanError(f"{path}: expected a plan of faults: {error}") from None
    try:
        return parse(found)
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from None


def parse(found: Any) -> Plan:
    """Return the plan of a parsed body. Raises PlanError."""
    try:
        return Plan.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "plan"
        words = str(first["msg"]).removeprefix("Value error, ")
        raise PlanError(f"{place}: {words}") from None


def _is_like(value: Value, example: Value) -> bool:
    if isinstance(example, bool) or isinstance(value, bool):
        return isinstance(example, bool) and isinstance(value, bool)
    if isinstance(example, str):
        return isinstance(value, str)
    # A number may be written with or without a point, a size only without.
    return isinstance(value, int) or (isinstance(value, float) and isinstance(example, float))
