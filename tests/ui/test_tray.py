"""The tray icon: what stands is told apart by shape, and a hidden window's trader is called."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QSystemTrayIcon

from ctpanel.domain.arming import Armed
from ctpanel.domain.feedback import Trouble
from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.outcomes import Code, Refused, Verdict, VerdictKind, deny
from ctpanel.domain.report import Act, PressDenied, ReverseEnded, ReverseStopped
from ctpanel.domain.state import InFlight, Link, Lock, PanelState, Phase
from ctpanel.ui import tray as tray_file
from ctpanel.ui.tray import Tray, icon
from ctpanel.ui.tray_look import LONGEST, Standing, look, outside
from tests.fakes.examples import TODAY, intent, plan
from tests.ui.conftest import OpenPanel, Shown

STATE = PanelState("https://example.test", on_paper=True, now=0.0, today=TODAY, link=Link.CONNECTED)
KEY = intent().key
LOCKED = {"locks": {KEY: Lock(intent(), None)}}
ARMED = {"armed": Armed("Sim101", "SIM", 0.0)}
HALTED = {"halted": Halted(HaltCause.BY_HAND)}
LOST = ReverseEnded(plan(), Verdict(VerdictKind.UNKNOWN), 15.0)


def flying(phase: Phase) -> dict[str, Any]:
    return {"in_flight": {KEY: InFlight(intent(), phase, 0.0)}}


class FakeIcon(QSystemTrayIcon):
    """A tray icon that no desktop sees."""

    is_available = True

    def __init__(self, parent: Tray) -> None:
        super().__init__(parent)
        self.is_shown = False
        self.messages: list[str] = []

    @staticmethod
    def isSystemTrayAvailable() -> bool:  # noqa: N802 - Qt's name
        return FakeIcon.is_available

    def show(self) -> None:
        self.is_shown = True

    def hide(self) -> None:
        self.is_shown = False

    def showMessage(self, *message: object) -> None:  # noqa: N802 - Qt's name
        self.messages.append(str(message[1]))


class FakeMessages:
    """app.ports.Messages that only remembers."""

    problem = "This desktop shows no messages."

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def show(self, title: str, text: str) -> None:
        self.shown.append((title, text))


@pytest.fixture(autouse=True)
def no_real_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeIcon, "is_available", True)
    monkeypatch.setattr(tray_file, "QSystemTrayIcon", FakeIcon)


def icon_of(tray: Tray) -> FakeIcon:
    tray._appear()
    assert isinstance(tray._icon, FakeIcon)
    return tray._icon


def hidden(panel: Shown) -> FakeIcon:
    found = icon_of(panel.view.tray)
    panel.window.hide()
    return found


def said(panel: Shown) -> list[str]:
    """What was shown on the desktop, when the time for gathering is over."""
    assert panel.view.tray._gathering.isActive()
    panel.view.tray._gathering.stop()
    panel.view.tray._say()
    return icon_of(panel.view.tray).messages


def entry(panel: Shown, beginning: str) -> QAction:
    (found,) = (a for a in panel.view.tray._menu.actions() if a.text().startswith(beginning))
    return found


# --- what stands ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, Standing.READY),
        (ARMED, Standing.ARMED),
        ({"link": Link.UNREACHABLE} | ARMED, Standing.OFFLINE),
        ({"link": Link.NO_TOKEN}, Standing.OFFLINE),
        ({"link": Link.UNREACHABLE} | HALTED, Standing.HALTED),
        ({"faults": ("KeyError",)} | HALTED, Standing.FAULT),
        ({"journal_fault": "disk full"}, Standing.FAULT),
        (flying(Phase.SENDING) | ARMED, Standing.SENDING),
        (flying(Phase.READING_BACK) | {"faults": ("KeyError",)}, Standing.SENDING),
        (flying(Phase.UNANSWERED), Standing.UNKNOWN),
        (LOCKED | ARMED, Standing.UNKNOWN),
        (LOCKED | {"link": Link.UNREACHABLE} | HALTED, Standing.UNKNOWN),
    ],
)
def test_the_gravest_of_what_stands_is_shown(changes: dict[str, Any], standing: Standing) -> None:
    shown = look(replace(STATE, **changes))
    assert shown.standing is standing
    assert standing.value in shown.tip


def white_of(standing: Standing) -> frozenset[tuple[int, int]]:
    """The pixels of the shape, whatever its colour and ground are."""
    image: QImage = icon(standing).pixmap(QSize(32, 32)).toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return frozenset((x, y) for x, y in places if image.pixelColor(x, y).lightness() > 230)


@pytest.mark.usefixtures("qapp")
def test_every_standing_has_a_shape_of_its_own_without_its_colour() -> None:
    shapes = {standing: white_of(standing) for standing in Standing}
    for standing, shape in shapes.items():
        assert len(shape) > 20, standing
        for other in set(Standing) - {standing}:
            assert len(shape ^ shapes[other]) > 20, (standing, other)


async def test_the_icon_follows_the_state(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        found = icon_of(panel.view.tray)
        base = panel.bench.state
        tips = []
        for changes in ({}, LOCKED, {"link": Link.UNREACHABLE}):
            panel.draw(replace(base, **changes))
            tips.append(found.toolTip())
    assert tips == [
        "ctpanel: READY. Sim101 MES 12-26.",
        "ctpanel: UNKNOWN. Look at Positions and Orders in NinjaTrader.",
        "ctpanel: OFFLINE. The server cannot be reached",
    ]


# --- calling ----------------------------------------------------------------------------------


async def test_what_needs_the_trader_is_shown_while_the_window_is_hidden(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        hidden(panel)
        panel.view.call(LOST)
        (message,) = said(panel)
    assert message.startswith("Unknown: ")
    assert message.endswith("Sim101 MES 12-26 is locked.")


async def test_nothing_is_shown_over_a_window_that_is_looked_at(
    open_panel: OpenPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_panel() as panel:
        monkeypatch.setattr(panel.window, "isActiveWindow", lambda: True)
        panel.view.call(LOST)
        assert not panel.view.tray._gathering.isActive()


async def test_a_window_that_is_seen_but_not_used_does_not_keep_the_call_back(
    open_panel: OpenPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_panel() as panel:
        monkeypatch.setattr(panel.window, "isActiveWindow", lambda: False)
        panel.view.call(LOST)
        assert panel.view.tray._gathering.isActive()


async def test_a_burst_is_one_message_that_says_how_many(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        hidden(panel)
        for _ in range(20):
            panel.view.call(PressDenied(deny(Code.BUSY)))
        (message,) = said(panel)
    lines = message.splitlines()
    assert lines[0] == "(17 more before these)"
    assert lines[1:] == ["Not sent: the last one is still on its way"] * 3


async def test_what_a_server_says_is_neither_markup_nor_endless(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        hidden(panel)
        text = "<b>A&amp;B</b>\n<img src=x>" + "x" * 5000
        panel.view.call(ReverseStopped(plan(), Refused(text)))
        (message,) = said(panel)
    assert not set("<>&\n") & set(message)
    assert len(message) == LONGEST
    assert "A" in message


def test_text_for_the_desktop_has_no_control_characters() -> None:
    assert outside("a\tb\x1b[31m\u202ec\nd") == "a b[31mc d"


async def test_a_lost_link_is_called_in_words(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        hidden(panel)
        panel.bench.store.update(lambda s: replace(s, link=Link.UNREACHABLE))
        panel.view.call(Trouble.LINK_LOST)
        (message,) = said(panel)
    assert message == "An order is on its way, and the link is lost. The server cannot be reached"


async def test_a_fault_is_called_in_words(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        hidden(panel)
        panel.bench.store.update(lambda s: replace(s, faults=("KeyError in drawing",)))
        panel.view.call(Trouble.FAULT)
        (message,) = said(panel)
    assert message == ("Nothing is sent: the panel has a fault; restart it (KeyError in drawing)")


# --- the icon's own life ----------------------------------------------------------------------


Reason = QSystemTrayIcon.ActivationReason


@pytest.mark.parametrize("reason", [Reason.Trigger, Reason.DoubleClick])
async def test_a_click_brings_the_window_forward(open_panel: OpenPanel, reason: Reason) -> None:
    async with open_panel() as panel:
        hidden(panel).activated.emit(reason)
        assert panel.window.isVisible()


async def test_a_click_on_a_message_brings_the_window_forward(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        hidden(panel).messageClicked.emit()
        assert panel.window.isVisible()


async def test_the_menu_shows_the_window(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        hidden(panel)
        entry(panel, "Show ctpanel").trigger()
        assert panel.window.isVisible()


async def test_the_menu_names_what_it_acts_on_and_acts(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        entry(panel, "Close position: Sim101 MES 12-26").trigger()
        assert [act.act for act in panel.state.acts] == [Act.CLOSE]
        await panel.bench.until(lambda s: not s.acts)


async def test_the_menu_halts(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        entry(panel, "Halt").trigger()
        assert panel.state.halted == Halted(HaltCause.BY_HAND)
        await asyncio.sleep(0)


async def test_what_the_window_would_not_do_the_menu_does_not_either(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(replace(panel.bench.state, link=Link.UNREACHABLE))
        enabled = {act: button.isEnabled() for act, button in panel.window.safety.buttons.items()}
        for act in (Act.CLOSE, Act.CANCEL):
            assert entry(panel, act.value).isEnabled() == enabled[act]


async def test_without_a_tray_the_panel_says_so_in_its_menu(
    open_panel: OpenPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeIcon, "is_available", False)
    async with open_panel() as panel:
        panel.view.tray._appear()
        panel.view.call(LOST)
        panel.view.tray._gathering.stop()
        panel.view.tray._say()
        panel.view.feedback._refresh()
        lines = [line.text() for line in panel.view.feedback.lines if line.isVisible()]
    assert lines == ["This desktop has no tray: nothing is shown while the window is hidden."]


async def test_without_a_tray_the_desktop_shows_the_message_some_other_way(
    open_panel: OpenPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeIcon, "is_available", False)
    async with open_panel() as panel:
        panel.window.hide()
        desktop = FakeMessages()
        tray = Tray(panel.window, lambda: None, {}, lambda: None, messages=desktop)
        tray.render_state(panel.state)
        tray.call("Unknown: <b>")
        tray.end()
        tray._say()
        assert desktop.shown == [("ctpanel", "Unknown: \u2039b\u203a")]
        assert tray.problem == "This desktop shows no messages."


async def test_a_tray_that_comes_after_the_panel_is_found(
    open_panel: OpenPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeIcon, "is_available", False)
    async with open_panel() as panel:
        panel.view.tray._appear()
        monkeypatch.setattr(FakeIcon, "is_available", True)
        assert icon_of(panel.view.tray).is_shown
        assert panel.view.tray.problem == ""


async def test_the_icon_goes_with_the_panel(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        found = icon_of(panel.view.tray)
        assert found.is_shown
        panel.view.tray.end()
        assert not found.is_shown


# --- the switch for sounds --------------------------------------------------------------------


async def test_the_switch_mutes_and_is_remembered(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        switch = panel.view.feedback.switch
        assert switch.isChecked()
        switch.trigger()
        assert not panel.bench.sounds.is_on
        await panel.bench.desk.saved()
        assert not panel.bench.settings.saved[-1].sound_on


async def test_the_switch_stands_above_the_menus_last_group(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        menu = panel.window.link_bar.menu.menu()
        assert menu is not None
        texts = [action.text() for action in menu.actions() if action.isVisible()]
        assert texts.index("Sounds") == texts.index("Keep above other windows") + 1


async def test_why_no_sound_is_heard_stands_under_the_switch(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.sounds.problem = "No sound can be heard."
        panel.view.feedback._refresh()
        assert panel.view.feedback.lines[0].text() == "No sound can be heard."
