"""The `proof` fixture and how its table is written."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import matrix
from tests.matrix import Key, Proof

# One tree has one outcome, on a slow machine too; `--hypothesis-profile search` looks further.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

_WRITTEN = pytest.StashKey[dict[Key, str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-proof", action="store_true", help="write .github/proof.md")


def pytest_configure(config: pytest.Config) -> None:
    words = "proof(rule, near_miss=..., breach=..., recovery=...): what a test shows of a rule"
    config.addinivalue_line("markers", words)
    if config.getoption("--write-proof"):
        config.stash[_WRITTEN] = {}


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    written = session.config.stash.get(_WRITTEN, None)
    if written and exitstatus == pytest.ExitCode.OK:
        matrix.PLACE.write_text(matrix.rendered(matrix.table() | written))


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Iterator[Proof]:
    """What the test's mark says it shows."""
    mark = request.node.get_closest_marker("proof")
    (rule,) = mark.args
    shown = Proof(rule, mark.kwargs, request.config.stash.get(_WRITTEN, None))
    yield shown
    shown.end()
