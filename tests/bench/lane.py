"""A flatten after a long quiet, over TLS: the connection for it has to be warm by then."""

import asyncio
import os
import ssl
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.breach import Taken, one_round
from tests.bench.clients import CURB, client
from tests.bench.figures import Figure, quantile
from tests.bench.plain import Plain

Tell = Callable[[str], None]

_OPENSSL = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem"
)


@dataclass(frozen=True, slots=True)
class LanePlan:
    """How often, and how soon the server lets an idle connection go."""

    samples: int = 12
    warm: int = 40  # breaches in quick succession, before each quiet
    keep_alive_s: float = 10
    quiet: float = 3  # times the server's keep-alive


async def measure_lane(plan: LanePlan, tell: Tell) -> list[Figure]:
    """Measure breaches in quick succession and after a quiet, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        gateway = Plain(keep_alive_s=plan.keep_alive_s)
        await gateway.start(_context(home))
        # The certificate is nobody's but ours: the client is told to trust it.
        os.environ["SSL_CERT_FILE"] = str(home / "cert.pem")
        try:
            async with client(CURB, home, gateway):
                warm, cold = Taken([]), Taken([])
                await one_round(CURB, gateway, plan.warm, Taken([]))
                for number in range(plan.samples):
                    tell(f"lane: quiet {number + 1} of {plan.samples}")
                    await one_round(CURB, gateway, plan.warm, warm)
                    await asyncio.sleep(plan.quiet * plan.keep_alive_s)
                    await one_round(CURB, gateway, 1, cold)
        finally:
            del os.environ["SSL_CERT_FILE"]
            await gateway.stop()
    return _figures(warm, cold)


def _context(home: Path) -> ssl.SSLContext:
    subprocess.run(_OPENSSL.split(), cwd=home, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(home / "cert.pem", home / "key.pem")
    return context


def _figures(warm: Taken, cold: Taken) -> list[Figure]:
    before = [sample for taken in warm.rounds for sample in taken]
    after = [sample for taken in cold.rounds for sample in taken]
    lost = Figure("breaches unanswered", warm.lost + cold.lost, "", 0)
    if not before or not after:
        return [lost]
    # The first breach of a round wakes a sleeping process, too: it is the one to compare with.
    first = [taken[0] for taken in warm.rounds if taken]
    half = quantile(after, 0.5)
    return [
        lost,
        Figure("warm flatten over TLS, median", quantile(before, 0.5), "us"),
        Figure("the first of a row, median", quantile(first, 0.5), "us"),
        Figure("after a quiet, median", half, "us"),
        Figure("after a quiet to a warm one", half / quantile(before, 0.5), "times", 1.2),
    ]
