"""The user's choices: passed on to the state, to the feed, and to the settings."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ctpanel.app.feed import Feed
from ctpanel.app.ports import Settings, SettingsStore
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain import desk as changes
from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.domain.limits import Limits
from ctpanel.domain.market import Account
from ctpanel.domain.outcomes import Field
from ctpanel.domain.report import Notice, Noticed
from ctpanel.domain.state import PanelState, account_key
from ctpanel.domain.values import Confirming

TYPING_PAUSE: Final = 0.6
"""Seconds without a keystroke after which a typed instrument is looked up by itself."""


@dataclass(kw_only=True, eq=False)
class Desk:
    """Everything the user sets without sending anything."""

    store: Store
    feed: Feed
    settings_store: SettingsStore
    tasks: Tasks
    settings: Settings
    new_id: Callable[[], str]
    _typing: int = field(default=0, init=False)
    _saving: asyncio.Task[None] | None = field(default=None, init=False)

    def choose_account(self, name: str) -> None:
        """Another account."""
        self.store.update(lambda state: changes.with_account(state, name))
        self.feed.nudge()

    def type_instrument(self, text: str) -> None:
        """A keystroke in the instrument field."""
        self.store.update(lambda state: changes.with_instrument_typed(state, text))
        self._typing += 1
        self.tasks.spawn(self._ask_when_quiet(self._typing), "instrument")

    def choose_instrument(self, text: str) -> None:
        """An instrument is chosen, or its text confirmed."""
        self._typing += 1
        self.store.update(
            lambda s: changes.with_instrument_asked(changes.with_instrument_typed(s, text))
        )
        self.feed.nudge()

    async def _ask_when_quiet(self, typing: int) -> None:
        await asyncio.sleep(TYPING_PAUSE)
        if typing == self._typing:
            self.store.update(lambda s: changes.with_instrument_asked(s, is_typing=True))
            self.feed.nudge()

    def edit(self, name: Field, text: str) -> None:
        """One field of the ticket."""
        self.store.update(lambda state: changes.with_field(state, name, text))

    def step_price(self, name: Field, ticks: int) -> None:
        """An arrow key in a price field."""
        self.store.update(lambda state: changes.with_price_stepped(state, name, ticks))

    def make_oco_id(self) -> None:
        """A fresh OCO id: one that was used once is refused by NinjaTrader for the session."""
        self.edit(Field.OCO_ID, f"ct-{self.new_id()[:12]}")

    def follow_held_size(self) -> None:
        """The quantity follows the position again."""
        self.store.update(changes.with_quantity_following)

    def keep_strategies(self, strategies: Mapping[str, int | None]) -> None:
        """The remembered ATM strategies, each with the quantity its template has, if recorded."""
        self.store.update(lambda state: replace(state, strategies=strategies))

    def keep_limits(self, limits: Limits) -> None:
        """The trader's limits; a lock on simulators holds from the next reading on."""
        self.store.update(lambda state: changes.with_limits(state, limits))

    def choose_confirmation(self, account: Account, needed: Confirming) -> None:
        """What a press on an account needs from now on."""
        self.store.update(
            lambda state: replace(
                state,
                confirmations={**state.confirmations, account_key(account): needed},
                confirming=None,
            )
        )

    def keep_window(self, *, theme: str, on_top: bool, strip: bool, window: str) -> None:
        """How the window looks and where it stands."""
        self._keep(replace(self.settings, theme=theme, on_top=on_top, strip=strip, window=window))

    def keep_sounds(self, *, on: bool, choices: Mapping[Sound, SoundChoice]) -> None:
        """Whether the panel is heard, and how."""
        self._keep(replace(self.settings, sound_on=on, sounds=choices))

    def dismiss_notice(self, noticed: Noticed) -> None:
        """A notice has been read."""
        self.store.update(
            lambda state: replace(state, notices=tuple(n for n in state.notices if n != noticed))
        )

    def follow(self, state: PanelState) -> None:
        """Subscribe this to the store: choices are remembered as they are made."""
        self._keep(remembered(self.settings, state))

    def _keep(self, wanted: Settings) -> None:
        if wanted != self.settings:
            self.settings = wanted
            self._saving = self.tasks.spawn(self._save(wanted), "settings")

    async def saved(self) -> None:
        """Wait until the last change is kept; saves are done in turn."""
        if self._saving is not None:
            await self._saving

    async def _save(self, settings: Settings) -> None:
        try:
            await self.settings_store.save(settings)
        except OSError as error:
            notice = Noticed(Notice.SETTINGS_NOT_SAVED, error.strerror or type(error).__name__)
            self.store.report(notice)


def remembered(settings: Settings, state: PanelState) -> Settings:
    """The settings with what the state has that is worth keeping."""
    contract = state.contract
    return replace(
        settings,
        account=state.ticket.account or settings.account,
        instrument=settings.instrument if contract is None else contract.name,
        recents=state.recents,
        strategies=state.strategies,
        entries=state.entries,
        streams=_streams(settings, state),
        confirmations=state.confirmations,
        presets=state.presets,
        limits=state.limits,
    )


def _streams(settings: Settings, state: PanelState) -> Mapping[str, bool]:
    """The answers about the stream; on paper nothing was asked."""
    if state.on_paper or state.wants_stream is None:
        return settings.streams
    return {**settings.streams, state.origin: state.wants_stream}
