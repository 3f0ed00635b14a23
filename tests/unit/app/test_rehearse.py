"""While the trader is choosing or trying a key, a press of one is told instead of carried out."""

import asyncio

import pytest

from ctpanel.domain.report import Act
from tests.fakes.bench import Bench, ready_panel


async def pressed(bench: Bench, name: str) -> list[str]:
    """What is told of a press."""
    told: list[str] = []
    bench.hotkeys.rehearse = told.append
    bench.keys.press(name)
    await asyncio.sleep(0.1)
    return told


@pytest.mark.parametrize("name", ["Reverse", "Close", "Cancel orders"])
async def test_a_key_that_is_tried_is_told_and_nothing_is_sent(name: str) -> None:
    async with ready_panel() as bench:
        bench.hotkeys.arm()
        before = len(bench.events)
        assert await pressed(bench, name) == [name]
        assert len(bench.events) == before
        assert not bench.state.in_flight
        assert not bench.state.acts


async def test_halt_halts_all_the_same() -> None:
    async with ready_panel() as bench:
        assert await pressed(bench, "Halt") == []
        assert bench.state.halted is not None


async def test_afterwards_a_key_does_what_it_is_for() -> None:
    async with ready_panel() as bench:
        await pressed(bench, "Close")
        bench.hotkeys.rehearse = None
        bench.keys.press("Cancel orders")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert {act.act for act in bench.state.acts} == {Act.CANCEL}
