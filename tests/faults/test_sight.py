"""Over the wire: a hub that is up and silent is found out, and a new month is seen by itself."""

import asyncio
from pathlib import Path

from tests.faults.stage import SYMBOL, Stage, staged


async def finds_out_a_silent_hub(stage: Stage) -> None:
    """Row 18: with the hub mute for ever, what the trader holds is known from REST, and told."""
    stage.lay({"knob": "hub.mute", "where": "user", "has": {"seconds": 3_600.0}})
    stage.hold()
    await stage.desk.shown(lambda account: [p.size for p in account.positions] == [1])
    row = await stage.engine.row("LINK", "gap", repair="subscribing again")
    assert row["reason"].startswith("user hub divergence: it did not tell ")
    assert row["reason"].endswith(", which REST shows: subscribing again")
    await stage.shown(lambda shown: shown.user_hub.word == "silent")
    await stage.shown(lambda shown: shown.health.unguarded == "USER silent")
    stage.breach()
    await stage.flat()
    await stage.engine.row("LINK", "gap", repair="connecting anew")
    stage.lay()
    await stage.healed()
    await stage.shown(lambda shown: "USER silent" in [gap.why for gap in shown.health.gaps])


async def sees_a_month_that_was_not_there(stage: Stage) -> None:
    """The contract rolls while Curb runs: the new month is learnt, quoted and guarded."""
    before = stage.contract_id
    stage.lay({"knob": "contract.roll", "where": SYMBOL, "times": 1})
    await stage.turned("contract.roll", 0)
    assert stage.contract_id != before
    stage.hold()
    await stage.desk.quoted(stage.contract_id)
    await stage.desk.shown(
        lambda account: (
            [p.contract_id for p in account.positions if p.symbol == SYMBOL and p.mark is not None]
            == [stage.contract_id]
        )
    )
    stage.breach()
    await stage.flat()
    stage.lay()
    await stage.healed()


def test_a_silent_hub_and_a_new_month(tmp_path: Path) -> None:
    async def scene() -> None:
        async with staged(tmp_path) as stage:
            await finds_out_a_silent_hub(stage)
            await sees_a_month_that_was_not_there(stage)

    asyncio.run(scene())
