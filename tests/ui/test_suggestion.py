"""The suggestion after a bad end: where it stands, what it says, and that it only asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ctpanel.domain.offers import refreshed, with_ended
from ctpanel.domain.outcomes import Code, Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.readings import with_position
from ctpanel.domain.report import PressDenied
from ctpanel.domain.reverse import Ask, Correction, Plan, Question
from ctpanel.domain.state import Link, PanelState
from ctpanel.domain.values import Side
from ctpanel.ui.dialogs import ConfirmCorrection
from tests.fakes.examples import LIVE, LONG_3, MES, intent, plan
from tests.fakes.fake_server import FakeServer
from tests.ui.conftest import OpenPanel, Shown

KEY = ("Sim101", MES)
LEFT = Qt.MouseButton.LeftButton


@asynccontextmanager
async def flat_only(open_panel: OpenPanel) -> AsyncIterator[Shown]:
    """A panel after a reverse whose entry was rejected; the next one will not be."""
    async with open_panel() as panel:
        panel.bench.server.faults.entry = "reject"
        panel.window.reverse.click()
        await panel.bench.idle()
        panel.bench.server.faults.entry = "ok"
        await asyncio.sleep(0.35)
        yield panel


def ask(panel: Shown) -> ConfirmCorrection:
    """Press the suggestion; the question."""
    QTest.mouseClick(panel.window.suggestion.act, LEFT)
    dialog = panel.window.findChild(ConfirmCorrection)
    assert isinstance(dialog, ConfirmCorrection)
    return dialog


def placed(panel: Shown) -> int:
    return sum(call[0] == "place" for call in panel.bench.server.sent)


def ended(state: PanelState, net: int, target: int, kind: VerdictKind) -> PanelState:
    """A state after an end: what is held, and what was asked for."""
    held = Position.of_net(net)
    pressed = plan(quantity=str(abs(target)))
    if target > 0:
        action = type(pressed.order.action).BUY
        pressed = replace(pressed, order=replace(pressed.order, action=action))
    state = with_position(state, KEY, held, state.now)
    state = replace(state, moved_at={}, now=state.now)
    return refreshed(with_ended(state, intent(pressed), Verdict(kind, held)))


RESULTS = [
    (0, -3, VerdictKind.FLAT_ONLY, "Enter SHORT 3 …"),
    (0, 2, VerdictKind.FLAT_ONLY, "Enter LONG 2 …"),
    (-1, -3, VerdictKind.PARTIAL, "Sell 2 more …"),
    (1, 3, VerdictKind.PARTIAL, "Buy 2 more …"),
    (-6, -3, VerdictKind.OVERSIZED, "Buy 3 back …"),
    (6, 3, VerdictKind.OVERSIZED, "Sell 3 off …"),
]


@pytest.mark.parametrize(("net", "target", "kind", "name"), RESULTS)
async def test_its_button_is_named_by_its_result(
    open_panel: OpenPanel, net: int, target: int, kind: VerdictKind, name: str
) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(ended(panel.state, net, target, kind))
        act = panel.window.suggestion.act
        assert (act.text(), act.isVisible(), act.isEnabled()) == (name, True, True)
        assert f"{Position.of_net(net)} → {Position.of_net(target)}" in act.accessibleDescription()


async def test_without_a_bad_end_there_is_none(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        before = panel.window.suggestion.isVisible()
        panel.window.reverse.click()
        await panel.bench.idle()
        await asyncio.sleep(0.1)
        assert (before, panel.window.suggestion.isVisible()) == (False, False)


async def test_it_stands_right_below_the_line_that_says_what_happened(
    open_panel: OpenPanel,
) -> None:
    async with flat_only(open_panel) as panel:
        status, bar = panel.window.status, panel.window.suggestion
        assert 0 < bar.y() - (status.y() + status.height()) < status.height()


async def test_nothing_above_it_moves_when_it_comes_and_goes(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        window = panel.window
        above = (window.reverse, window.status, *window.safety.buttons.values())

        async def places(state: PanelState) -> list[QPoint]:
            panel.draw(state)
            await asyncio.sleep(0.02)
            return [part.mapTo(window, part.rect().topLeft()) for part in above]

        at_rest = await places(panel.state)
        assert await places(ended(panel.state, 0, -3, VerdictKind.FLAT_ONLY)) == at_rest
        assert await places(panel.state) == at_rest


async def test_disabled_it_says_why_in_words(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        state = ended(panel.state, 0, -3, VerdictKind.FLAT_ONLY)
        panel.draw(replace(state, link=Link.UNREACHABLE))
        bar = panel.window.suggestion
        said = " ".join(label.text() for label in bar.findChildren(QLabel))
        assert not bar.act.isEnabled()
        assert "not now, the server cannot be reached" in said
        assert bar.act.toolTip() == bar.act.accessibleDescription() == said


async def test_the_focus_of_a_button_that_goes_is_not_handed_on(open_panel: OpenPanel) -> None:
    async with flat_only(open_panel) as panel:
        await panel.still()
        panel.window.suggestion.act.setFocus()
        panel.draw(replace(panel.state, ended=None))
        assert not panel.window.suggestion.isVisible()
        assert QApplication.focusWidget() is None


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
async def test_its_text_and_its_button_are_whole_at_larger_fonts(
    open_panel: OpenPanel, scale: float
) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(ended(panel.state, 0, -3, VerdictKind.FLAT_ONLY))
        font = panel.window.font()
        font.setPointSizeF(font.pointSizeF() * scale)
        panel.window.setFont(font)
        await asyncio.sleep(0.05)
        bar = panel.window.suggestion
        (text,) = bar.findChildren(QLabel)
        wide = bar.act.fontMetrics().horizontalAdvance(bar.act.text())
        assert wide <= bar.act.contentsRect().width()
        assert text.heightForWidth(text.width()) <= text.height()


# --- the question -----------------------------------------------------------------------------


async def test_it_asks_on_paper_too_and_names_everything(open_panel: OpenPanel) -> None:
    async with flat_only(open_panel) as panel:
        dialog = ask(panel)
        said = " ".join(label.text() for label in dialog.findChildren(QLabel))
        names = (dialog.windowTitle(), dialog.act.text(), dialog.cancel.text())
        focus = dialog.focusWidget()
        dialog.reject()
        assert names == ("Confirm correction", "Enter SHORT 3", "Cancel")
        assert focus is dialog.cancel
        for part in ("FLAT → SHORT 3", "Sim101 (PAPER)", "MES 12-26", "SELL 3 MARKET DAY"):
            assert part in said
        assert "unless the position is FLAT" in said


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
async def test_a_question_with_every_warning_is_whole_at_larger_fonts(
    open_panel: OpenPanel, qapp: QApplication, scale: float
) -> None:
    async with open_panel() as panel:
        usual = qapp.font()
        larger = QFont(usual)
        larger.setPointSizeF(usual.pointSizeF() * scale)
        qapp.setFont(larger)
        names = ("quantity", "limit", "seconds", "order", "ticks")
        facts = tuple((name, "7") for name in names)
        asked = tuple(Question(why, facts) for why in Ask if why is not Ask.FAR_PRICE)
        made = replace(plan(), account=LIVE, entry=Correction("i1"), questions=asked)
        dialog = ConfirmCorrection(made, panel.window)
        dialog.open()
        await asyncio.sleep(0.05)
        labels = dialog.findChildren(QLabel)
        cut = [one.text() for one in labels if one.heightForWidth(one.width()) > one.height()]
        dialog.reject()
        qapp.setFont(usual)
        assert cut == []


async def test_a_confirmed_correction_sends_one_order_and_says_what_it_came_to(
    open_panel: OpenPanel,
) -> None:
    async with flat_only(open_panel) as panel:
        dialog = ask(panel)
        await asyncio.sleep(0.35)
        QTest.mouseClick(dialog.act, LEFT)
        panel.draw(panel.state)
        assert panel.window.reverse.text().startswith("Reverse waits for the correction")
        await panel.bench.idle()
        assert placed(panel) == 1
        assert "Corrected: SHORT 3" in panel.window.status.text()
        assert panel.window.status.property("tone") == "good"
        assert not panel.window.suggestion.isVisible()


async def test_double_clicks_on_both_buttons_send_one_order(open_panel: OpenPanel) -> None:
    async with flat_only(open_panel) as panel:
        act = panel.window.suggestion.act
        QTest.mouseClick(act, LEFT)
        QTest.mouseDClick(act, LEFT)
        dialog = panel.window.findChild(ConfirmCorrection)
        assert isinstance(dialog, ConfirmCorrection)
        await asyncio.sleep(0.35)
        button: QPushButton = dialog.act
        QTest.mouseClick(button, LEFT)
        QTest.mouseDClick(button, LEFT)
        await panel.bench.idle()
        assert placed(panel) == 1


async def test_a_click_in_the_first_moment_confirms_nothing(open_panel: OpenPanel) -> None:
    async with flat_only(open_panel) as panel:
        dialog = ask(panel)
        QTest.mouseClick(dialog.act, LEFT)
        await asyncio.sleep(0.1)
        assert (panel.state.confirming is not None, placed(panel)) == (True, 0)
        dialog.reject()


@pytest.mark.parametrize("code", [Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space])
async def test_keys_on_the_question_send_nothing_and_end_the_suggestion(
    open_panel: OpenPanel, code: Qt.Key
) -> None:
    async with flat_only(open_panel) as panel:
        dialog = ask(panel)
        await asyncio.sleep(0.35)
        QTest.keyClick(dialog.focusWidget(), code)
        await asyncio.sleep(0.05)
        assert (panel.state.confirming, placed(panel)) == (None, 0)
        assert not panel.window.suggestion.isVisible()


async def test_the_question_closes_with_the_reason_when_the_position_changes(
    open_panel: OpenPanel,
) -> None:
    async with flat_only(open_panel) as panel:
        await panel.still()
        dialog = ask(panel)
        panel.bench.store.update(lambda s: with_position(s, KEY, LONG_3, s.now + 0.01))
        event = panel.bench.events[-1]
        assert not dialog.isVisible()
        assert isinstance(event, PressDenied)
        assert event.denied.code is Code.SUGGESTION_GONE
        assert "last read: LONG 3" in panel.window.status.text()
        assert placed(panel) == 0


async def test_a_live_account_is_named_first(open_panel: OpenPanel) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        panel.bench.desk.choose_account("LIVE-001")
        await panel.bench.until(lambda s: isinstance(s.offer, Plan))
        offer = panel.state.offer
        assert isinstance(offer, Plan)
        half = Verdict(VerdictKind.PARTIAL, offer.start)
        order = replace(offer.order, action=type(offer.order.action).SELL, quantity=3)
        pressed = intent(replace(offer, start=Position(Side.LONG, 3), order=order))
        panel.bench.store.update(lambda s: with_ended(s, pressed, half))
        await asyncio.sleep(0.35)
        dialog = ask(panel)
        first = min(dialog.findChildren(QLabel), key=lambda label: label.y())
        name = dialog.act.text()
        dialog.reject()
        assert (first.text(), name) == ("⚠ This is a LIVE account.", "Sell 1 more")
