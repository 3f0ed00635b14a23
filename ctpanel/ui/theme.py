"""Colours as light/dark pairs, and the style sheet made from them. No widget is built here.

Colour never stands alone: sides have a word and an arrow, account kinds a word and a frame.
Long is blue and short is orange, which can be told apart with any kind of colour vision.
"""

from dataclasses import asdict, dataclass
from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ctpanel.domain.values import AccountKind, Side
from ctpanel.resources import read_text

CHOICES: Final = ("system", "light", "dark")

ARMED: Final = "#f5c518"
ON_ARMED: Final = "#15181d"
HALT: Final = "#c3211d"
"""Armed and halted look the same in every theme, and like nothing else in it."""


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    disabled: str
    focus: str
    long: str
    long_fill: str
    long_hover: str
    short: str
    short_fill: str
    short_hover: str
    on_fill: str
    wrong: str
    warn: str
    good: str
    paper: str
    paper_tint: str
    sim: str
    sim_tint: str
    live: str
    live_tint: str
    armed: str = ARMED
    on_armed: str = ON_ARMED
    halt: str = HALT


LIGHT: Final = Colours(
    window="#f3f4f6",
    surface="#ffffff",
    raised="#e9ebef",
    line="#c3c8d1",
    text="#15181d",
    muted="#5a6270",
    disabled="#8b929e",
    focus="#1b62d1",
    long="#1558b8",
    long_fill="#1558b8",
    long_hover="#0f479a",
    short="#b04600",
    short_fill="#b04600",
    short_hover="#933a00",
    on_fill="#ffffff",
    wrong="#b3261e",
    warn="#8a5a00",
    good="#1b6e3c",
    paper="#0d7377",
    paper_tint="#e3f1f1",
    sim="#6b4fa0",
    sim_tint="#eeeaf6",
    live="#c01f3a",
    live_tint="#fbe7ea",
)
DARK: Final = Colours(
    window="#15181d",
    surface="#1d2127",
    raised="#2a2f38",
    line="#434b58",
    text="#e9ecf1",
    muted="#a2abb9",
    disabled="#747d8b",
    focus="#6aa6ff",
    long="#5c9bf2",
    long_fill="#2467c9",
    long_hover="#1d58b0",
    short="#f0853d",
    short_fill="#b4500f",
    short_hover="#9a420a",
    on_fill="#ffffff",
    wrong="#ff8a80",
    warn="#f0bd5a",
    good="#6fd08f",
    paper="#2fb3b8",
    paper_tint="#162a2c",
    sim="#a98be0",
    sim_tint="#241f31",
    live="#ff5a73",
    live_tint="#341a20",
)


def colours_for(choice: str) -> Colours:
    """The theme a choice means now; "system" asks the desktop."""
    if choice == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def of_side(colours: Colours, side: Side) -> str:
    """A side's colour."""
    return {Side.LONG: colours.long, Side.SHORT: colours.short, Side.FLAT: colours.muted}[side]


def of_kind(colours: Colours, kind: AccountKind) -> str:
    """An account kind's frame colour."""
    return {
        AccountKind.PAPER: colours.paper,
        AccountKind.SIM: colours.sim,
        AccountKind.LIVE: colours.live,
    }[kind]


def apply(app: QApplication, choice: str) -> Colours:
    """Dress the whole application."""
    colours = colours_for(choice)
    app.setPalette(_palette(colours))
    app.setStyleSheet(Template(read_text("panel.qss")).substitute(asdict(colours)))
    return colours


def _palette(colours: Colours) -> QPalette:
    """What the style sheet does not reach: native parts, selections, placeholders."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.raised,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.raised,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Highlight: colours.focus,
        QPalette.ColorRole.HighlightedText: colours.on_fill,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(disabled, role, QColor(colours.disabled))
    return palette
