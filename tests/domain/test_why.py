"""Why a row of the audit stands there."""

from curb.domain import codec
from curb.domain.why import Why, markdown

WHY = Why(
    7,
    "Row 7: RULE-001 flatten",
    (("Event", ("trade 12", "2 of *ES* [x] <b>")), ("Arithmetic", ("-5 <= -5",))),
)


def test_a_page_of_text_is_no_markup_but_its_own() -> None:
    assert markdown(WHY) == (
        "# Row 7: RULE-001 flatten\n\n## Event\n\n- trade 12\n- 2 of \\*ES\\* \\[x] \\<b>\n\n"
        "## Arithmetic\n\n- -5 <= -5\n"
    )


def test_it_travels() -> None:
    assert codec.decode(Why, codec.encode(WHY)) == WHY
