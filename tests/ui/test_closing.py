"""Closing the window and logging out: asked about while a reverse has no end."""

import asyncio
from dataclasses import replace
from unittest.mock import Mock

import pytest
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication, QLabel

from ctpanel.domain.outcomes import Cause
from ctpanel.domain.reverse import Intent, Plan
from ctpanel.domain.state import Lock
from ctpanel.ui.dialogs import Attest, ConfirmClose
from tests.fakes.clocks import START
from tests.fakes.fake_server import FakeServer
from tests.ui.conftest import OpenPanel, Shown


def lock(panel: Shown, intent_id: str = "i") -> None:
    """An unproved reverse of what the ticket shows."""
    offer = panel.state.offer
    assert isinstance(offer, Plan)
    found = Lock(Intent(intent_id, offer, START), Cause.DEADLINE)
    panel.bench.store.update(lambda state: replace(state, locks={offer.key: found}))


def unlock(panel: Shown) -> None:
    panel.bench.store.update(lambda state: replace(state, locks={}))


def question(panel: Shown) -> ConfirmClose | None:
    """The question, while it is open."""
    found = [d for d in panel.window.findChildren(ConfirmClose) if d.isVisible()]
    return found[0] if found else None


def said(dialog: ConfirmClose) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


@pytest.fixture
def goes() -> Mock:
    """Called when the panel may go."""
    return Mock()


async def asked(panel: Shown, goes: Mock) -> ConfirmClose:
    """Close the window; the question that comes up, and can be answered."""
    panel.view.dialogs.close_confirmed.connect(goes)
    panel.window.close()
    dialog = question(panel)
    assert dialog is not None
    await asyncio.sleep(0.35)
    return dialog


async def test_closing_with_nothing_open_asks_nothing(open_panel: OpenPanel, goes: Mock) -> None:
    async with open_panel() as panel:
        panel.view.dialogs.close_confirmed.connect(goes)
        panel.window.close()
        assert question(panel) is None
        assert goes.call_count == 1


async def test_closing_with_an_unproved_reverse_asks_first(
    open_panel: OpenPanel, goes: Mock
) -> None:
    async with open_panel() as panel:
        lock(panel)
        dialog = await asked(panel, goes)
        assert "Sim101 MES 12-26: reverse LONG 3 → SHORT 3 is unproved" in said(dialog)
        assert "locked at the next start" in said(dialog)
        assert goes.call_count == 0
        dialog.reject()


async def test_cancelling_the_question_keeps_the_panel_open(
    open_panel: OpenPanel, goes: Mock
) -> None:
    async with open_panel() as panel:
        lock(panel)
        (await asked(panel, goes)).cancel.click()
        assert panel.window.isVisible()
        assert goes.call_count == 0


async def test_a_confirmed_question_lets_the_panel_go(open_panel: OpenPanel, goes: Mock) -> None:
    async with open_panel() as panel:
        lock(panel)
        (await asked(panel, goes)).act.click()
        assert goes.call_count == 1


async def test_closing_while_a_reverse_is_on_its_way_asks_first(
    open_panel: OpenPanel, goes: Mock
) -> None:
    async with open_panel(FakeServer(latency=0.2)) as panel:
        panel.bench.press()
        dialog = await asked(panel, goes)
        assert "reverse LONG 3 → SHORT 3 is still on its way" in said(dialog)
        assert goes.call_count == 0
        await panel.bench.idle()


async def test_the_question_goes_away_when_what_it_asks_of_is_over(
    open_panel: OpenPanel, goes: Mock
) -> None:
    async with open_panel() as panel:
        lock(panel)
        await asked(panel, goes)
        unlock(panel)
        assert question(panel) is None
        assert goes.call_count == 0


async def test_a_panel_that_is_closing_already_is_not_asked_about(
    open_panel: OpenPanel, goes: Mock
) -> None:
    async with open_panel() as panel:
        lock(panel)
        panel.bench.store.update(lambda state: replace(state, is_closing=True))
        panel.view.dialogs.close_confirmed.connect(goes)
        panel.window.close()
        assert question(panel) is None
        assert goes.call_count == 1


# --- logging out --------------------------------------------------------------------------------


def session(*, may_ask: bool = True) -> Mock:
    found = Mock(spec=QSessionManager)
    found.allowsInteraction.return_value = may_ask
    return found


def log_out(panel: Shown, *, may_ask: bool = True) -> bool:
    """The desktop asks every program; whether the panel holds the log-out up."""
    found = session(may_ask=may_ask)
    panel.view._logout.requested(found)
    return bool(found.cancel.called)


async def test_logging_out_with_nothing_open_is_not_held_up(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        assert not log_out(panel)


async def test_logging_out_with_an_unproved_reverse_is_held_up_once_and_asked_about(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        lock(panel)
        assert log_out(panel)
        dialog = question(panel)
        assert dialog is not None
        assert not log_out(panel)
        dialog.reject()
        assert not log_out(panel)


async def test_a_question_that_is_open_already_makes_room_for_the_one_about_the_log_out(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        lock(panel)
        panel.view.dialogs.ask_attestation(panel.state, next(iter(panel.state.locks)))
        log_out(panel)
        dialog = question(panel)
        assert dialog is not None
        assert [d for d in panel.window.findChildren(Attest) if d.isVisible()] == []
        dialog.reject()


async def test_a_session_that_takes_no_questions_is_not_held_up(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        lock(panel)
        assert not log_out(panel, may_ask=False)
        assert question(panel) is None


async def test_the_desktop_reaches_the_panel_while_it_is_open(
    open_panel: OpenPanel, qapp: QApplication
) -> None:
    signal = "2commitDataRequest(QSessionManager&)"
    async with open_panel():
        assert qapp.receivers(signal) == 1
    assert qapp.receivers(signal) == 0
