from dataclasses import replace

import pytest

from curb.domain.anchors import Anchor, Damaged, Facts, Finding, Head, judge

ANCHOR = Anchor("a1", 7, "seal-7")
LEFT = Facts("a1", 7, "seal-7", "seal-7", is_known=True)
NEW = Facts("", 0, "", "seal-0", is_known=False)
EDITED = replace(LEFT, sealed="other")
AHEAD = Facts("a1", 8, "seal-8", "seal-8", is_known=True)
BEHIND = Facts("a1", 6, "seal-6", "seal-6", is_known=True)


@pytest.mark.parametrize(
    ("anchor", "facts", "finding"),
    [
        (None, NEW, Finding.FIRST),
        (None, replace(LEFT, is_known=False), Finding.FIRST),
        (ANCHOR, LEFT, Finding.SAME),
        (ANCHOR, replace(LEFT, is_known=False), Finding.SAME),
        (ANCHOR, AHEAD, Finding.SAME),
        (ANCHOR, NEW, Finding.DELETED),
        (replace(ANCHOR, sequence=0), NEW, Finding.FIRST),
        (replace(ANCHOR, sequence=0, seal=""), LEFT, Finding.SAME),
        (ANCHOR, replace(LEFT, id="b2"), Finding.ANOTHER),
        (ANCHOR, BEHIND, Finding.ROLLED_BACK),
        (ANCHOR, EDITED, Finding.EDITED),
        (ANCHOR, replace(AHEAD, sealed="other"), Finding.EDITED),
        (ANCHOR, replace(LEFT, seal="mine", sealed="mine"), Finding.EDITED),
        (ANCHOR, replace(LEFT, seal=""), Finding.EDITED),
        (ANCHOR, replace(LEFT, has_audit=False), Finding.AUDIT_CHANGED),
        (ANCHOR, replace(AHEAD, has_audit=False), Finding.AUDIT_CHANGED),
        (ANCHOR, replace(BEHIND, has_audit=False), Finding.ROLLED_BACK),
        (None, LEFT, Finding.UNANCHORED),
        (None, EDITED, Finding.EDITED),
        (None, replace(EDITED, is_known=False), Finding.EDITED),
        (Damaged.DAMAGED, LEFT, Finding.ANCHOR_DAMAGED),
        (Damaged.DAMAGED, NEW, Finding.ANCHOR_DAMAGED),
    ],
)
def test_the_state_is_judged_by_both_places(
    anchor: Anchor | Damaged | None, facts: Facts, finding: Finding
) -> None:
    assert judge(anchor, facts) is finding


def test_only_a_first_start_and_the_same_state_are_no_loss() -> None:
    assert {finding for finding in Finding if not finding.is_loss} == {Finding.FIRST, Finding.SAME}


def test_a_link_in_short_is_its_number_and_the_beginning_of_its_hash() -> None:
    assert Head(7, "0123456789abcdef" * 4).words == "7:0123456789ab"
