"""Opens and closes the dialogs as the state says, and passes on what they are answered."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ctpanel.domain.chord import Chord
from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.domain.halt import Halted
from ctpanel.domain.reverse import Key, Plan
from ctpanel.domain.state import Keys, PanelState, TokenPrompt
from ctpanel.ui.dialogs import (
    Asking,
    Attest,
    Confirm,
    ConfirmClose,
    ConfirmCorrection,
    ConfirmFlatten,
    ConfirmReverse,
    Strategies,
)
from ctpanel.ui.guard_dialogs import FlattenAll, ReleaseHalt, names
from ctpanel.ui.keys_dialog import KeysDialog
from ctpanel.ui.limits_dialog import LimitsDialog
from ctpanel.ui.present import leaving, position
from ctpanel.ui.presets_dialog import PresetsDialog
from ctpanel.ui.sounds_dialog import SoundsDialog
from ctpanel.ui.token_dialog import TokenDialog


class DialogHost(QObject):
    """One of each dialog at most.

    Signals:
        confirmed: the `Shown` of the confirmed plan, a reverse or a correction.
        dismissed: the question was answered with Cancel or Esc.
        flatten_confirmed: an account's name.
        flatten_all_confirmed: every listed account is to be flattened.
        halt_released: the panel is to be enabled again.
        halt_kept: it is not.
        attested: (Key, statement).
        strategies_edited: name to quantity or None.
        token_offered: (text, whether to save it).
        token_cancelled: the token dialog was closed.
        close_confirmed: the panel may go, whatever is open.
        limits_edited: the Limits.
        presets_edited: a tuple of presets.
        sounds_edited: what is chosen for each sound.
        sound_wanted: (Sound, path, whether to play it) - is to be tried.
        key_wanted: whether the next press of a key is meant for a dialog.
    """

    confirmed = Signal(object)
    dismissed = Signal()
    flatten_confirmed = Signal(str)
    flatten_all_confirmed = Signal()
    halt_released = Signal()
    halt_kept = Signal()
    attested = Signal(object, str)
    strategies_edited = Signal(object)
    token_offered = Signal(str, bool)
    token_cancelled = Signal()
    close_confirmed = Signal()
    limits_edited = Signal(object)
    presets_edited = Signal(object)
    sounds_edited = Signal(object)
    sound_wanted = Signal(object, str, bool)
    key_wanted = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._confirm: Confirm | None = None
        self._token: TokenDialog | None = None
        self._release: ReleaseHalt | None = None
        self._asked: Asking | None = None
        self._keys: Keys | None = None
        self._keys_before: Keys | None = None

    def render_state(self, state: PanelState) -> None:
        """Open what the state asks for, close what it no longer does."""
        self._show_confirm(state)
        self._show_release(state.halted if state.asks_release else None)
        self._show_token(state.token_prompt, state.origin)
        if isinstance(self._asked, ConfirmClose) and self._asked.left_open != leaving(state):
            self._asked.reject()  # it asks of what is no longer so
        self._show_keys(state)
        if isinstance(self._asked, Attest) and self._asked.key not in state.locks:
            self._asked.reject()  # it was proved meanwhile: nothing is left to be said
        if isinstance(self._asked, FlattenAll) and self._asked.accounts != names(state):
            self._asked.reject()  # the same

    # --- the three that the state opens -----------------------------------------------------------

    def _show_confirm(self, state: PanelState) -> None:
        plan, dialog = state.confirming, self._confirm
        if dialog is not None and (plan is None or plan.shown != dialog.plan.shown):
            self._confirm = None
            dialog.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
            _destroy(dialog)
            dialog = None
        if dialog is not None:
            dialog.render_state(state)
        elif plan is not None:
            self._open_confirm(plan, state)

    def _open_confirm(self, plan: Plan, state: PanelState) -> None:
        kind = ConfirmCorrection if plan.is_correction else ConfirmReverse
        dialog = kind(plan, self._window)
        dialog.accepted.connect(lambda: self._confirmed(plan))
        dialog.rejected.connect(self._dismissed)
        self._confirm = dialog
        dialog.render_state(state)  # first, that it opens high enough for all it says
        dialog.open()

    def _confirmed(self, plan: Plan) -> None:
        self._drop_confirm()
        self.confirmed.emit(plan.shown)

    def _dismissed(self) -> None:
        self._drop_confirm()
        self.dismissed.emit()

    def _drop_confirm(self) -> None:
        if self._confirm is not None:
            self._confirm.deleteLater()
            self._confirm = None

    def _show_release(self, halted: Halted | None) -> None:
        dialog = self._release
        if halted is None and dialog is not None:
            self._release = None
            dialog.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
            _destroy(dialog)
        elif halted is not None and dialog is None:
            self._release = ReleaseHalt(halted, self._window)
            self._release.accepted.connect(self.halt_released)
            self._release.rejected.connect(self.halt_kept)
            self._release.open()

    def _show_token(self, prompt: TokenPrompt | None, origin: str) -> None:
        if prompt is None:
            if self._token is not None:
                dialog, self._token = self._token, None
                dialog.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
                dialog.wipe()
                _destroy(dialog)
            return
        if self._token is None:
            self._token = TokenDialog(origin, self._window)
            self._token.offered.connect(self.token_offered)
            self._token.rejected.connect(self.token_cancelled)
            self._token.open()
        self._token.render_prompt(prompt)

    # --- those the user opens -------------------------------------------------------------------

    def ask_flatten(self, state: PanelState) -> None:
        """Ask before the ticket's account is flattened."""
        name = state.ticket.account
        held = [
            f"{contract}  {position(read.value)}"
            for (account, contract), read in sorted(state.held.items())
            if account == name and not read.value.is_flat
        ]
        reversing = any(account == name for account, _ in state.in_flight)
        dialog = ConfirmFlatten(name, held, self._window, reversing=reversing)
        dialog.accepted.connect(lambda: self.flatten_confirmed.emit(name))
        self._ask(dialog)

    def ask_flatten_all(self, state: PanelState) -> None:
        """Ask before every listed account is flattened."""
        dialog = FlattenAll(state, self._window)
        dialog.accepted.connect(self.flatten_all_confirmed)
        self._ask(dialog)

    def ask_attestation(self, state: PanelState, key: Key) -> None:
        """Ask what NinjaTrader shows for an unproved reverse."""
        lock = state.locks.get(key)
        if lock is None:
            return
        dialog = Attest(lock, self._window)
        dialog.accepted.connect(lambda: self.attested.emit(key, dialog.statement()))
        self._ask(dialog)

    def edit_strategies(self, state: PanelState) -> None:
        """Show the remembered ATM strategies."""
        dialog = Strategies(state.strategies, self._window)
        dialog.accepted.connect(lambda: self.strategies_edited.emit(dialog.strategies()))
        self._ask(dialog)

    def edit_limits(self, state: PanelState) -> None:
        """Show the trader's limits."""
        dialog = LimitsDialog(state.limits, state.decimal_sign, self._window)
        dialog.accepted.connect(lambda: self.limits_edited.emit(dialog.limits()))
        self._ask(dialog)

    def edit_sounds(self, choices: Mapping[Sound, SoundChoice], *, on: bool) -> None:
        """Show the sounds; `on` is whether any are heard at all."""
        dialog = SoundsDialog(choices, on=on, parent=self._window)
        dialog.wanted.connect(self.sound_wanted)
        dialog.accepted.connect(lambda: self.sounds_edited.emit(dialog.choices()))
        self._ask(dialog)

    def tell_sound(self, sound: Sound, file: str, problem: str) -> None:
        """What became of a sound that was to be tried."""
        if isinstance(self._asked, SoundsDialog):
            self._asked.tell(sound, file, problem)

    def edit_presets(self, state: PanelState, label: Callable[[Chord], str]) -> None:
        """Show the presets; `label` is a chord as the keyboard in use writes it."""
        dialog = PresetsDialog(state, label, self._window)
        dialog.listening.connect(self.key_wanted)
        dialog.accepted.connect(lambda: self._presets_saved(dialog))
        self._ask(dialog)

    def _presets_saved(self, dialog: PresetsDialog) -> None:
        self._keys_before = self._keys
        self.presets_edited.emit(dialog.presets())

    def key_heard(self, name: str) -> None:
        """The system heard a preset's key while the next one was meant for a dialog."""
        if isinstance(self._asked, PresetsDialog):
            self._asked.heard(name)

    def show_keys(self, state: PanelState) -> None:
        """Show what each key does."""
        self._ask(KeysDialog(state, self._window))

    def _show_keys(self, state: PanelState) -> None:
        """Follow the state; open by itself when keys that were just saved cannot be had."""
        self._keys = state.keys
        if isinstance(self._asked, KeysDialog):
            self._asked.render_state(state)
        before = self._keys_before
        if before is not None and before is not state.keys:
            self._keys_before = None
            if state.keys.problem or state.keys.missing:
                self.show_keys(state)

    def ask_close(self, state: PanelState) -> None:
        """Ask before the panel goes, when it would leave a reverse open."""
        left_open = leaving(state)
        if state.is_closing or not left_open:
            self.close_confirmed.emit()
            return
        if self._asked is not None:
            self._asked.reject()
        dialog = ConfirmClose(left_open, self._window)
        dialog.accepted.connect(self.close_confirmed)
        self._ask(dialog)

    def _ask(self, dialog: Asking) -> None:
        if self._asked is not None:
            _destroy(dialog)
            return
        self._asked = dialog
        dialog.finished.connect(self._answered)
        dialog.open()

    def _answered(self) -> None:
        if self._asked is not None:
            self._asked.deleteLater()
            self._asked = None


def _destroy(dialog: QWidget) -> None:
    dialog.hide()
    dialog.deleteLater()
