"""The dialog of the limits: judged as it is typed, and nothing loosened unseen."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from ctpanel.domain.limits import Limits
from ctpanel.ui.controls import Entry
from ctpanel.ui.dialogs import DEAD_TIME_MS
from ctpanel.ui.limits_dialog import NOTHING_LOOSER, LimitsDialog
from tests.ui.conftest import OpenPanel, Shown

LONG_ENOUGH = DEAD_TIME_MS / 1000 + 0.05


async def opened(panel: Shown, limits: Limits | None = None) -> LimitsDialog:
    if limits is not None:
        panel.bench.desk.keep_limits(limits)
    panel.window.limits_wanted.emit()
    dialog = panel.window.findChild(LimitsDialog)
    assert isinstance(dialog, LimitsDialog)
    await asyncio.sleep(LONG_ENOUGH)
    return dialog


def type_over(dialog: LimitsDialog, name: str, text: str) -> None:
    field = dialog.fields[name]
    assert isinstance(field, Entry)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


async def test_cancel_has_the_focus(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        assert dialog.focusWidget() is dialog.cancel
        dialog.reject()


async def test_a_saved_limit_is_in_force_and_remembered(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, "hard_quantity", "7")
        dialog.act.click()
        assert panel.state.limits.hard_quantity == 7
        assert panel.bench.desk.settings.limits.hard_quantity == 7


async def test_a_cancelled_limit_changes_nothing(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, "hard_quantity", "7")
        dialog.cancel.click()
        assert panel.state.limits == Limits()


async def test_nothing_can_be_saved_while_a_limit_is_wrong(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, "per_day", "0")
        why = "Reverses in a day: A whole number from 1 to 5000."
        assert (dialog.act.isEnabled(), dialog.note.text()) == (False, why)
        assert dialog.fields["per_day"].property("invalid") == "true"
        assert dialog.fields["per_day"].accessibleDescription() == "A whole number from 1 to 5000."
        dialog.reject()


async def test_a_limit_that_becomes_looser_is_named_before_it_is_saved(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, "daily_loss", "5000")
        assert dialog.note.text() == "Looser than now: Daily loss."
        dialog.reject()


async def test_a_limit_that_becomes_tighter_is_no_warning(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, "daily_loss", "500")
        assert dialog.note.text() == NOTHING_LOOSER
        dialog.reject()


async def test_careful_defaults_are_shown_again_and_judged(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel, replace(Limits(), hard_quantity=1, sim_only=True))
        dialog.restore.click()
        assert dialog.limits() == Limits()
        assert dialog.note.text() == "Looser than now: Largest order, Simulators only."
        dialog.reject()


async def test_every_field_is_reached_with_the_tab_key(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        reached = set()
        for _ in range(len(dialog.fields) + 5):
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
            reached.add(dialog.focusWidget())
        dialog.reject()
        assert set(dialog.fields.values()) <= reached


async def test_the_space_bar_ticks_a_box(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        box = dialog.fields["sim_only"]
        assert isinstance(box, QCheckBox)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
        limits = dialog.limits()
        dialog.reject()
        assert limits is not None
        assert limits.sim_only


async def test_enter_in_a_field_saves_nothing(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, "hard_quantity", "7")
        QTest.keyClick(dialog.fields["hard_quantity"], Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert panel.state.limits == Limits()
        dialog.reject()


@pytest.mark.parametrize("wide", [360, 640])
async def test_on_a_small_screen_the_buttons_stay_in_sight(
    open_panel: OpenPanel, wide: int
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        dialog.resize(wide, 300)
        await asyncio.sleep(0)
        inside = [dialog.rect().contains(b.geometry()) for b in (dialog.cancel, dialog.act)]
        dialog.reject()
        assert inside == [True, True]
