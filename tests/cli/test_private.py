"""The memory of the program, with the key in it, is nobody else's."""

import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, resource, sys
import curb.__main__ as program
sys.argv = ["curb", "config", "path"]
program.main()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_no_core_dump_and_no_other_program_has_the_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "(0, 0) 0"
