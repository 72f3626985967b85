"""The order in which rules are shown: what needs a look first."""

from collections.abc import Iterable

from curb.domain.snapshot import RuleView

CALM = ("ok", "warn only", "off")
_RANKS = {"LOCKED": 0, "GRACE": 1, "COOLDOWN": 2, "not evaluated": 3, "warn": 4, "off": 9}
_OK = 8
_STRANGE = 3  # a word of a newer engine is looked at, not hidden


def ranked(rules: Iterable[RuleView]) -> tuple[RuleView, ...]:
    """Return the rules that hold or warn, then the others by number, then those switched off."""
    return tuple(sorted(rules, key=lambda rule: (_rank(rule), rule.id)))


def _rank(rule: RuleView) -> int:
    if rule.word in ("ok", "warn only"):
        return _OK
    return _RANKS.get(rule.word, _STRANGE)
