"""`python -m tests.benchmarks.bare_httpx …`: httpx on Qt's loop, nothing else."""

import ssl
import sys

import httpx

from ctpanel.ui import aio
from ctpanel.ui.application import make_application
from tests.benchmarks.shots import Shot, now, take_shots
from tests.benchmarks.world import ELSEWHERE, REVERSAL, reverse_path


async def run(origin: str, certificate: str, _folder: str) -> int:
    tls = ssl.create_default_context(cafile=certificate)
    headers = {"Authorization": "Bearer bench"}
    async with httpx.AsyncClient(
        base_url=origin, headers=headers, verify=tls, trust_env=False, timeout=10
    ) as client:

        async def post() -> Shot:
            began = now()
            answer = await client.post(reverse_path(ELSEWHERE), json=REVERSAL)
            answer.raise_for_status()
            return Shot(began, 1)

        await take_shots({"httpx_warm": post})
    return 0


if __name__ == "__main__":
    sys.exit(aio.run(make_application(), lambda: run(*sys.argv[1:])))
