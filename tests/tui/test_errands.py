import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from curb.control.frames import Reply
from curb.domain.audit import AuditRow
from curb.domain.errors import StoreError
from curb.domain.query import AuditQuery
from curb.tui.archive import Archive
from curb.tui.errands import Errand, Errands
from curb.tui.log import Fetch, Goal, Log
from curb.tui.ui import AUDIT, Ask, Copy, Explain, Export, Leave, Result, Send, Ui

from . import scenes
from .archived import Kept, many
from .moments import app, view
from .test_app import settle

ALL = Export(AuditQuery(), "csv")
STAMP = f"{scenes.AT:%Y%m%d-%H%M%S}"


@dataclass
class Broken(Kept):
    def export(self, query: AuditQuery, path: Path) -> int:
        assert query == ALL.query
        raise StoreError(f"{path}: cannot export: No space left on device")


async def _silent(_: str, **__: Any) -> Reply:
    return Reply(ok=False, text="no engine answers")


def after(errand: Errand, archive: Archive | None, folder: Path | None, ui: Ui | None = None) -> Ui:
    errands = Errands(archive, folder, lambda _: None, _silent)
    moment = view(ui=ui or Ui(errand="EXPORT"))
    return asyncio.run(errands.run(errand, lambda: moment))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def result(ui: Ui) -> tuple[str, bool]:
    assert ui.result is not None
    return ui.result.text, ui.result.is_good


@pytest.mark.parametrize(("count", "rows"), [(1_204, "1,204 rows"), (1, "1 row")])
def test_an_export_says_where_it_is_and_how_many(tmp_path: Path, count: int, rows: str) -> None:
    ui = after(ALL, Kept(many(count)), tmp_path)
    path = tmp_path / f"audit-{STAMP}.csv"
    assert result(ui) == (f"EXPORTED {rows} to {path}", True)
    assert len(path.read_text().splitlines()) == count
    assert ui.errand == ""


def test_an_export_that_fails_says_why_and_is_over(tmp_path: Path) -> None:
    ui = after(ALL, Broken(()), tmp_path)
    assert "cannot export: No space left" in result(ui)[0]
    assert (result(ui)[1], ui.errand) == (False, "")


@pytest.mark.parametrize("archive", [None, Kept(())])
def test_without_a_database_or_a_folder_nothing_is_exported(archive: Archive | None) -> None:
    ui = after(ALL, archive, None)
    assert result(ui)[0].startswith("nothing is exported")
    assert ui.errand == ""


def test_a_copy_says_which_way_it_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    ui = after(Copy("text", "row 7"), None, tmp_path)
    words = f"COPIED row 7: the terminal (OSC 52), {tmp_path / 'clip.txt'}"
    assert result(ui) == (words, True)


@dataclass
class Unreadable(Kept):
    def older(self, query: AuditQuery, before_id: int | None, limit: int) -> tuple[AuditRow, ...]:
        raise StoreError(f"cannot read {limit} rows of {query} before {before_id}")


def test_a_page_that_cannot_be_read_is_told_and_may_be_asked_for_again() -> None:
    fetch = Fetch(Goal.OLDER, AuditQuery(), scenes.ROWS[0].id)
    ui = after(fetch, Unreadable(()), None, Ui(log=Log(reading=Goal.OLDER)))
    assert result(ui)[0].startswith("cannot read 200 rows")
    # What was not read is not the end.
    assert (ui.log.reading, ui.log.is_oldest) == (None, False)
    ui = after(fetch, Kept(()), None, Ui(log=Log(reading=Goal.OLDER)))
    assert (ui.log.reading, ui.log.is_oldest) == (None, True)


@pytest.mark.parametrize("errand", [ALL, Copy("text", "row 7")])
def test_a_flatten_that_failed_is_not_covered(errand: Errand) -> None:
    failed = Result("FAILED", is_good=False, is_sticky=True, retry=Send("flatten", {}, "FLATTEN"))
    ui = after(errand, None, None, Ui(result=failed, errand="EXPORT"))
    assert ui.result == failed


def test_why_is_not_laid_over_a_question() -> None:
    explain = Explain(scenes.ROWS[-1])
    card = after(explain, None, None).card
    assert card is not None
    assert card.kind == "why"
    ask = Ask("FLATTEN", "y", "F", 200.0, Leave(stop_engine=False))
    ui = after(explain, None, None, replace(Ui(), ask=ask))
    assert (ui.ask, ui.card) == (ask, None)


def test_keys_copy_export_and_explain_rows_of_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    rows = many(12_000)

    async def scenario() -> None:
        shown = app(rows=rows[-5_000:], archive=Kept(rows), exports=tmp_path)

        def says(words: str) -> bool:
            return shown.ui.result is not None and words in shown.ui.result.text

        async def press(keys: Iterable[str]) -> None:
            for key in keys:
                await pilot.press(key)

        async with shown.run_test(size=(120, 40)) as pilot:
            await press(["5", "down", "y"])
            await settle(pilot, lambda: says("COPIED row 11999"))
            assert (tmp_path / "clip.txt").read_text().startswith("11999 ")
            await press(["slash", *"cl", "enter", "e", "j"])
            await settle(pilot, lambda: says("EXPORTED 120 rows"))
            assert names(tmp_path) == ["clip.txt", f"audit-{STAMP}.jsonl"][::-1]
            await press(["enter"])
            await settle(pilot, lambda: shown.ui.card is not None)
            await press(["y"])
            await settle(pilot, lambda: says("COPIED why of row 12000"))
            assert (tmp_path / "clip.txt").read_text().startswith("# Row 12000")
            assert shown.ui.pane == AUDIT

    asyncio.run(scenario())
