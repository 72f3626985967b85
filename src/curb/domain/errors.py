"""What can go wrong, split by what the caller can do about it.

CurbError
├── ConfigError      the file is wrong: mend the line named
├── CredentialsError no usable key: set it
├── Refused          the gateway said no, for good: `code` says why
├── OutcomeUnknown   it may have happened: re-read before anything
├── LinkLost         nothing was heard: try again
├── AuthLost         the token is no good: log in again
├── StoreError       the database cannot be used
│   ├── StoreDamaged its content is lost: set it aside
│   └── StoreOlder   an older version made it: migrate it
└── Busy             no engine answers
    └── Held         another engine holds this account: attach to it
"""


class CurbError(Exception):
    """Base of all; its text is one line for the user."""

    exit_code = 2


class ConfigError(CurbError):
    """A configuration that cannot be used."""

    def __init__(self, file: str, line: int | None, key: str, expected: str, found: str) -> None:
        self.file = file
        self.line = line
        self.key = key
        self.expected = expected
        self.found = found
        place = f"{file}:{line}" if line else file
        subject = f" {key}:" if key else ""
        super().__init__(f"{place}:{subject} expected {expected}, found {found}")


class CredentialsError(CurbError):
    """The credentials are absent or cannot be used."""


class Refused(CurbError):  # noqa: N818 - the outcome's name
    """The gateway refused, definitely."""

    def __init__(self, words: str, code: int | None = None) -> None:
        self.code = code
        super().__init__(words)


class OutcomeUnknown(CurbError):  # noqa: N818 - the outcome's name
    """A request may or may not have had its effect."""


class LinkLost(CurbError):  # noqa: N818 - the outcome's name
    """The gateway cannot be reached."""


class AuthLost(CurbError):  # noqa: N818 - the outcome's name
    """The gateway no longer accepts our token."""


class StoreError(CurbError):
    """The database cannot be opened, read or written."""


class StoreDamaged(StoreError):  # noqa: N818 - the state's name
    """The database holds what nobody can read any more, or what was never ours to write."""


class StoreOlder(StoreError):  # noqa: N818 - the state's name
    """The database is of an older schema, and only migrated by who may write to it."""


class Busy(CurbError):  # noqa: N818 - the state's name
    """Somebody else holds what is needed, or nobody answers."""


class Held(Busy):
    """An engine is there already; another start does not mend that, waiting for it may."""

    exit_code = 75
