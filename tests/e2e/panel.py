"""A running panel, used by the words on it, as its user and a screen reader do."""

from typing import Final

from tests.e2e.accessibility import Control, Gone
from tests.e2e.desktop import Desktop
from tests.e2e.processes import wait_until, wait_until_steady

STARTED_WITHIN: Final = 20.0
READ_FOR: Final = 0.5
"""Seconds a user looks at a button before pressing it; longer than what the panel demands."""


class Panel:
    """The installed `ctpanel` command with its window open.

    Attributes:
        arguments: those it was started with.
    """

    def __init__(self, desktop: Desktop, *arguments: str) -> None:
        self.desktop = desktop
        self.arguments = arguments
        self.process = desktop.ctpanel(*arguments)
        self.window = self._wait_for_window()
        self._reverse = self.control("Reverse", "push button")
        self._status = self.control("Status", "label")
        self._card = self.control("Position", "panel")

    def _wait_for_window(self) -> Control:
        def look() -> Control | None:
            assert self.process.status is None, self.process.said()
            return self.desktop.reader.find("ctpanel", "frame")

        return wait_until(look, "a window", within=STARTED_WITHIN)

    # --- what it shows ------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return self.window.name

    @property
    def instrument(self) -> str:
        """The contract the ticket is for."""
        return self.control("Instrument", "combo box").value

    @property
    def status(self) -> str:
        """The status line."""
        return self._status.description

    @property
    def card(self) -> str:
        """The position card in words."""
        return self._card.description

    @property
    def reverse(self) -> str:
        """What the Reverse button says it does."""
        return self._reverse.name

    @property
    def reverse_reason(self) -> str:
        """How the Reverse button would do it, or why it cannot."""
        return self._reverse.description

    @property
    def can_reverse(self) -> bool:
        return self._reverse.is_enabled

    def control(self, name: str, role: str = "") -> Control:
        """A control of the window."""
        return self.find(name, role, self.window)

    def dialog(self, name: str) -> "Dialog":
        """A dialog that is open, or about to."""
        return Dialog(self, self.find(name, "dialog", None))

    def has_dialog(self) -> bool:
        """Whether anything is asked."""
        found = self.desktop.reader.find("", "dialog")
        return found is not None and found.is_showing

    def find(self, name: str, role: str, below: Control | None) -> Control:
        """A control that is there, or about to be."""
        find = self.desktop.reader.find
        return wait_until(lambda: find(name, role, below), f"{name} {role}")

    # --- waiting ------------------------------------------------------------------------------

    def wait_for_position(self, words: str) -> None:
        wait_until(lambda: self.card, f"position {words}", holds=lambda text: words in text)

    def wait_for_status(self, words: str) -> str:
        """The status line once it has these words."""
        return wait_until(
            lambda: self.status, f"status {words}", holds=lambda text: words in text, within=20
        )

    def wait_for_offer(self, words: str) -> None:
        """Until the Reverse button can be pressed, and a user has read it."""
        wait_until_steady(
            lambda: (self.reverse, self.can_reverse, self.reverse_reason),
            f"Reverse {words}",
            seconds=READ_FOR,
            holds=lambda it: words in it[0] and it[1],
            within=STARTED_WITHIN,
        )

    # --- using it -----------------------------------------------------------------------------

    def click_reverse(self) -> None:
        self.desktop.click(self._reverse.centre)

    def double_click_reverse(self, gap_ms: int) -> None:
        self.desktop.double_click(self._reverse.centre, gap_ms)

    def choose(self, name: str, item: str) -> None:
        """Choose from a list: a click opens it, typing finds the item, Enter takes it."""
        field = self.control(name, "combo box")
        self.desktop.click(field.centre)
        self.desktop.type(item)
        self.desktop.key("Return")
        wait_until(lambda: field.value == item, f"{name} {item}")

    def choose_by_key(self, name: str, item: str) -> None:
        """Choose from a list without a mouse, and without opening it."""
        self.focus(name, "combo box")
        self.desktop.type(item)
        field = self.control(name, "combo box")
        wait_until(lambda: field.value == item, f"{name} {item}")

    def focus(self, name: str, role: str) -> None:
        """Go to a control with the Tab key."""
        wanted = self.control(name, role)
        for _ in range(40):
            if self.focused() == wanted:
                return
            self.tab()
        raise AssertionError(f"Tab does not reach {name}")

    def focused(self) -> Control | None:
        return self.desktop.reader.focused()

    def tab(self) -> Control:
        """Press Tab; the control it leads to."""
        before = self.focused()
        self.desktop.key("Tab")

        def moved() -> Control | None:
            now = self.focused()
            return None if now == before else now

        return wait_until(moved, "the focus to move")


class Dialog:
    """A dialog of the panel."""

    def __init__(self, panel: Panel, window: Control) -> None:
        self._panel = panel
        self._window = window
        wait_until_steady(lambda: self.is_open, "an open dialog", seconds=READ_FOR)

    @property
    def is_open(self) -> bool:
        return self._window.is_showing

    def control(self, name: str, role: str = "") -> Control:
        return self._panel.find(name, role, self._window)

    def click(self, button: str) -> None:
        self._panel.desktop.click(self.control(button, "push button").centre)

    def fill(self, field: str, text: str) -> None:
        """Type in place of what stands in a field."""
        self._panel.desktop.click(self.control(field, "text").centre)
        self._panel.desktop.key("ctrl+a")
        self._panel.desktop.type(text)

    def words(self) -> str:
        """Everything it says."""
        said = []
        for control in self._panel.desktop.reader.controls(self._window):
            try:
                said.append(control.own_name)
            except Gone:
                continue
        return "\n".join(said)

    def wait_closed(self) -> None:
        wait_until(lambda: not self.is_open, "a closed dialog")
