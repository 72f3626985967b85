import contextlib
import os
import signal
from collections.abc import Iterator

import pytest

from tests.cli.live import STARTED


@pytest.fixture(autouse=True)
def no_engine_outlives_its_test() -> Iterator[None]:
    """A test that failed leaves no engine behind."""
    STARTED.clear()
    yield
    for pid in STARTED:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
