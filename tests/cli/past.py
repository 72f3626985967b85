"""A state directory with an audit in it, and no engine."""

import asyncio
from dataclasses import replace
from pathlib import Path

from curb.cli.places import database_path
from curb.domain.actions import SaveAudit
from curb.domain.audit import Act, AuditRow
from tests.control.samples import row
from tests.store.samples import opened

ROWS: tuple[AuditRow, ...] = (
    replace(row(1, "started"), account_id=None, account=None, rule="ENGINE", action=Act.START),
    replace(row(2), success=True),
    replace(row(3, "MNQ flattened by key"), rule="MANUAL", action=Act.FLATTEN, symbol="MNQ"),
    replace(row(4, "no such order"), rule="RULE-012", action=Act.MOVE_STOP, success=False),
)


def kept(state_dir: Path) -> Path:
    """Keep the rows in a state directory; return it."""

    async def save() -> None:
        async with opened(database_path(state_dir)) as database:
            await database.save([SaveAudit(each) for each in ROWS])

    asyncio.run(save())
    return state_dir
