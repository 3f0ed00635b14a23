"""The ticket's fields: what the user does reaches the ticket, and what is wrong is said."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTableWidgetItem, QToolButton

from ctpanel.domain.outcomes import Field
from ctpanel.domain.values import Action, OrderType, TimeInForce
from ctpanel.ui.dialogs import Strategies
from tests.ui.conftest import OpenPanel, Shown


def typed(panel: Shown, field: Field, text: str) -> None:
    widget = panel.window.ticket.widgets()[field]
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    QTest.keyClicks(widget, text)


def messages(panel: Shown) -> str:
    labels = panel.window.ticket.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.property("role") == "message")


def small_button(panel: Shown, name: str) -> QToolButton:
    buttons = panel.window.ticket.findChildren(QToolButton)
    return next(button for button in buttons if button.accessibleName() == name)


async def test_action_and_quantity_follow_the_position(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        ticket = panel.window.ticket
        assert (ticket.action.currentText(), ticket.quantity.text()) == ("SELL", "3")
        panel.window.reverse.click()
        await panel.bench.idle()
        assert (ticket.action.currentText(), ticket.quantity.text()) == ("BUY", "3")


async def test_a_typed_quantity_is_used_before_the_field_is_left(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        typed(panel, Field.QUANTITY, "2")
        assert panel.window.ticket.quantity.hasFocus()
        assert panel.window.reverse.text() == "Reverse   LONG 3 → SHORT 2"


@pytest.mark.parametrize("count", [1, 2, 3, 5, 10])
async def test_a_quick_button_sets_the_quantity(open_panel: OpenPanel, count: int) -> None:
    async with open_panel() as panel:
        small_button(panel, f"Quantity {count}").click()
        assert panel.window.ticket.quantity.text() == str(count)


async def test_the_position_button_follows_the_held_size_again(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        typed(panel, Field.QUANTITY, "7")
        small_button(panel, "Quantity as held").click()
        assert panel.state.ticket.quantity is None


@pytest.mark.parametrize(
    ("kind", "limit", "stop"),
    [
        (OrderType.MARKET, False, False),
        (OrderType.LIMIT, True, False),
        (OrderType.STOPMARKET, False, True),
        (OrderType.STOPLIMIT, True, True),
    ],
)
async def test_each_order_type_enables_exactly_its_own_prices(
    open_panel: OpenPanel, kind: OrderType, *, limit: bool, stop: bool
) -> None:
    async with open_panel() as panel:
        ticket = panel.window.ticket
        ticket.order_type.setCurrentText(kind.value)
        assert (ticket.limit_price.isEnabled(), ticket.stop_price.isEnabled()) == (limit, stop)


async def test_a_price_that_no_longer_applies_is_empty_and_says_why(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        ticket = panel.window.ticket
        ticket.order_type.setCurrentText("LIMIT")
        typed(panel, Field.LIMIT_PRICE, "5013.00")
        ticket.order_type.setCurrentText("MARKET")
        assert ticket.limit_price.text() == ""
        assert ticket.limit_price.placeholderText() == "not used"
        assert ticket.limit_price.toolTip()


async def test_a_missing_price_is_said_on_the_button_but_not_yet_beside_its_field(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        panel.window.ticket.order_type.setCurrentText("LIMIT")
        assert panel.window.reverse.accessibleDescription() == "Limit price: a price is needed"
        assert messages(panel).strip() == ""


async def test_an_edited_field_says_what_is_wrong_beside_it_as_it_is_typed(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        panel.window.ticket.order_type.setCurrentText("LIMIT")
        typed(panel, Field.LIMIT_PRICE, "5013.1")
        assert "5013.00 or 5013.25" in messages(panel)
        assert panel.window.ticket.limit_price.property("invalid") == "true"
        QTest.keyClick(panel.window.ticket.limit_price, Qt.Key.Key_Backspace)
        QTest.keyClicks(panel.window.ticket.limit_price, "25")
        assert messages(panel).strip() == ""


async def test_the_arrow_keys_step_a_price_by_ticks(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.window.ticket.order_type.setCurrentText("LIMIT")
        typed(panel, Field.LIMIT_PRICE, "5013.00")
        line = panel.window.ticket.limit_price
        QTest.keyClick(line, Qt.Key.Key_Up)
        QTest.keyClick(line, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        assert line.text() == "5010.75"


async def test_the_arrow_keys_never_step_a_quantity_below_one(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        typed(panel, Field.QUANTITY, "2")
        for _ in range(5):
            QTest.keyClick(panel.window.ticket.quantity, Qt.Key.Key_Down)
        assert panel.window.ticket.quantity.text() == "1"


async def test_a_rewritten_field_keeps_its_cursor(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        typed(panel, Field.OCO_ID, "abcd")
        line = panel.window.ticket.oco_id
        line.setCursorPosition(2)
        QTest.keyClicks(line, "X")
        assert (line.text(), line.cursorPosition()) == ("abXcd", 3)


async def test_every_choice_reaches_the_ticket(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        form = panel.window.ticket
        form.action.setCurrentText("BUY")
        form.time_in_force.setCurrentText("GTC")
        form.strategy.setEditText("Runner 3")
        typed(panel, Field.OCO_ID, "my-oco")
        ticket = panel.state.ticket
        assert (ticket.action, ticket.time_in_force) == (Action.BUY, TimeInForce.GTC)
        assert (ticket.strategy, ticket.oco_id) == ("Runner 3", "my-oco")


async def test_a_fresh_oco_id_fills_its_field(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        small_button(panel, "Fresh OCO ID").click()
        assert panel.window.ticket.oco_id.text().startswith("ct-")


async def test_an_instrument_of_the_table_is_chosen_without_its_description(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        picker = panel.window.market.instrument
        row = next(i for i in range(picker.count()) if picker.itemText(i).startswith("MNQ  "))
        picker.setCurrentIndex(row)
        picker.textActivated.emit(picker.itemText(row))
        await panel.bench.until(lambda s: s.contract is not None and s.contract.root == "MNQ")
        assert picker.currentText() == "MNQ 12-26"


async def test_held_instruments_come_first_in_the_list(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        picker = panel.window.market.instrument
        first = {picker.itemText(i) for i in range(3)}
        assert {"MES 12-26", "MGC 12-26"} <= first


async def test_an_unknown_instrument_is_said_beside_its_field(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        line = panel.window.market.instrument.lineEdit()
        assert line is not None
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, "XYZ")
        QTest.keyClick(line, Qt.Key.Key_Return)
        await asyncio.sleep(0.3)
        said = [label.text() for label in panel.window.market.findChildren(QLabel)]
        assert any("no quote for XYZ" in text for text in said)


async def test_typing_an_instrument_disables_reverse_until_it_is_resolved(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        line = panel.window.market.instrument.lineEdit()
        assert line is not None
        line.setFocus()
        QTest.keyClicks(line, "X")
        assert not panel.window.reverse.isEnabled()


async def test_recorded_strategies_are_offered_and_checked(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        small_button(panel, "Remembered ATM strategies").click()
        dialog = panel.window.findChild(Strategies)
        assert isinstance(dialog, Strategies)
        dialog.table.setItem(0, 0, QTableWidgetItem("Scalp 2"))
        dialog.table.setItem(0, 1, QTableWidgetItem("2"))
        await asyncio.sleep(0.35)
        dialog.act.click()
        panel.window.ticket.strategy.setEditText("Scalp 2")
        assert panel.window.ticket.strategy.findText("Scalp 2") > 0
        assert "Scalp 2 is recorded for 2" in panel.window.reverse.accessibleDescription()
