"""The one shape of a rule."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict


class Rule(BaseModel):
    """A risk rule: its fields are its keys in `config.toml`; it holds no state."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    id: ClassVar[str]
    key: ClassVar[str]
    title: ClassVar[str]

    enabled: bool
    """Whether the rule watches at all."""
    mode: Literal["enforce", "warn"]
    """"enforce" acts; "warn" only tells."""
