"""The question before a reverse tells the market and what is cancelled; flattening all asks."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.order import Order, OrderState
from ctpanel.domain.outcomes import Field
from ctpanel.domain.report import Act
from ctpanel.domain.state import PanelState, Read
from ctpanel.domain.values import Confirming, OrderType
from ctpanel.ui.dialogs import ConfirmReverse
from ctpanel.ui.guard_dialogs import MOST_LINES, FlattenAll, ReleaseHalt, held_lines
from tests.fakes.examples import order
from tests.ui.conftest import OpenPanel, Shown

LEFT = Qt.MouseButton.LeftButton


def said(dialog: QDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def with_orders(state: PanelState, *working: Order) -> PanelState:
    return replace(state, orders={**state.orders, "Sim101": Read(working, state.now)})


def stop(name: str, price: str = "5004.75") -> Order:
    """A resting stop below the market."""
    return order(
        name,
        name=name,
        state=OrderState.WORKING,
        order_type=OrderType.STOPMARKET,
        stop_price=Decimal(price),
        filled=0,
    )


async def asked(panel: Shown, *working: Order) -> ConfirmReverse:
    """The question before a reverse, with nothing but the test drawing."""
    account = panel.state.account
    assert account is not None
    panel.bench.desk.choose_confirmation(account, Confirming.ASK)
    await panel.bench.desk.saved()
    await panel.still()
    panel.bench.store.update(lambda state: with_orders(state, *working))
    panel.window.reverse.click()
    dialog = panel.window.findChild(ConfirmReverse)
    assert isinstance(dialog, ConfirmReverse)
    return dialog


async def test_the_question_tells_the_market_and_follows_it(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await asked(panel)
        before = said(dialog)
        quote = panel.state.quote
        assert quote is not None
        moved = replace(quote.value, bid=Decimal("5011.00"), ask=Decimal("5011.25"))
        panel.bench.store.update(
            lambda s: replace(s, quotes={**s.quotes, moved.contract: Read(moved, s.now)})
        )
        after = said(dialog)
        dialog.reject()
        assert "Market now: bid 5012.25, ask 5012.50" in before
        assert "Market now: bid 5011.00, ask 5011.25" in after


async def test_the_question_names_the_orders_that_are_cancelled(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await asked(panel, stop("Stop1"), stop("Stop2", "5003.25"))
        text = said(dialog)
        dialog.reject()
        assert (
            "The close cancels 2 orders of this contract:\n"
            "Stop1: SELL 3 STOP 5004.75\nStop2: SELL 3 STOP 5003.25"
        ) in text


async def test_the_buttons_of_the_question_stay_when_orders_come(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await asked(panel)
        await asyncio.sleep(0.02)
        before = dialog.act.geometry()
        many = tuple(stop(f"Stop{number}") for number in range(9))
        panel.bench.store.update(lambda state: with_orders(state, *many))
        await asyncio.sleep(0.02)
        after, text = dialog.act.geometry(), said(dialog)
        dialog.reject()
        assert after == before
        assert "… and 7 more" in text


async def test_a_press_that_had_to_be_held_is_asked_as_such(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        account = panel.state.account
        assert account is not None
        panel.bench.desk.choose_confirmation(account, Confirming.HOLD)
        panel.window.reverse.click()
        dialog = panel.window.findChild(ConfirmReverse)
        assert isinstance(dialog, ConfirmReverse)
        text = said(dialog)
        dialog.reject()
        assert "Hold to fire is chosen for this account; this press was not held." in text


async def test_a_question_that_closes_itself_says_why_in_the_status_line(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await asked(panel)
        panel.bench.desk.edit(Field.QUANTITY, "999")
        assert not dialog.isVisible()
        assert "Not sent: Quantity: 999 is over your limit" in panel.window.status.text()


async def test_an_order_near_the_market_is_on_the_button_and_in_its_tip(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.bench.store.update(lambda state: with_orders(state, stop("Stop1", "5011.50")))
        tip = panel.window.reverse.toolTip()
        assert tip.startswith("⚠ Stop1 3 ticks from the market  ·  SELL 3 MARKET DAY")
        assert "Stop1 is 3 ticks from the market and may fill meanwhile." in tip
        assert panel.window.reverse.isEnabled()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
async def test_no_question_cuts_its_text_off_at_larger_fonts(
    open_panel: OpenPanel, qapp: QApplication, scale: float
) -> None:
    async with open_panel() as panel:
        usual = qapp.font()
        larger = QFont(usual)
        larger.setPointSizeF(usual.pointSizeF() * scale)
        qapp.setFont(larger)
        confirm = await asked(panel, *(stop(f"Stop{number}") for number in range(9)))
        release = ReleaseHalt(Halted(HaltCause.SETTINGS), panel.window)
        every = FlattenAll(panel.state, panel.window)
        for dialog in (release, every):
            dialog.open()
        await asyncio.sleep(0.05)
        labels = [label for d in (confirm, release, every) for label in d.findChildren(QLabel)]
        cut = [one.text() for one in labels if one.heightForWidth(one.width()) > one.height()]
        for asking in (every, release, confirm):
            asking.reject()
        qapp.setFont(usual)
        assert cut == []


# --- flattening all -----------------------------------------------------------------------------


def from_menu(panel: Shown) -> FlattenAll:
    text = "Flatten all my listed accounts…"
    entry = next(a for a in panel.window.findChildren(QAction) if a.text() == text)
    entry.trigger()
    dialog = panel.window.findChild(FlattenAll)
    assert isinstance(dialog, FlattenAll)
    return dialog


async def test_flattening_all_lists_every_account_with_what_it_holds(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.bench.until(lambda s: s.listed_at.keys() >= {a.name for a in s.accounts})
        dialog = from_menu(panel)
        text, focused = said(dialog), dialog.focusWidget()
        act, count = dialog.act.text(), len(panel.state.accounts)
        dialog.reject()
        assert act == f"Flatten {count} accounts"
        assert focused is dialog.cancel
        assert all(f"{account.name}:" in text for account in panel.state.accounts)
        assert "MES 12-26 ▲ LONG 3" in text


async def test_flattening_all_sends_one_order_to_each_listed_account(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = from_menu(panel)
        sent_before = list(panel.bench.server.sent)
        await asyncio.sleep(0.35)
        QTest.mouseClick(dialog.act, LEFT)
        await panel.bench.idle()
        names = [account.name for account in panel.state.accounts]
        assert sent_before == []
        assert [call[0] for call in panel.bench.server.sent] == ["flatten"] * len(names)


async def test_the_question_closes_when_other_accounts_are_listed(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        dialog = from_menu(panel)
        panel.bench.store.update(lambda s: replace(s, accounts=s.accounts[:1]))
        assert not dialog.isVisible()
        assert not any(act.act is Act.FLATTEN for act in panel.state.acts)


async def test_an_account_that_was_not_read_is_not_called_flat(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        unread = replace(panel.state, listed_at={}, held={})
        assert all(line.endswith("not read yet") for line in held_lines(unread))


async def test_more_accounts_than_fit_are_counted(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        one = panel.state.accounts[0]
        many = tuple(replace(one, name=f"A{number}") for number in range(30))
        dialog = FlattenAll(replace(panel.state, accounts=many), panel.window)
        text = said(dialog)
        dialog.deleteLater()
        assert f"… and {30 - MOST_LINES + 1} more" in text
