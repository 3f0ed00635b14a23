"""Halt in the window: one click, what it shows, and the question before it ends."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.report import Act
from ctpanel.domain.state import Link
from ctpanel.ui.guard_dialogs import ReleaseHalt
from ctpanel.ui.guard_words import release_words
from tests.ui.conftest import OpenPanel, Shown

LEFT = Qt.MouseButton.LeftButton
AFTER_FRIGHT = 0.75


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, LEFT)


def halts(panel: Shown) -> list[QPushButton]:
    return [b for b in panel.window.findChildren(QPushButton) if b.accessibleName() == "Halt"]


async def asked(panel: Shown) -> ReleaseHalt:
    """Halt it, and ask for the way back."""
    panel.bench.halt.pull()
    await asyncio.sleep(AFTER_FRIGHT)
    click(panel.window.safety.halt)
    dialog = panel.window.findChild(ReleaseHalt)
    assert isinstance(dialog, ReleaseHalt)
    return dialog


async def test_one_click_halts(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        click(halts(panel)[0])
        assert panel.state.halted == Halted(HaltCause.BY_HAND)


@pytest.mark.parametrize("link", [Link.UNREACHABLE, Link.NO_TOKEN])
async def test_halt_can_be_pressed_however_the_panel_stands(
    open_panel: OpenPanel, link: Link
) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(replace(panel.state, link=link, accounts=(), faults=("a fault",)))
        assert panel.window.safety.halt.isEnabled()


async def test_no_button_is_called_halt_while_it_is_halted(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.halt.pull()
        assert halts(panel) == []
        assert panel.window.safety.halt.text() == "■ Release halt…"


async def test_a_halted_panel_says_so_in_its_title_a_frame_and_a_banner(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        panel.bench.halt.pull()
        banner = panel.window.banners.findChild(QFrame, "banner")
        frame = panel.window.findChild(QWidget, "alarm")
        assert isinstance(banner, QFrame)
        assert isinstance(frame, QWidget)
        assert banner.accessibleName() == (
            "HALTED: you halted it. Nothing that opens risk is sent. "
            "Closing, cancelling and flattening still work."
        )
        assert panel.window.windowTitle().startswith("ctpanel · HALTED · ")
        assert frame.isVisible()


async def test_what_takes_risk_off_can_be_pressed_while_halted(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.halt.pull()
        assert all(panel.window.safety.buttons[act].isEnabled() for act in (Act.CLOSE, Act.FLATTEN))
        assert not panel.window.reverse.isEnabled()


async def test_nothing_moves_when_it_is_halted(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()

        async def places() -> list[QRect]:
            await asyncio.sleep(0.02)
            parts = (panel.window.reverse, panel.window.safety.halt, panel.window.keys_bar.confirm)
            return [QRect(w.mapTo(panel.window, w.rect().topLeft()), w.size()) for w in parts]

        before = await places()
        panel.bench.halt.pull()
        assert await places() == before


async def test_clicks_in_fright_do_not_ask_for_the_way_back(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        for _ in range(3):
            click(panel.window.safety.halt)
            await asyncio.sleep(0.05)
        assert panel.state.halted is not None
        assert not panel.state.asks_release


async def test_the_way_back_is_asked_with_its_cause_and_cancel_focused(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await asked(panel)
        said = " ".join(label.text() for label in dialog.findChildren(QLabel))
        names = (dialog.accessibleName(), dialog.act.text())
        focused = dialog.focusWidget()
        dialog.reject()
        assert names == ("Release halt", "Enable again")
        assert focused is dialog.cancel
        assert "you halted it" in said


async def test_enabling_again_ends_the_halt(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await asked(panel)
        await asyncio.sleep(0.35)
        click(dialog.act)
        assert panel.state.halted is None
        assert len(halts(panel)) == 1


async def test_cancel_keeps_the_halt(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await asked(panel)
        click(dialog.cancel)
        assert (panel.state.halted is not None, panel.state.asks_release) == (True, False)


def test_after_unreadable_settings_the_limits_are_to_be_looked_at_first() -> None:
    cause, first = release_words(Halted(HaltCause.SETTINGS))
    assert "settings could not be read" in cause
    assert "limits the panel comes with" in first
    assert first.endswith("Look at them first.")
