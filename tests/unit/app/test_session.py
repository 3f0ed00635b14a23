"""The token: asked for, tried, saved, refused, forgotten - and never shown."""

import asyncio
import pickle

import pytest

from ctpanel.app.ports import ReadCause, SecretsUnavailable, Token
from ctpanel.domain.report import Notice, Noticed
from ctpanel.domain.state import Link
from ctpanel.local.secrets import SessionSecrets
from tests.fakes.bench import TOKEN, Bench
from tests.fakes.fake_server import FakeServer, read_failed


class BrokenSecrets:
    """A credential store that is there for reading, and fails at everything else."""

    async def load(self) -> Token | None:
        return None

    async def save(self, token: Token) -> None:
        raise SecretsUnavailable(f"locked {token!r}")

    async def forget(self) -> None:
        raise SecretsUnavailable("locked")


class NoStore(BrokenSecrets):
    """A system without any."""

    async def load(self) -> Token | None:
        raise SecretsUnavailable("There is no credential store here.")


def empty() -> Bench:
    return Bench(secrets=SessionSecrets())


async def test_a_first_start_asks_for_a_token() -> None:
    bench = empty()
    bench.start()
    await bench.until(lambda state: state.token_prompt is not None)
    assert bench.state.link is Link.NO_TOKEN
    await bench.stop()


async def test_a_start_with_a_saved_token_does_not_ask() -> None:
    bench = Bench()
    bench.start()
    await bench.until(lambda state: state.link is Link.CONNECTED)
    assert bench.state.token_prompt is None
    await bench.stop()


async def test_a_good_token_is_tried_by_reading_then_saved_then_used() -> None:
    bench = empty()
    bench.start()
    bench.session.offer_token(f"  {TOKEN}\n")
    await bench.until(lambda state: state.link is Link.CONNECTED)
    saved = await bench.secrets.load()
    assert bench.server.calls[0] == ("accounts",)
    assert saved is not None
    assert saved.reveal() == TOKEN
    assert bench.state.token_prompt is None
    await bench.stop()


@pytest.mark.parametrize("text", ["", "   ", "two words", "with\nline", "t\u00f6ken", "tab\tbed"])
async def test_text_that_is_no_token_is_refused_before_any_request(text: str) -> None:
    bench = empty()
    bench.start()
    bench.session.offer_token(text)
    await bench.until(lambda s: s.token_prompt is not None and bool(s.token_prompt.problem))
    assert bench.server.calls == []
    await bench.stop()


@pytest.mark.parametrize(
    ("cause", "word"),
    [(ReadCause.TOKEN_REFUSED, "refused"), (ReadCause.UNREACHABLE, "could not be checked")],
)
async def test_a_token_that_was_not_proved_is_not_saved(cause: ReadCause, word: str) -> None:
    bench = empty()
    bench.start()
    bench.server.fail_reads = read_failed(cause)
    bench.session.offer_token(TOKEN)
    await bench.until(lambda s: s.token_prompt is not None and bool(s.token_prompt.problem))
    prompt = bench.state.token_prompt
    assert prompt is not None
    assert word in prompt.problem
    assert await bench.secrets.load() is None
    assert bench.holder.token is None
    await bench.stop()


async def test_a_token_is_taken_while_only_the_add_on_is_offline() -> None:
    bench = empty()
    bench.start()
    bench.server.fail_reads = read_failed(ReadCause.ADDON_OFFLINE)
    bench.session.offer_token(TOKEN)
    await bench.until(lambda state: state.link is Link.ADDON_OFFLINE)
    assert await bench.secrets.load() is not None
    await bench.stop()


async def test_without_a_credential_store_a_first_start_offers_the_session() -> None:
    bench = Bench(secrets=NoStore())
    bench.start()
    await bench.until(lambda state: state.token_prompt is not None)
    prompt = bench.state.token_prompt
    assert prompt is not None
    assert prompt.may_skip_saving
    assert "credential store" in prompt.problem
    await bench.stop()


async def test_a_token_that_cannot_be_saved_may_be_used_for_the_session() -> None:
    bench = Bench(secrets=BrokenSecrets())
    bench.start()
    bench.session.offer_token(TOKEN)
    await bench.until(lambda s: s.token_prompt is not None and s.token_prompt.may_skip_saving)
    assert bench.holder.token is None
    bench.session.offer_token(TOKEN, save=False)
    await bench.until(lambda state: state.link is Link.CONNECTED)
    assert Noticed(Notice.TOKEN_FOR_SESSION_ONLY) in bench.events
    await bench.stop()


async def test_trying_a_wrong_token_does_not_disturb_the_reading_with_the_good_one() -> None:
    bench = Bench(FakeServer(latency=0.1, refused_tokens=frozenset({"wrong-token-0123"})))
    await bench.ready()
    bench.session.offer_token("wrong-token-0123")
    await bench.until(lambda s: s.token_prompt is not None and s.token_prompt.problem != "")
    bench.session.cancel_prompt()
    read = len(bench.server.calls)
    await asyncio.sleep(5)
    assert bench.state.link is Link.CONNECTED
    assert bench.holder.token is not None
    assert bench.holder.token.reveal() == TOKEN
    assert len(bench.server.calls) > read + 5
    await bench.stop()


async def test_a_new_token_that_fails_leaves_the_old_one_in_use() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    bench.session.offer_token("another-token")
    await bench.until(lambda s: s.token_prompt is not None and bool(s.token_prompt.problem))
    assert bench.holder.token is not None
    assert bench.holder.token.reveal() == TOKEN
    await bench.stop()


async def test_a_token_refused_later_is_asked_for_anew() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.TOKEN_REFUSED, "unauthorized")
    await bench.until(lambda state: state.token_prompt is not None)
    assert bench.state.link is Link.TOKEN_REFUSED
    bench.server.fail_reads = None
    bench.session.offer_token("another-token")
    await bench.until(lambda state: state.link is Link.CONNECTED)
    await bench.stop()


async def test_forgetting_deletes_stops_and_says_so() -> None:
    bench = Bench()
    await bench.ready()
    bench.session.forget_token()
    await bench.until(lambda state: state.link is Link.NO_TOKEN)
    before = len(bench.server.calls)
    await asyncio.sleep(30)
    assert len(bench.server.calls) == before
    assert await bench.secrets.load() is None
    assert Noticed(Notice.TOKEN_FORGOTTEN) in bench.events
    await bench.stop()


async def test_a_token_that_could_not_be_deleted_is_said_to_be_perhaps_there() -> None:
    bench = Bench(secrets=BrokenSecrets())
    bench.start()
    bench.session.forget_token()
    await bench.until(lambda state: bool(state.reports))
    assert bench.events[-1] == Noticed(Notice.TOKEN_NOT_FORGOTTEN, "locked")
    await bench.stop()


def test_a_token_does_not_show_itself() -> None:
    token = Token(TOKEN)
    assert TOKEN not in f"{token} {token!r} {[token]}"
    with pytest.raises(TypeError):
        pickle.dumps(token)


async def test_the_token_is_nowhere_in_the_state() -> None:
    bench = empty()
    bench.start()
    bench.session.offer_token(TOKEN)
    await bench.until(lambda state: state.link is Link.CONNECTED)
    assert TOKEN not in repr(bench.state)
    await bench.stop()
