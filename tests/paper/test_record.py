from datetime import timedelta
from pathlib import Path

import pytest

from curb.paper.record import Record, brief
from curb.wire import exact
from tests.paper.play import START


def test_rows_are_told_by_time_and_bounded() -> None:
    record = Record()
    for step in range(5_010):
        record.add(START + timedelta(seconds=step), "note", {"n": step})
    record.add(START, "request", {"n": -1})
    rows = record.rows()
    assert len(rows) == 5_000
    assert [rows[0]["n"], rows[-1]["n"]] == [-1, 5_009]


def test_quotes_go_to_the_file_only(tmp_path: Path) -> None:
    record = Record(tmp_path / "r.jsonl")
    record.open()
    record.add(START, "note", {"text": "a"})
    record.add_quote(START, {"target": "GatewayQuote"})
    record.close()
    assert [row["kind"] for row in record.rows()] == ["note"]
    lines = (tmp_path / "r.jsonl").read_text().splitlines()
    assert [exact.loads(line)["kind"] for line in lines] == ["note", "event"]
    assert exact.loads(lines[0])["at"] == "2026-11-20T15:00:00.000000+00:00"


def test_the_file_is_turned_over_at_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    record = Record(path, max_bytes=1_000)
    record.open()
    for step in range(40):
        record.add(START, "note", {"n": step})
    record.close()
    older = path.with_name("r.jsonl.1")
    assert path.stat().st_size <= 1_000
    assert older.stat().st_size <= 1_000
    lines = older.read_text().splitlines() + path.read_text().splitlines()
    numbers = [exact.loads(line)["n"] for line in lines]
    assert numbers == list(range(numbers[0], 40))


def test_a_second_start_goes_on_in_the_same_file(tmp_path: Path) -> None:
    for _ in range(2):
        record = Record(tmp_path / "r.jsonl")
        record.open()
        record.add(START, "note", {})
        record.flush()
        record.close()
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == 2


def test_without_a_file_nothing_is_written() -> None:
    record = Record()
    record.open()
    record.add_quote(START, {"a": 1})
    record.flush()
    record.close()
    assert record.rows() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_ends_the_file_and_not_the_gateway(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.symlink_to("/dev/full")
    record = Record(path)
    record._file = path.open("a", encoding="utf-8")
    for step in range(3):
        record.add(START, "note", {"n": step})
    record.flush()
    record.add(START, "note", {"n": 3})
    record.close()
    assert [row.get("n") for row in record.rows() if "n" in row] == [0, 1, 2, 3]
    assert "No space left" in str(record.rows())


def test_what_a_client_sent_is_cut_where_it_is_long() -> None:
    assert brief({"a": 1}) == {"a": 1}
    assert len(brief(["x" * 10_000])) == 2_000
