"""The QApplication and the window with everything wired to what the panel can do."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QLocale, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu

from ctpanel.app.announce import Call
from ctpanel.app.desk import Desk
from ctpanel.app.halt import Halt
from ctpanel.app.hotkeys import HotkeyDesk
from ctpanel.app.live import Live
from ctpanel.app.ports import Messages, ScreenLock, Sounds
from ctpanel.app.reverse import Reverser
from ctpanel.app.safety import Safety
from ctpanel.app.session import Session
from ctpanel.app.store import Store
from ctpanel.domain.arming import Disarm
from ctpanel.domain.feedback import Trouble
from ctpanel.domain.instrument import InstrumentSpec
from ctpanel.domain.report import Act
from ctpanel.domain.state import PanelState
from ctpanel.resources import read_bytes
from ctpanel.ui import theme
from ctpanel.ui.dialog_host import DialogHost
from ctpanel.ui.drawing import Drawing
from ctpanel.ui.feedback_menu import FeedbackMenu
from ctpanel.ui.focus_watch import FocusWatch
from ctpanel.ui.held_keys import HeldKeys
from ctpanel.ui.logout import Logout
from ctpanel.ui.present import event, leaving, trouble
from ctpanel.ui.tray import Tray
from ctpanel.ui.window import PanelWindow


@dataclass(frozen=True, slots=True)
class UseCases:
    """Everything the window can set in motion."""

    store: Store
    reverser: Reverser
    safety: Safety
    halt: Halt
    hotkeys: HotkeyDesk
    session: Session
    live: Live
    desk: Desk
    sounds: Sounds
    lock: ScreenLock
    messages: Messages | None = None


def make_application() -> QApplication:
    """The one QApplication, named and drawn the same on every system."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ctpanel")
    app.setApplicationDisplayName("")  # the window's own title says it all
    app.setDesktopFileName("ctpanel")
    app.setStyle("Fusion")
    app.installEventFilter(HeldKeys(app))
    pixmap = QPixmap()
    pixmap.loadFromData(QByteArray(read_bytes("icon.png")))
    app.setWindowIcon(QIcon(pixmap))
    return app


def decimal_sign() -> str:
    """The sign this desktop writes decimals with."""
    return QLocale().decimalPoint()


class PanelView:
    """The window, its dialogs and its theme, bound to the use-cases. Draws every new state."""

    def __init__(
        self, app: QApplication, parts: UseCases, specs: Mapping[str, InstrumentSpec]
    ) -> None:
        self._app = app
        self._parts = parts
        self._theme = parts.desk.settings.theme
        colours = theme.apply(app, self._theme)
        self.window = PanelWindow(
            self._theme, on_top=parts.desk.settings.on_top, strip=parts.desk.settings.strip
        )
        self.window.strip.wear(colours)
        self.dialogs = DialogHost(self.window)
        self.window.market.offer_instruments(specs)
        self.window.put(parts.desk.settings.window)
        self._connect_ticket()
        self._connect_actions()
        self._connect_guards()
        self._connect_dialogs()
        self._logout = Logout(lambda: leaving(parts.store.state), self.window.close_wanted.emit)
        app.commitDataRequest.connect(self._logout.requested, Qt.ConnectionType.DirectConnection)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self.tray = Tray(
            self.window,
            self.window.come_forward,
            {act: partial(self._act, act) for act in (Act.CLOSE, Act.CANCEL)},
            lambda: parts.halt.pull(),  # noqa: PLW0108 - Qt would pass an argument of its own
            messages=parts.messages,
        )
        self.feedback = FeedbackMenu(
            _menu(self.window),
            parts.desk,
            parts.sounds,
            lambda: parts.sounds.problem,
            lambda: self.tray.problem,
            lambda: parts.lock.problem,
        )
        self._connect_sounds()
        self._drawing = Drawing(parts.store, self.render_state, self.window)
        self.render_state(parts.store.state)

    def render_state(self, state: PanelState) -> None:
        """Draw."""
        self.window.render_state(state)
        self.dialogs.render_state(state)
        self.tray.render_state(state)

    def call(self, about: Call) -> None:
        """Call the trader for what happened, if the window is not looked at."""
        state = self._parts.store.state
        self.tray.call(trouble(about, state) if isinstance(about, Trouble) else event(about))

    def _connect_ticket(self) -> None:
        market, ticket, desk = self.window.market, self.window.ticket, self._parts.desk
        market.account_chosen.connect(desk.choose_account)
        market.instrument_typed.connect(desk.type_instrument)
        market.instrument_chosen.connect(desk.choose_instrument)
        ticket.edited.connect(desk.edit)
        ticket.size_followed.connect(desk.follow_held_size)
        ticket.price_stepped.connect(desk.step_price)
        ticket.fresh_oco_wanted.connect(desk.make_oco_id)

    def _connect_actions(self) -> None:
        window, session = self.window, self._parts.session
        window.reverse.pressed_as.connect(self._parts.reverser.press)
        window.suggestion.wanted.connect(self._parts.reverser.correct)
        window.act_wanted.connect(self._act)
        window.token_wanted.connect(session.ask_for_token)
        window.token_forgotten.connect(session.forget_token)
        window.close_wanted.connect(self._with_state(self.dialogs.ask_close))
        window.strategies_wanted.connect(self._with_state(self.dialogs.edit_strategies))
        window.limits_wanted.connect(self._with_state(self.dialogs.edit_limits))
        window.presets_wanted.connect(
            lambda: self.dialogs.edit_presets(self._parts.store.state, self._parts.hotkeys.label)
        )
        window.keys_wanted.connect(self._with_state(self.dialogs.show_keys))
        window.theme_chosen.connect(self.dress)
        window.on_top_chosen.connect(self.keep_place)
        window.strip_chosen.connect(self.keep_place)
        window.stream_chosen.connect(lambda use: self._parts.live.choose(use=use))
        window.banners.notice_read.connect(self._parts.desk.dismiss_notice)
        window.banners.attestation_wanted.connect(
            lambda key: self.dialogs.ask_attestation(self._parts.store.state, key)
        )

    def _connect_guards(self) -> None:
        window, halt, hotkeys = self.window, self._parts.halt, self._parts.hotkeys
        window.safety.halt.pulled.connect(halt.pull)
        window.safety.halt.release_wanted.connect(halt.ask_release)
        window.keys_bar.arming_wanted.connect(
            lambda arm: hotkeys.arm() if arm else hotkeys.disarm(Disarm.BY_HAND)
        )
        window.keys_bar.confirmation_chosen.connect(self._parts.desk.choose_confirmation)
        window.keys.pressed.connect(hotkeys.press_in_window)
        window.escaped.connect(lambda: hotkeys.disarm(Disarm.ESC))
        window.reverse.held_as.connect(
            lambda shown: self._parts.reverser.press(shown, was_held=True)
        )
        window.reverse.let_go.connect(self._parts.reverser.let_go)
        window.flatten_all_wanted.connect(self._with_state(self.dialogs.ask_flatten_all))
        self.dialogs.flatten_all_confirmed.connect(self._parts.safety.flatten_listed)
        self.dialogs.halt_released.connect(halt.release)
        self.dialogs.halt_kept.connect(halt.keep)
        FocusWatch(window, self._app).seen.connect(hotkeys.see_focus)

    def _connect_dialogs(self) -> None:
        dialogs, session, reverser = self.dialogs, self._parts.session, self._parts.reverser
        dialogs.confirmed.connect(reverser.confirm)
        dialogs.dismissed.connect(reverser.dismiss)
        dialogs.attested.connect(reverser.attest)
        dialogs.flatten_confirmed.connect(self._parts.safety.flatten_account)
        dialogs.strategies_edited.connect(self._parts.desk.keep_strategies)
        dialogs.limits_edited.connect(self._parts.desk.keep_limits)
        dialogs.presets_edited.connect(self._parts.hotkeys.edit)
        dialogs.key_wanted.connect(self._rehearse)
        dialogs.token_offered.connect(lambda text, save: session.offer_token(text, save=save))
        dialogs.token_cancelled.connect(session.cancel_prompt)

    def _connect_sounds(self) -> None:
        dialogs, desk = self.dialogs, self._parts.desk
        self.feedback.dialog_wanted.connect(
            lambda: dialogs.edit_sounds(desk.settings.sounds, on=desk.settings.sound_on)
        )
        dialogs.sounds_edited.connect(self.feedback.choose)
        dialogs.sound_wanted.connect(self.feedback.try_out)
        self.feedback.tried.connect(dialogs.tell_sound)  # an object's own method: in its thread

    def _rehearse(self, wanted: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._parts.hotkeys.rehearse = self.dialogs.key_heard if wanted else None

    def _with_state(self, show: Callable[[PanelState], None]) -> Callable[[], None]:
        return lambda: show(self._parts.store.state)

    def _act(self, act: Act) -> None:
        if act is Act.CLOSE:
            self._parts.safety.close_position()
        elif act is Act.CANCEL:
            self._parts.safety.cancel_orders()
        else:
            self.dialogs.ask_flatten(self._parts.store.state)

    def dress(self, choice: str) -> None:
        """Change the theme and remember it."""
        self._theme = choice
        self.window.strip.wear(theme.apply(self._app, choice))
        self.keep_place()

    def _follow_desktop(self, _scheme: Qt.ColorScheme) -> None:
        if self._theme == "system":
            self.window.strip.wear(theme.apply(self._app, self._theme))

    def keep_place(self) -> None:
        """Remember where the window stands."""
        self._parts.desk.keep_window(
            theme=self._theme,
            on_top=self.window.is_on_top(),
            strip=self.window.is_strip_shown(),
            window=self.window.place(),
        )

    def close(self) -> None:
        """Stop drawing and take the window away."""
        self._drawing.stop()
        self.tray.end()
        self._app.commitDataRequest.disconnect(self._logout.requested)
        self.window.allow_close()
        self.window.deleteLater()


def _menu(window: PanelWindow) -> QMenu:
    menu = window.link_bar.menu.menu()
    assert menu is not None
    return menu
