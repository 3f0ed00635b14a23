"""What every credential store promises, and how each way of failing is said."""

from collections.abc import Callable

import pytest

from ctpanel.app.ports import SecretStore, SecretsUnavailable, Token
from ctpanel.local import secrets
from ctpanel.local.secrets import KeyringSecrets, SessionSecrets
from tests.fakes.keyrings import (
    ClingingKeyring,
    HangingKeyring,
    KeepingKeyring,
    LockedKeyring,
    LyingKeyring,
    QuotingKeyring,
)

ORIGIN = "https://app.example.test"
SECRET = "s3cret-token-0123456789"


def in_keyring() -> SecretStore:
    keyring = KeepingKeyring()
    return KeyringSecrets(ORIGIN, lambda: keyring)


@pytest.fixture(params=[in_keyring, SessionSecrets], ids=["keyring", "session"])
def store(request: pytest.FixtureRequest) -> SecretStore:
    make: Callable[[], SecretStore] = request.param
    return make()


async def test_an_empty_store_has_no_token(store: SecretStore) -> None:
    assert await store.load() is None


async def test_a_saved_token_is_loaded(store: SecretStore) -> None:
    await store.save(Token(SECRET))
    loaded = await store.load()
    assert loaded is not None
    assert loaded.reveal() == SECRET


async def test_a_later_token_replaces_the_earlier(store: SecretStore) -> None:
    await store.save(Token("first"))
    await store.save(Token(SECRET))
    loaded = await store.load()
    assert loaded is not None
    assert loaded.reveal() == SECRET


async def test_a_forgotten_token_is_gone(store: SecretStore) -> None:
    await store.save(Token(SECRET))
    await store.forget()
    assert await store.load() is None


async def test_forgetting_nothing_is_no_error(store: SecretStore) -> None:
    await store.forget()
    assert await store.load() is None


# --- the real adapter's failures --------------------------------------------------------------


async def test_the_token_is_kept_under_the_service_and_the_servers_origin() -> None:
    keyring = KeepingKeyring()
    await KeyringSecrets(ORIGIN, lambda: keyring).save(Token(SECRET))
    assert keyring.kept == {("ctpanel", ORIGIN): SECRET}


async def test_servers_do_not_share_a_token() -> None:
    keyring = KeepingKeyring()
    await KeyringSecrets(ORIGIN, lambda: keyring).save(Token(SECRET))
    assert await KeyringSecrets("https://other.test", lambda: keyring).load() is None


@pytest.mark.parametrize(
    ("keyring", "words"),
    [
        (LockedKeyring(), "locked"),
        (LyingKeyring(), "did not keep"),
        (QuotingKeyring(), "failed"),
    ],
)
async def test_a_store_that_does_not_save_says_so_without_the_token(
    keyring: KeepingKeyring, words: str
) -> None:
    with pytest.raises(SecretsUnavailable, match=words) as failure:
        await KeyringSecrets(ORIGIN, lambda: keyring).save(Token(SECRET))
    assert SECRET not in str(failure.value)
    assert failure.value.__cause__ is None


async def test_a_store_that_does_not_delete_says_so() -> None:
    keyring = ClingingKeyring()
    kept = KeyringSecrets(ORIGIN, lambda: keyring)
    await kept.save(Token(SECRET))
    with pytest.raises(SecretsUnavailable, match="still has"):
        await kept.forget()


async def test_a_store_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "ANSWER_WITHIN", 0.05)
    keyring = HangingKeyring()
    with pytest.raises(SecretsUnavailable, match="did not answer"):
        await KeyringSecrets(ORIGIN, lambda: keyring).load()


async def test_a_token_longer_than_windows_can_keep_is_refused_everywhere() -> None:
    keyring = KeepingKeyring()
    with pytest.raises(SecretsUnavailable, match="1280"):
        await KeyringSecrets(ORIGIN, lambda: keyring).save(Token("x" * 1281))
    assert keyring.kept == {}


async def test_what_is_kept_but_is_no_token_is_not_used() -> None:
    keyring = KeepingKeyring()
    keyring.kept["ctpanel", ORIGIN] = "two words"
    with pytest.raises(SecretsUnavailable, match="not a token"):
        await KeyringSecrets(ORIGIN, lambda: keyring).load()
