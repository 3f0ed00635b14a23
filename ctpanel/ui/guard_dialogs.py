"""The questions before the halt ends, and before every account is flattened."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from ctpanel.domain.halt import Halted
from ctpanel.domain.state import PanelState
from ctpanel.ui.dialogs import Asking
from ctpanel.ui.guard_words import release_words
from ctpanel.ui.present import position

MOST_LINES: Final = 12
"""Accounts a question lists; a screen has no room for more."""


class ReleaseHalt(Asking):
    """Asks before whatever opens risk may be sent again."""

    def __init__(self, halted: Halted, parent: QWidget | None) -> None:
        super().__init__("Release halt", "Enable again", parent)
        cause, first = release_words(halted)
        self.say(cause, bold=True)
        self.say(f"⚠ {first}", bold=True, role="warning")
        self.say("Enabled again, one press may open risk. Nothing is sent by itself.", role="muted")


class FlattenAll(Asking):
    """Asks before everything on every listed account is closed."""

    def __init__(self, state: PanelState, parent: QWidget | None) -> None:
        self.accounts = names(state)
        count = len(self.accounts)
        name = f"Flatten {count} account{'' if count == 1 else 's'}"
        super().__init__("Flatten all my listed accounts", name, parent)
        self.say("Close every position and cancel every order of these accounts?", bold=True)
        self.say("\n".join(_capped(held_lines(state))) or "The server lists no account.")
        if state.in_flight:
            self.say(
                "⚠ A reverse is still on its way: its entry may come after this. "
                "Look once more afterwards.",
                bold=True,
                role="warning",
            )
        self.say("Each account gets its own order to flatten; nobody else's is.", role="muted")
        self.act.setEnabled(count > 0)


def names(state: PanelState) -> tuple[str, ...]:
    """The accounts the server lists."""
    return tuple(account.name for account in state.accounts)


def held_lines(state: PanelState) -> list[str]:
    """Each listed account with what it holds, those that hold something first."""
    held = {account.name: _held(state, account.name) for account in state.accounts}
    first = sorted(held, key=lambda name: not held[name])
    return [f"{name}:  {held[name] or _nothing(state, name)}" for name in first]


def _held(state: PanelState, name: str) -> str:
    found = (
        f"{contract} {position(read.value)}"
        for (account, contract), read in sorted(state.held.items())
        if account == name and not read.value.is_flat
    )
    return ",  ".join(found)


def _nothing(state: PanelState, name: str) -> str:
    return "no open position" if name in state.listed_at else "not read yet"


def _capped(lines: Sequence[str]) -> Sequence[str]:
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], f"… and {len(lines) - MOST_LINES + 1} more"]
