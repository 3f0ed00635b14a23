"""The API token: asked for, tried, kept in the credential store, and nowhere else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ctpanel.options import CROSSTRADE
from tests.e2e.conftest import OpenPanel
from tests.e2e.credentials import SecretService
from tests.e2e.desktop import Desktop
from tests.e2e.panel import Dialog, Panel
from tests.e2e.paper import TOKEN, PaperExchange
from tests.e2e.processes import children_of, stays, wait_until

pytestmark = pytest.mark.os_keyring

SERVER: Final = "http://127.0.0.1:1"
"""Where nothing listens; the token commands ask no server."""


def offer(dialog: Dialog, token: str) -> None:
    """Type a token in place of what stands there, and save it."""
    dialog.fill("Token", token)
    dialog.click("Save")


def offer_for_session(panel: Panel) -> None:
    """Try to save, and then take the offer not to."""
    dialog = panel.dialog("API token")
    offer(dialog, TOKEN)
    wait_until(lambda: "could not be saved" in dialog.words(), "the reason in the dialog")
    dialog.click("Use for this session only")
    dialog.wait_closed()


@pytest.fixture
def first_start(
    open_panel: OpenPanel, exchange: PaperExchange, secret_service: SecretService
) -> Panel:
    """A panel that has no token yet, and a credential store to keep one in."""
    assert not secret_service.tokens(exchange.origin)
    return open_panel("--base-url", exchange.origin)


@pytest.fixture
def without_store(open_panel: OpenPanel, exchange: PaperExchange) -> Panel:
    """A panel on a desktop that has no credential store."""
    return open_panel("--base-url", exchange.origin)


@pytest.fixture
def token_given(first_start: Panel) -> Panel:
    """A panel whose token was typed and saved, after one reverse."""
    offer(first_start.dialog("API token"), TOKEN)
    first_start.wait_for_offer("LONG 3 → SHORT 3")
    first_start.click_reverse()
    first_start.wait_for_status("Reversed: SHORT 3")
    return first_start


# --- the first start --------------------------------------------------------------------------


def test_first_start_asks_for_the_token_with_the_field_ready_to_type(first_start: Panel) -> None:
    dialog = first_start.dialog("API token")
    wait_until(lambda: first_start.focused() == dialog.control("Token", "text"), "focus on Token")


def test_a_token_that_was_saved_for_another_server_is_not_used(
    open_panel: OpenPanel, exchange: PaperExchange, secret_service: SecretService
) -> None:
    secret_service.keep(CROSSTRADE, TOKEN)
    panel = open_panel("--base-url", exchange.origin)
    assert panel.dialog("API token").is_open
    assert stays(lambda: "LONG 3" not in panel.card, seconds=2)


def test_a_wrong_token_is_refused_and_not_saved(
    first_start: Panel, exchange: PaperExchange, secret_service: SecretService
) -> None:
    dialog = first_start.dialog("API token")
    offer(dialog, "not-the-token")
    wait_until(lambda: "refused this token" in dialog.words(), "a refusal in the dialog")
    assert dialog.is_open
    assert secret_service.tokens(exchange.origin) == []


def test_a_right_token_is_saved_without_the_spaces_around_it(
    first_start: Panel, exchange: PaperExchange, secret_service: SecretService
) -> None:
    dialog = first_start.dialog("API token")
    offer(dialog, f"  {TOKEN} ")
    dialog.wait_closed()
    first_start.wait_for_offer("LONG 3 → SHORT 3")
    assert secret_service.tokens(exchange.origin) == [TOKEN]


def test_a_right_token_is_taken_after_a_wrong_one(first_start: Panel) -> None:
    dialog = first_start.dialog("API token")
    offer(dialog, "not-the-token")
    wait_until(lambda: "refused this token" in dialog.words(), "a refusal in the dialog")
    offer(dialog, TOKEN)
    dialog.wait_closed()


def test_the_second_start_asks_nothing(
    token_given: Panel, open_panel: OpenPanel, exchange: PaperExchange
) -> None:
    token_given.desktop.close_window()
    token_given.process.wait()
    again = open_panel("--base-url", exchange.origin)
    again.wait_for_offer("SHORT 3 → LONG 3")
    assert not again.has_dialog()


# --- without a credential store ---------------------------------------------------------------


def test_without_a_store_the_dialog_offers_this_session_at_once(without_store: Panel) -> None:
    button = without_store.dialog("API token").control("Use for this session only", "push button")
    assert button.is_showing


def test_without_a_store_saving_says_why_it_cannot(without_store: Panel) -> None:
    dialog = without_store.dialog("API token")
    offer(dialog, TOKEN)
    wait_until(lambda: "could not be saved" in dialog.words(), "the reason in the dialog")


def test_a_token_for_this_session_only_connects(without_store: Panel) -> None:
    offer_for_session(without_store)
    without_store.wait_for_offer("LONG 3 → SHORT 3")


def test_a_token_for_this_session_only_is_in_no_file(
    without_store: Panel, desktop: Desktop, tmp_path: Path
) -> None:
    offer_for_session(without_store)
    without_store.wait_for_offer("LONG 3 → SHORT 3")
    assert files_with_the_token(desktop.folder, tmp_path) == []


# --- where it must not be ---------------------------------------------------------------------


def files_with_the_token(*folders: Path) -> list[Path]:
    """Every file the programs could have written, credential store included: it is encrypted."""
    return [path for path in _files(folders) if TOKEN.encode() in path.read_bytes()]


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        found = [path for path in folder.rglob("*") if path.is_file()]
        assert found
        yield from found


def test_the_token_is_in_no_file(
    token_given: Panel, exchange: PaperExchange, desktop: Desktop, tmp_path: Path
) -> None:
    exchange.process.kill()  # so that the log has errors of the connection, too
    assert token_given.control("The server cannot be reached").is_showing
    assert files_with_the_token(desktop.folder, tmp_path) == []


def test_the_token_is_in_no_argument_and_no_variable(token_given: Panel) -> None:
    pid = token_given.process.pid
    for process in (pid, *children_of(pid)):
        for name in ("cmdline", "environ"):
            assert TOKEN.encode() not in Path(f"/proc/{process}/{name}").read_bytes()


# --- the token commands -----------------------------------------------------------------------


def test_token_set_reads_stdin_and_saves(desktop: Desktop, secret_service: SecretService) -> None:
    child = desktop.ctpanel("token", "set", "--base-url", SERVER, stdin=f" {TOKEN}\n")
    assert child.wait() == 0
    assert secret_service.tokens(SERVER) == [TOKEN]


def test_token_set_does_not_repeat_the_token(
    desktop: Desktop, secret_service: SecretService
) -> None:
    child = desktop.ctpanel("token", "set", "--base-url", SERVER, stdin=f"{TOKEN}\n")
    assert child.wait() == 0
    assert secret_service.tokens(SERVER)
    assert TOKEN not in child.said()


@pytest.mark.usefixtures("secret_service")
def test_token_status_fails_when_there_is_none(desktop: Desktop) -> None:
    child = desktop.ctpanel("token", "status", "--base-url", SERVER)
    assert child.wait() == 1
    assert "No token is saved" in child.said()


def test_token_status_succeeds_when_there_is_one(
    desktop: Desktop, secret_service: SecretService
) -> None:
    secret_service.keep(SERVER, TOKEN)
    child = desktop.ctpanel("token", "status", "--base-url", SERVER)
    assert child.wait() == 0
    assert "A token is saved" in child.said()


def test_token_forget_deletes_that_servers_token_only(
    desktop: Desktop, secret_service: SecretService
) -> None:
    other = "https://app.crosstrade.io"
    for server in (SERVER, other):
        secret_service.keep(server, TOKEN)
    assert desktop.ctpanel("token", "forget", "--base-url", SERVER).wait() == 0
    assert (secret_service.tokens(SERVER), secret_service.tokens(other)) == ([], [TOKEN])


def test_token_set_without_a_store_fails_and_says_why(desktop: Desktop) -> None:
    child = desktop.ctpanel("token", "set", "--base-url", SERVER, stdin=f"{TOKEN}\n")
    assert child.wait() == 1
    assert "No credential store is running" in child.said()
