"""The window as a whole: what it shows of a state, and that nothing in it moves."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QWidget

from ctpanel.domain import desk
from ctpanel.domain.outcomes import Cause, Field
from ctpanel.domain.report import Notice, Noticed
from ctpanel.domain.reverse import Intent, Plan
from ctpanel.domain.state import InFlight, Link, Lock, PanelState, Phase
from ctpanel.ui.controls import Choice
from tests.fakes.clocks import START
from tests.fakes.fake_server import FakeServer
from tests.ui.conftest import OpenPanel, Shown


def wheel_down(widget: QWidget) -> QWheelEvent:
    middle = QPointF(widget.rect().center())
    return QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle)),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003 - Qt takes it by position
    )


NAMES = [
    *(field.value for field in Field),
    *("Close position", "Cancel orders", "Flatten account", "Status", "Position"),
    *("Halt", "Arm hotkeys", "Confirm"),
]


def named(panel: Shown, name: str) -> list[QWidget]:
    return [w for w in panel.window.findChildren(QWidget) if w.accessibleName() == name]


def intent(state: PanelState) -> Intent:
    assert isinstance(state.offer, Plan)
    return Intent("i1", state.offer, START, {})


@pytest.mark.parametrize("name", NAMES)
async def test_every_control_is_found_by_its_accessible_name(
    open_panel: OpenPanel, name: str
) -> None:
    async with open_panel() as panel:
        assert named(panel, name)


async def test_a_screen_reader_finds_the_reverse_button_by_its_text(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        buttons = panel.window.findChildren(QPushButton)
        assert [b.text() for b in buttons if b.text().startswith("Reverse")] == [
            "Reverse   LONG 3 → SHORT 3"
        ]


async def test_the_title_names_kind_account_and_contract(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        assert panel.window.windowTitle() == "ctpanel · PAPER · Sim101 · MES 12-26"


async def test_the_title_names_a_server_that_is_not_crosstrades(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.draw(replace(panel.state, elsewhere="dev.example.test"))
        title = "ctpanel · PAPER · Sim101 · MES 12-26 · at dev.example.test"
        assert panel.window.windowTitle() == title


async def test_a_window_that_comes_forward_leaves_no_button_the_focus(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        panel.window.reverse.setFocus()
        panel.window.showMinimized()
        panel.window.come_forward()
        assert not panel.window.isMinimized()
        assert panel.window.focusWidget() is panel.window.findChild(QFrame, "modeframe")


async def test_a_live_account_is_told_by_word_and_frame(open_panel: OpenPanel) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        panel.bench.desk.choose_account("LIVE-001")
        frame = panel.window.findChild(QFrame, "modeframe")
        assert isinstance(frame, QFrame)
        assert (frame.property("kind"), "LIVE" in panel.window.windowTitle()) == ("LIVE", True)


async def test_the_card_describes_the_position_in_words(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        words = panel.window.card.accessibleDescription()
        assert words.startswith("▲ LONG 3 @ 5011.00")


async def test_a_stale_card_says_so(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(replace(panel.state, now=panel.state.now + 7))
        assert "stale" in panel.window.card.accessibleDescription()


def troubled(state: PanelState) -> list[PanelState]:
    """States that say a great deal at once."""
    errors = desk.with_field(state, Field.ORDER_TYPE, "STOPLIMIT")
    for field in (Field.LIMIT_PRICE, Field.STOP_PRICE, Field.QUANTITY, Field.OCO_ID):
        errors = desk.with_field(errors, field, " nonsense")
    key = intent(state).key
    return [
        errors,
        replace(state, in_flight={key: InFlight(intent(state), Phase.SENDING, state.now)}),
        replace(
            state,
            locks={key: Lock(intent(state), Cause.DEADLINE)},
            notices=(Noticed(Notice.SETTINGS_UNREADABLE, "settings.json"),) * 1,
        ),
        replace(state, now=state.now + 60),
        replace(state, link=Link.UNREACHABLE, link_detail="x" * 200),
        replace(state, faults=("ValueError in drawing",)),
    ]


async def test_the_reverse_button_keeps_its_place_and_size_in_every_state(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.still()

        async def place(state: PanelState) -> QRect:
            panel.draw(state)
            await asyncio.sleep(0.02)
            button = panel.window.reverse
            return QRect(button.mapTo(panel.window, button.rect().topLeft()), button.size())

        at_rest = await place(panel.state)
        assert [await place(state) for state in troubled(panel.state)] == [at_rest] * 6


@pytest.mark.parametrize(("looked_at", "tone"), [("Sim101", "good"), ("Sim102", "")])
async def test_a_proved_reverse_is_green_only_beside_its_own_position(
    open_panel: OpenPanel, looked_at: str, tone: str
) -> None:
    async with open_panel() as panel:
        panel.window.reverse.click()
        await panel.bench.idle()
        panel.bench.desk.choose_account(looked_at)
        assert "Reversed: SHORT 3" in panel.window.status.text()
        assert "Sim101 MES 12-26" in panel.window.status.text()
        assert panel.window.status.property("tone") == tone


async def test_every_disabled_control_says_why(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(replace(panel.state, link=Link.NO_TOKEN, accounts=()))
        silent = [
            w.accessibleName() or w.objectName()
            for w in (
                panel.window.reverse,
                panel.window.keys_bar.arm,
                *panel.window.safety.buttons.values(),
            )
            if not w.isEnabled() and not w.toolTip()
        ]
        assert silent == []


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
async def test_no_text_is_cut_off_at_larger_fonts(open_panel: OpenPanel, scale: float) -> None:
    async with open_panel() as panel:
        await panel.still()
        font = panel.window.font()
        font.setPointSizeF(font.pointSizeF() * scale)
        panel.window.setFont(font)
        await asyncio.sleep(0.05)
        cut = [
            b.text()
            for b in panel.window.findChildren(QPushButton)
            if b is not panel.window.reverse
            and b.fontMetrics().horizontalAdvance(b.text()) > b.contentsRect().width()
        ]
        assert cut == []


async def test_a_wheel_over_an_unfocused_choice_changes_nothing(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        choices = panel.window.findChildren(Choice)
        before = [choice.currentText() for choice in choices]
        for choice in choices:
            QApplication.sendEvent(choice, wheel_down(choice))
        assert [choice.currentText() for choice in choices] == before


async def test_the_window_stays_above_others_until_told_not_to(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        assert panel.window.is_on_top()
        menu = panel.window.link_bar.menu.menu()
        assert menu is not None
        next(a for a in menu.actions() if a.text() == "Keep above other windows").trigger()
        assert not panel.window.is_on_top()
        assert panel.window.isVisible()
        assert not panel.bench.desk.settings.on_top


async def test_a_notice_can_be_read_away(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        noticed = Noticed(Notice.SETTINGS_UNREADABLE, "settings.unreadable.json")
        panel.bench.store.update(lambda state: replace(state, notices=(noticed,)))
        button = next(b for b in panel.window.findChildren(QPushButton) if b.text() == "OK")
        assert panel.window.banners.isVisible()
        button.click()
        assert panel.state.notices == ()
        assert not panel.window.banners.isVisible()
