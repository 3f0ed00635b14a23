"""What a server or a file says is shown as text, never taken for markup."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as RichText
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QWidget

from ctpanel.domain.outcomes import Code, Field, Refused, deny
from ctpanel.domain.report import Report, ReverseStopped
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import Link, Resolution
from ctpanel.ui.controls import plain_tip
from ctpanel.ui.tables import OrdersModel
from tests.fakes.clocks import START
from tests.fakes.examples import order
from tests.ui.conftest import OpenPanel

HOSTILE = '<a href="x">Reversed</a><img src="file:///y">'


def as_read(tip: str) -> str:
    """What a person sees of a tool tip."""
    if not RichText.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def tips(window: QWidget) -> Iterator[str]:
    yield from (widget.toolTip() for widget in window.findChildren(QWidget))


def test_a_tip_that_looks_like_markup_is_read_as_it_was_written() -> None:
    assert as_read(plain_tip(HOSTILE)) == HOSTILE


def test_a_plain_tip_stays_as_it_is() -> None:
    assert plain_tip("5 < 6 & 7") == "5 < 6 & 7"


def test_an_orders_name_is_no_markup_in_its_tip() -> None:
    model = OrdersModel()
    model.show_orders([order("o1", name=HOSTILE)], {})
    cell = model.index(0, 6)
    assert as_read(str(model.data(cell, Qt.ItemDataRole.ToolTipRole))) == HOSTILE


async def test_no_label_and_no_tip_of_the_window_takes_server_text_for_markup(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.still()
        assert isinstance(panel.state.offer, Plan)
        stopped = ReverseStopped(panel.state.offer, Refused(HOSTILE))
        unknown = deny(Code.INSTRUMENT_NOT_FOUND, Field.INSTRUMENT, typed="ZZ", reason=HOSTILE)
        panel.draw(
            replace(
                panel.state,
                link=Link.REFUSING,
                link_detail=HOSTILE,
                resolution=Resolution(problem=unknown),
                reports=(Report(START, stopped),),
            )
        )
        formats = {label.textFormat() for label in panel.window.findChildren(QLabel)}
        shown = [tip for tip in tips(panel.window) if "Reversed" in tip]
        assert formats == {Qt.TextFormat.PlainText}
        assert shown
        assert all(HOSTILE in as_read(tip) for tip in shown)
