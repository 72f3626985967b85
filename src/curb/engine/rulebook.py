"""What a rule is and how it is set: its documentation, its keys, their values in force."""

import json
from decimal import Decimal
from typing import Any

from curb.config.canonical import rule_tables
from curb.engine.policy import Policy


def chapter(rule_id: str, policy: Policy) -> dict[str, Any] | None:
    """Return what the configuration in force says of a rule, on or off; None of no such rule.

    `keys` are those of `config.toml` in its order, each with its value as it is spelled there.
    """
    for rule in (*policy.rules, *policy.off):
        if rule.id != rule_id:
            continue
        values = rule_tables((rule,))[rule.key]
        fields = type(rule).model_fields
        return {
            "id": rule.id,
            "title": rule.title,
            "table": f"rules.{rule.key}",
            "doc": type(rule).__doc__ or "",
            "keys": [
                {
                    "key": name,
                    "value": _spelled(values[name]),
                    "doc": " ".join((field.description or "").split()),
                }
                for name, field in fields.items()
            ],
        }
    return None


def _spelled(value: Any) -> str:
    match value:
        case dict():
            inside = ", ".join(f"{key} = {_spelled(each)}" for key, each in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case list():
            return f"[{', '.join(map(_spelled, value))}]"
        case Decimal():
            return f"{value:f}"
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)
