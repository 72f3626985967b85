"""`python -m tests.walk FOLDER`: walk through the README as a new user; pictures go to FOLDER.

Clones the repository, installs as the README says, and needs git and tmux.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.walk.host import host
from tests.walk.user import ESCAPE, User, tmux

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "UV_CACHE_DIR", "UV_INDEX_URL")
_NETWORK = ("SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
_SHELL = r"[$#]\s*\Z"
_CURB = "python3 -m uv run --no-dev curb"


async def walk(folder: Path) -> list[str]:
    """Do everything once; return the names of what was seen. Raises AssertionError."""
    with tempfile.TemporaryDirectory(prefix="walk-") as home:
        env = _environment(Path(home))
        clone = Path(home) / "curb"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)  # noqa: ASYNC221 - nothing else runs yet
        async with host(env) as (port, key):
            user = User(folder, port, key, env)
            try:
                async with user.session():
                    await _begin(user, clone)
                    await _act(user, clone)
                    await _look(user)
                async with user.session():
                    await _come_back(user)
            finally:
                await tmux(("kill-server",), env)
                subprocess.run(  # noqa: ASYNC221 - nothing else runs any more
                    [".venv/bin/curb", "stop", "--word", "STOP"],
                    cwd=clone,
                    env=env,
                    capture_output=True,
                    check=False,
                )
    return user.pictures


async def _begin(user: User, clone: Path) -> None:
    await user.command(f"cd {clone} && python3 -m venv .venv && . .venv/bin/activate; clear")
    await user.command(_start_command(clone))
    await user.sees("welcome", r"(?i)welcome|first start")
    await user.press(ESCAPE)
    await user.sees("armed", r"ARMED \d+/\d+")
    await user.sees("rule-fires", r"x RULE-00\d.* \d+ms")
    await user.sees("open-again", r"GRACE (?!MNQ)")


async def _act(user: User, clone: Path) -> None:
    await user.press("F")
    await user.sees("flatten-asked", r"(?i)flatten .*\?|nothing to flatten")
    await user.press("y")
    await user.sees("flattened", r"FLATTEN .* → (?s:.*) esc")
    await user.press(ESCAPE)
    config = clone / "config.toml"
    config.write_text(config.read_text().replace("loss_limit = 500 ", "loss_limit = 450 "))
    await user.press("r")
    await user.sees("reload-asked", r"500.*450")
    await user.press("y")
    await user.sees("reloaded", r"config reloaded")
    await user.press(ESCAPE)


async def _look(user: User) -> None:
    await user.press("5", "j", "j", "\r")
    await user.sees("why", r"(?i)why|what happened")
    await user.press(ESCAPE)
    await user.press("/", *"rule:002", "\r")
    await user.sees("filtered", r"(?i)rule:002")
    await user.press(ESCAPE, ":", *"head")
    await user.sees("palette", r"(?i)headroom")
    await user.press(ESCAPE, "?")
    await user.sees("help", r"(?i)search|keys")
    await user.press(ESCAPE, "t")
    await user.sees("theme", r"(?i)theme")


async def _come_back(user: User) -> None:
    await user.sees("attached-again", r"ARMED|LOCKED|COOLDOWN")
    await user.press("q")
    await user.sees("leave-asked", r"Enforcing goes on")
    await user.press("d")
    await user.sees("left", rf"goes on enforcing(.*\n)+.*{_SHELL}")
    await user.command(f"clear; {_CURB} status")
    await user.sees("status", rf"RULE-012 .*\n(.*\n)*.*{_SHELL}")
    await user.command(f"clear; {_CURB} doctor")
    await user.sees("doctor", rf"runs and enforces(.*\n)+.*{_SHELL}")
    await user.command(f"clear; {_CURB}")
    await user.sees("came-back", r"ARMED|LOCKED|COOLDOWN")
    await user.press("q", "s")
    screen = await user.sees("stop-asked", rf"STOP|{_SHELL}")
    if "STOP" in screen:
        await user.press(*"STOP", "\r")
    await user.sees("stopped", _SHELL)


def _start_command(clone: Path) -> str:
    lines = (clone / "README.md").read_text().splitlines()
    found = next(line for line in lines if line.startswith("python3 -m pip"))
    return found.split("#")[0].strip()


def _environment(home: Path) -> dict[str, str]:
    env = {name: os.environ[name] for name in (*_KEPT, *_NETWORK) if name in os.environ}
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    mine = {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "PS1": "$ ", "LANG": "C.UTF-8"}
    return env | mine | {"TMUX_TMPDIR": str(runtime), "SHELL": "/bin/sh"}


def main(argv: list[str] | None = None) -> int:
    """Walk; say what was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="for a picture of each screen")
    folder = parser.parse_args(argv).folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    seen = asyncio.run(walk(folder))
    sys.stdout.write(f"{len(seen)} screens in {folder}: {', '.join(seen)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
