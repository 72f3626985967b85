"""The `[keys]` table: the key of every command of the screen, no key twice."""

from typing import Annotated, Any

from pydantic import ValidationInfo, create_model, field_validator

from curb.config.checks import Says, unexpected
from curb.config.models import Table
from curb.domain.keys import (
    ANSWERS,
    ASKING,
    DANGEROUS,
    FIXED,
    KEYS,
    WAYS_OUT,
    is_deliberate,
    is_key,
)

_KEY = 'a key such as "F", "f5" or "ctrl+f"'
_OWN = "a key of its own"


class KeyTable(Table):
    """Which key does what on the screen."""

    @field_validator("*")
    @classmethod
    def _fits(cls, key: str, info: ValidationInfo) -> str:
        return check_key(str(info.field_name), key, info.data)

    def by_id(self) -> dict[str, str]:
        """Return the key of each command."""
        return {name: getattr(self, name) for name in type(self).model_fields}


def check_key(command: str, key: str, above: dict[str, Any]) -> str:
    """Return `key` where the command can have it; `above` are the commands before it.

    Raises ValueError, or PydanticCustomError with what was expected.
    """
    if not is_key(key):
        raise ValueError("no key")
    owner = FIXED.get(key, command)
    if owner != command:
        raise unexpected(_OWN, f'"{key}", which is always {owner}')
    if (key in ANSWERS and command in ASKING) or (command == "quit" and key in WAYS_OUT):
        raise unexpected("a key that answers no question")
    if command in DANGEROUS and not is_deliberate(key):
        raise unexpected("a capital letter, a function key, or ctrl and a letter")
    for other, taken in above.items():
        if taken == key:
            raise unexpected(_OWN, f'"{key}", which is {other} already')
    return key


# One field a command: a new one is added where the commands are listed.
_FIELDS: dict[str, Any] = {known.id: (Annotated[str, Says(_KEY)], ...) for known in KEYS}
Keys: type[KeyTable] = create_model("Keys", __base__=KeyTable, **_FIELDS)
