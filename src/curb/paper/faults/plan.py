"""What shall go wrong, where, when and how often: a plan as a file or a request holds it."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from curb.paper.faults.fault import During, Fault, Phase, Plan
from curb.paper.faults.menu import MENU, Value

_Seconds = Annotated[float, Field(ge=0)]


class PlanError(ValueError):
    """A plan that cannot be followed, with a line that says why."""


class _Fault(BaseModel):
    """An entry as it is written: the fields of `Fault`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    knob: str
    where: str = ""
    phase: Phase = "before"
    during: During = "always"
    from_s: _Seconds = 0
    until_s: _Seconds | None = None
    nth: Annotated[int, Field(gt=0)] | None = None
    every: Annotated[int, Field(gt=0)] | None = None
    p: Annotated[float, Field(gt=0, le=1)] | None = None
    times: Annotated[int, Field(gt=0)] | None = None
    has: dict[str, Value] = Field(default_factory=dict)

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


class _Plan(BaseModel):
    """A plan as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    fault: tuple[_Fault, ...] = ()


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
        written = _Plan.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "plan"
        words = str(first["msg"]).removeprefix("Value error, ")
        raise PlanError(f"{place}: {words}") from None
    return Plan(written.seed, tuple(Fault(**dict(each)) for each in written.fault))


def _is_like(value: Value, example: Value) -> bool:
    if isinstance(example, bool) or isinstance(value, bool):
        return isinstance(example, bool) and isinstance(value, bool)
    if isinstance(example, str):
        return isinstance(value, str)
    # A number may be written with or without a point, a size only without.
    return isinstance(value, int) or (isinstance(value, float) and isinstance(example, float))
