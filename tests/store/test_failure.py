import sqlite3
from pathlib import Path

import pytest

from curb.store.failure import failure

PATH = Path("/somewhere/curb.db")


@pytest.mark.parametrize(
    ("e", "words"),
    [
        (PermissionError(13, "Permission denied"), "cannot open it: Permission denied"),
        (OSError("odd"), "cannot open it: odd"),
        (ValueError("expected a time,\nfound \x1b[2J"), "cannot open it: expected a time,·found"),
        (sqlite3.ProgrammingError("closed"), "cannot open it: closed"),
    ],
)
def test_a_failure_names_the_file_and_the_cause_in_one_line(e: Exception, words: str) -> None:
    text = str(failure(PATH, "open it", e))
    assert text.startswith(f"{PATH}: {words}")
    assert text.isprintable()


def test_what_sqlite_reports_says_what_to_do(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    connection.execute("PRAGMA query_only = 1")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    text = str(failure(PATH, "write to it", caught.value))
    assert "make the file and its directory writable for you (SQLITE_READONLY)" in text
