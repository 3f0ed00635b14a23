"""Which way of hearing keys a system gets."""

import sys

import pytest

from ctpanel.app.ports import Hotkeys, KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.hotkeys import choose, macos, portal, windows, x11
from ctpanel.hotkeys.choose import NoHotkeys, system_hotkeys

KINDS = {
    "WindowsHotkeys": windows, "MacHotkeys": macos, "PortalHotkeys": portal, "X11Hotkeys": x11,
}  # fmt: skip
SESSION = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE")


def heard(_event: KeyEvent) -> None:
    """Nothing is pressed here."""


def chosen(monkeypatch: pytest.MonkeyPatch, platform: str, session: dict[str, str]) -> Hotkeys:
    monkeypatch.setattr(sys, "platform", platform)
    for name in SESSION:
        monkeypatch.delenv(name, raising=False)
    for name, value in session.items():
        monkeypatch.setenv(name, value)
    for kind, module in KINDS.items():
        monkeypatch.setattr(module, kind, lambda _heard, now, kind=kind: NoHotkeys(kind))
    return system_hotkeys(heard)


@pytest.mark.parametrize(
    ("platform", "session", "kind"),
    [
        ("win32", {}, "WindowsHotkeys"),
        ("darwin", {"DISPLAY": ":0"}, "MacHotkeys"),
        ("linux", {"DISPLAY": ":0"}, "X11Hotkeys"),
        ("linux", {"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "X11Hotkeys"),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "PortalHotkeys"),
        ("linux", {"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "PortalHotkeys"),
        ("linux", {}, "Hotkeys do not work: there is no desktop."),
    ],
)
def test_each_system_has_its_own_way(
    platform: str, session: dict[str, str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chosen(monkeypatch, platform, session).problem == kind


async def test_where_there_are_none_every_key_is_refused_with_the_reason() -> None:
    none = NoHotkeys("There are none.")
    chord = Chord.parse("Ctrl+Alt+KeyR")
    assert await none.bind({"reverse": chord}) == {"reverse": "There are none."}
    assert none.label(chord) == "Ctrl+Alt+R"
    await none.close()


def test_a_system_whose_keys_cannot_be_loaded_still_has_a_panel(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_heard: object, _now: object) -> Hotkeys:
        raise OSError("no such library")

    monkeypatch.setattr(choose, "_of_this_system", broken)
    assert system_hotkeys(heard).problem == "Hotkeys do not work on this computer (OSError)."
    caplog.clear()
