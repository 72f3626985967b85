"""Where a file says what: the lines that a row of the audit points at."""

from curb.config.canonical import canonical, digest
from curb.config.locate import dotted, locate
from curb.config.parse import parse_bytes
from curb.domain.why import Clauses


def clauses(data: bytes, file: str, account: str | None) -> Clauses:
    """Return the tables and lines that hold for the account of that name, or for all.

    Raises ConfigError where the file cannot be used.
    """
    config = parse_bytes(data, file)
    own = config.overrides.get(account, ()) if account else ()
    tables = {rule.id: dotted(("rules", rule.key)) for rule in config.rules}
    tables |= {rule.id: dotted(("accounts", account or "", "rules", rule.key)) for rule in own}
    lines = {dotted(path): line for path, line in locate(data.decode()).keys.items()}
    return Clauses(file, digest(canonical(config)), tables, lines)
