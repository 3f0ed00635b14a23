"""The token and the feed that lives on it: asked for, tried, kept, forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from ctpanel.app.feed import Feed
from ctpanel.app.live import Live
from ctpanel.app.ports import (
    ReadCause,
    ReadFailed,
    SecretStore,
    SecretsUnavailable,
    Token,
    TokenHolder,
)
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain.report import Notice, Noticed
from ctpanel.domain.state import Link, PanelState, TokenPrompt

BAD_SHAPE = "A token is one run of letters, digits and signs without spaces. Paste it once more."


@dataclass(kw_only=True, eq=False)
class Session:
    """Holds the panel's one token; starts and stops the feed and the stream.

    Attributes:
        try_out: one harmless read with a token that is not in use; raises ReadFailed.
    """

    store: Store
    try_out: Callable[[Token], Awaitable[None]]
    secrets: SecretStore
    holder: TokenHolder
    feed: Feed
    live: Live
    tasks: Tasks
    _feeding: asyncio.Task[None] | None = field(default=None, init=False)

    def start(self) -> None:
        """Look for a saved token; with one, begin to read."""
        self.tasks.spawn(self._start(), "start")

    async def _start(self) -> None:
        if self.holder.token is None:
            try:
                self.holder.token = await self.secrets.load()
            except SecretsUnavailable as problem:
                self._ask(str(problem), may_skip_saving=True)
                return
        if self.holder.token is None:
            self._ask()
        else:
            self._restart_feed()

    def ask_for_token(self) -> None:
        """Open the dialog."""
        self.store.update(lambda state: replace(state, token_prompt=TokenPrompt()))

    def cancel_prompt(self) -> None:
        """Close the dialog; what was used before stays in use."""
        self.store.update(lambda state: replace(state, token_prompt=None))

    def offer_token(self, text: str, *, save: bool = True) -> None:
        """A token was entered; try it, then save it unless told not to."""
        prompt = TokenPrompt(is_checking=True)
        self.store.update(lambda state: replace(state, token_prompt=prompt))
        self.tasks.spawn(self._try(text, save=save), "token")

    async def _try(self, text: str, *, save: bool) -> None:
        try:
            token = Token(text)
        except ValueError:
            self._refuse(BAD_SHAPE)
            return
        problem = await self._check(token)
        if problem is None and save:
            problem = await self._save(token)
        if problem is not None:
            self.store.update(lambda state: replace(state, token_prompt=problem))
            return
        self.holder.token = token
        self.store.update(lambda state: replace(state, token_prompt=None))
        if not save:
            self.store.report(Noticed(Notice.TOKEN_FOR_SESSION_ONLY))
        self._restart_feed()

    async def _check(self, token: Token) -> TokenPrompt | None:
        """A harmless read, beside those that go on with the token in use.

        An add-on that is offline has still let the token pass.
        """
        try:
            await self.try_out(token)
        except ReadFailed as failed:
            if failed.cause is ReadCause.TOKEN_REFUSED:
                return TokenPrompt(
                    problem=f"The server refused this token. {failed.detail}".strip()
                )
            if failed.cause is not ReadCause.ADDON_OFFLINE:
                text = f"The token could not be checked, so it was not saved: {failed.detail}"
                return TokenPrompt(problem=text)
        return None

    async def _save(self, token: Token) -> TokenPrompt | None:
        try:
            await self.secrets.save(token)
        except SecretsUnavailable as problem:
            text = f"The token works but could not be saved: {problem}"
            return TokenPrompt(problem=text, may_skip_saving=True)
        return None

    def forget_token(self) -> None:
        """Delete the saved token and stop using it."""
        self.tasks.spawn(self._forget(), "forget")

    async def _forget(self) -> None:
        self._stop_feed()
        self.holder.token = None
        try:
            await self.secrets.forget()
        except SecretsUnavailable as problem:
            noticed = Noticed(Notice.TOKEN_NOT_FORGOTTEN, str(problem))
        else:
            noticed = Noticed(Notice.TOKEN_FORGOTTEN)
        self.store.report(noticed, lambda state: replace(state, link=Link.NO_TOKEN))

    def _ask(self, problem: str = "", *, may_skip_saving: bool = False) -> None:
        prompt = TokenPrompt(problem=problem, may_skip_saving=may_skip_saving)
        self.store.update(lambda s: replace(s, link=Link.NO_TOKEN, token_prompt=prompt))

    def _refuse(self, problem: str) -> None:
        prompt = TokenPrompt(problem=problem)
        self.store.update(lambda state: replace(state, token_prompt=prompt))

    def _restart_feed(self) -> None:
        self._stop_feed()
        self.store.update(_connecting)
        self._feeding = self.tasks.spawn(self._feed(), "feed")
        self.live.start()

    async def _feed(self) -> None:
        """Read until the server refuses the token, then ask for another."""
        await self.feed.run()
        self.live.stop()
        detail = self.store.state.link_detail
        prompt = TokenPrompt(problem=f"The server refused the token in use. {detail}".strip())
        self.store.update(lambda state: replace(state, token_prompt=prompt))

    def _stop_feed(self) -> None:
        self.live.stop()
        if self._feeding is not None:
            self._feeding.cancel()
            self._feeding = None


def _connecting(state: PanelState) -> PanelState:
    return replace(state, link=Link.STARTING, link_detail="")
