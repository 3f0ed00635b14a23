"""The dialogs besides the question of test_presses.py: the token, the attestation."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from ctpanel.app.ports import ReadCause
from ctpanel.domain.outcomes import Cause
from ctpanel.domain.report import Attested
from ctpanel.domain.reverse import Intent, Plan
from ctpanel.domain.state import Lock
from ctpanel.ui.dialogs import Attest
from ctpanel.ui.token_dialog import TokenDialog
from tests.fakes.bench import TOKEN
from tests.fakes.clocks import START
from tests.fakes.fake_server import read_failed
from tests.ui.conftest import OpenPanel, Shown


def token_dialog(panel: Shown) -> TokenDialog:
    panel.bench.session.ask_for_token()
    dialog = panel.window.findChild(TokenDialog)
    assert isinstance(dialog, TokenDialog)
    return dialog


def said(dialog: TokenDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


async def test_the_token_is_not_shown_while_it_is_typed(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = token_dialog(panel)
        assert dialog.token.echoMode() is QLineEdit.EchoMode.Password
        QTest.keyClicks(dialog.token, TOKEN)
        assert TOKEN not in dialog.token.displayText()
        dialog.reject()


async def test_the_dialog_and_its_parts_have_their_names(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = token_dialog(panel)
        names = (dialog.accessibleName(), dialog.token.accessibleName())
        texts = (dialog.save.text(), dialog.cancel.text())
        dialog.reject()
        assert (names, texts) == (("API token", "Token"), ("Save", "Cancel"))


async def test_a_saved_token_closes_the_dialog_and_wipes_it(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = token_dialog(panel)
        texts: list[str] = []
        dialog.token.textChanged.connect(texts.append)
        QTest.keyClicks(dialog.token, TOKEN)
        dialog.save.click()
        await panel.bench.until(lambda state: state.token_prompt is None)
        await asyncio.sleep(0.05)
        assert panel.window.findChild(TokenDialog) is None
        assert texts[-1] == ""


@pytest.mark.parametrize(
    ("cause", "words"),
    [(ReadCause.TOKEN_REFUSED, "refused"), (ReadCause.UNREACHABLE, "could not be checked")],
)
async def test_a_token_that_fails_says_why_and_can_be_tried_again(
    open_panel: OpenPanel, cause: ReadCause, words: str
) -> None:
    async with open_panel() as panel:
        dialog = token_dialog(panel)
        panel.bench.server.fail_reads = read_failed(cause, "why")
        QTest.keyClicks(dialog.token, TOKEN)
        dialog.save.click()
        await panel.bench.until(
            lambda s: s.token_prompt is not None and bool(s.token_prompt.problem)
        )
        assert words in said(dialog)
        assert dialog.save.isEnabled()
        dialog.reject()


async def test_cancelling_the_token_keeps_the_one_in_use(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = token_dialog(panel)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert panel.state.token_prompt is None
        assert panel.bench.holder.token is not None


async def locked(panel: Shown) -> Attest:
    offer = panel.state.offer
    assert isinstance(offer, Plan)
    lock = Lock(Intent("i", offer, START), Cause.DEADLINE)
    panel.bench.store.update(lambda state: replace(state, locks={offer.key: lock}))
    panel.view.dialogs.ask_attestation(panel.state, offer.key)
    dialog = panel.window.findChild(Attest)
    assert isinstance(dialog, Attest)
    await asyncio.sleep(0.35)
    return dialog


async def test_an_attestation_needs_a_whole_statement(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await locked(panel)
        enabled = [dialog.act.isEnabled()]
        dialog.side.setCurrentText("SHORT")
        enabled.append(dialog.act.isEnabled())
        QTest.keyClicks(dialog.quantity, "3")
        enabled.append(dialog.act.isEnabled())
        dialog.reject()
        assert enabled == [False, False, True]


async def test_an_attestation_releases_the_lock_and_is_reported(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await locked(panel)
        dialog.side.setCurrentText("FLAT")
        dialog.act.click()
        event = panel.bench.events[-1]
        assert isinstance(event, Attested)
        assert event.statement == "I checked NinjaTrader: position is FLAT"
        assert panel.state.locks == {}


async def test_dismissing_the_attestation_keeps_the_lock(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await locked(panel)
        dialog.reject()
        assert panel.state.locks


async def test_an_attestation_is_asked_for_no_longer_than_there_is_a_lock(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await locked(panel)
        panel.bench.store.update(lambda state: replace(state, locks={}))
        assert not dialog.isVisible()
