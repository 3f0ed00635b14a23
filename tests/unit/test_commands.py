"""The command line: what it takes, what it refuses, and the commands without a window."""

import io
import json
import sys
from pathlib import Path

import pytest

from ctpanel import start as program
from ctpanel.app.ports import Settings, Token
from ctpanel.domain.chord import Chord
from ctpanel.domain.presets import STANDARD, Deed, Preset
from ctpanel.local import secrets
from ctpanel.local.instance import hold
from ctpanel.local.journal import append, connect
from ctpanel.local.settings import as_text
from ctpanel.options import (
    CROSSTRADE,
    ExportCommand,
    KeysCommand,
    PanelCommand,
    PaperCommand,
    TokenCommand,
    read,
)
from tests.fakes.keyrings import KeepingKeyring

SECRET = "s3cret-token-0123456789"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> KeepingKeyring:
    kept = KeepingKeyring()
    monkeypatch.setattr(secrets.KeyringSecrets.__init__, "__defaults__", (lambda: kept,))
    return kept


def test_no_arguments_open_the_panel_on_crosstrade() -> None:
    assert read([]) == PanelCommand(origin=CROSSTRADE)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://dev.example.test", "https://dev.example.test"),
        ("https://dev.example.test/", "https://dev.example.test"),
        ("https://dev.example.test:8443", "https://dev.example.test:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://localhost:5", "http://localhost:5"),
        ("http://[::1]:5", "http://[::1]:5"),
    ],
)
def test_https_anywhere_and_http_on_this_machine_are_servers(url: str, origin: str) -> None:
    command = read(["--base-url", url])
    assert isinstance(command, PanelCommand)
    assert command.origin == origin


@pytest.mark.parametrize(
    "url",
    [
        "http://example.test",
        "http://10.0.0.1",
        "http://127.0.0.1.example.test",
        "http://localhost.example.test",
        "ftp://127.0.0.1",
        "https://",
        "127.0.0.1:80",
        "https://u:p@example.test",
        "https://a b",
        "https://ho%st",
        "https://*",
        "https://app.crosstrade.io\\.example.test",
        "https://\N{CYRILLIC SMALL LETTER A}pp.crosstrade.io",
        "https://app\N{IDEOGRAPHIC FULL STOP}crosstrade.io",
        "https://-a.test",
        "https://example.test/path",
        "https://example.test?x=1",
        "https://example.test#x",
        "https://example.test:port",
        "https://[::1",
        "",
    ],
)
def test_any_other_server_is_refused_with_a_reason(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        read(["--base-url", url])
    assert stopped.value.code == 2
    assert "argument --base-url: " in capsys.readouterr().err


def test_a_secret_in_an_address_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--base-url", f"https://x:{SECRET}@example.test"])
    assert SECRET not in capsys.readouterr().err


def test_paper_and_another_server_do_not_go_together() -> None:
    with pytest.raises(SystemExit):
        read(["--paper", "--base-url", "https://example.test"])


def test_the_paper_exchange_takes_faults_by_name() -> None:
    command = read(["paper", "--port", "0", "--fault", "addon=offline", "--fault", "close=reject"])
    assert isinstance(command, PaperCommand)
    assert command.faults == (("addon", "offline"), ("close", "reject"))


@pytest.mark.parametrize("arguments", [["paper", "--port", "70000"], ["paper", "--fault", "x"]])
def test_a_wrong_paper_option_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        read(arguments)


@pytest.mark.parametrize("fault", ["no_such=1", "close=explode", "latency_ms=-1", "latency_ms=x"])
def test_an_unknown_fault_says_what_there_is(
    fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["paper", "--fault", fault]) == 1
    assert capsys.readouterr().err.startswith("ctpanel: ")


def test_there_is_no_argument_for_the_token() -> None:
    assert read(["token", "set"]) == TokenCommand("set", CROSSTRADE)
    with pytest.raises(SystemExit):
        read(["token", "set", SECRET])


def test_a_token_is_set_from_stdin_and_not_shown(
    keyring: KeepingKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f" {SECRET}\n"))
    assert program.main(["token", "set"]) == 0
    assert keyring.kept == {("ctpanel", CROSSTRADE): SECRET}
    assert SECRET not in "".join(capsys.readouterr())


def test_the_status_says_whether_a_token_is_saved(
    keyring: KeepingKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["token", "status"]) == 1
    keyring.kept["ctpanel", CROSSTRADE] = SECRET
    assert program.main(["token", "status"]) == 0
    assert SECRET not in "".join(capsys.readouterr())


def test_a_forgotten_token_is_gone(keyring: KeepingKeyring) -> None:
    keyring.kept["ctpanel", CROSSTRADE] = SECRET
    assert program.main(["token", "forget"]) == 0
    assert keyring.kept == {}


def test_text_that_is_no_token_is_not_saved(
    keyring: KeepingKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("two words\n"))
    assert program.main(["token", "set"]) == 1
    assert keyring.kept == {}


def test_the_journal_is_exported(tmp_path: Path) -> None:
    connection = connect(tmp_path / "journal.sqlite3")
    append(connection, ("t", "i", "SENDING", json.dumps({"account": "Sim101"})))
    connection.close()
    out = tmp_path / "out.csv"
    command = ["journal", "export", "--csv", str(out), "--data-dir", str(tmp_path)]
    assert program.main(command) == 0
    assert out.read_text().splitlines()[1].startswith("1,t,i,SENDING,")


def test_a_missing_journal_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["journal", "export", "--csv", "x.csv", "--data-dir", str(tmp_path)]
    assert program.main(command) == 1
    assert "there is no journal" in capsys.readouterr().err


def test_an_unreadable_journal_is_said_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"not a database" * 99)
    out = tmp_path / "out.csv"
    assert program.main(["journal", "export", "--csv", str(out), "--data-dir", str(tmp_path)]) == 1
    assert "could not be written out" in capsys.readouterr().err
    assert path.read_bytes().startswith(b"not a database")


def test_a_token_object_is_not_what_argv_holds() -> None:
    assert SECRET not in repr(Token(SECRET))


@pytest.mark.parametrize("name", ["journal.sqlite3", "journal.sqlite3-wal", "./journal.sqlite3"])
def test_the_journal_is_not_exported_onto_itself(tmp_path: Path, name: str) -> None:
    connect(tmp_path / "journal.sqlite3").close()
    before = (tmp_path / "journal.sqlite3").read_bytes()
    command = ["journal", "export", "--csv", f"{tmp_path}/{name}", "--data-dir", str(tmp_path)]
    assert program.main(command) == 1
    assert (tmp_path / "journal.sqlite3").read_bytes() == before


def test_a_failed_export_leaves_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(b"not a database" * 99)
    out = tmp_path / "out.csv"
    out.write_text("yesterday's")
    assert program.main(["journal", "export", "--csv", str(out), "--data-dir", str(tmp_path)]) == 1
    assert out.read_text() == "yesterday's"


def test_looking_for_a_journal_makes_no_folder(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    program.main(["journal", "export", "--csv", "x.csv", "--data-dir", str(folder)])
    assert not folder.exists()


@pytest.mark.parametrize("before", [["--paper"], []])
@pytest.mark.parametrize("behind", [["--paper"], []])
def test_the_paper_journal_is_meant_wherever_paper_is_said(
    before: list[str], behind: list[str]
) -> None:
    command = read([*before, "journal", "export", "--csv", "x.csv", *behind])
    assert isinstance(command, ExportCommand)
    assert command.paper is bool(before or behind)


@pytest.mark.parametrize(
    "arguments", [["token", SECRET], ["token", "set", SECRET], ["token", "set", f"--x={SECRET}"]]
)
def test_a_token_given_as_an_argument_is_refused_and_not_repeated(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read(arguments)
    assert SECRET not in capsys.readouterr().err


class BrokenInput(io.StringIO):
    """A stdin whose reading fails."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def readline(self, _size: int | None = -1) -> str:  # type: ignore[override]  # as called
        raise self._error


NO_INPUT = {
    "closed": None,
    "Ctrl-C": BrokenInput(KeyboardInterrupt()),
    "Ctrl-D": BrokenInput(EOFError()),
    "bytes": BrokenInput(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid")),
}


@pytest.mark.parametrize("stdin", NO_INPUT.values(), ids=NO_INPUT)
def test_no_input_is_no_token(
    keyring: KeepingKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stdin: io.StringIO | None,
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    assert program.main(["token", "set"]) == 1
    assert "token" in capsys.readouterr().err
    assert keyring.kept == {}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_without_a_display_the_panel_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert program.main(["--data-dir", str(tmp_path)]) == 1
    assert "no display" in capsys.readouterr().err


def test_a_journal_is_put_aside_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(b"damaged")
    assert program.main(["journal", "aside", "--data-dir", str(tmp_path)]) == 0
    (kept,) = tmp_path.glob("journal.aside-*.sqlite3")
    assert kept.read_bytes() == b"damaged"
    assert kept.name in capsys.readouterr().out


def test_a_journal_in_use_is_not_put_aside(tmp_path: Path) -> None:
    connect(tmp_path / "journal.sqlite3").close()
    with hold(tmp_path / "ctpanel.lock"):
        assert program.main(["journal", "aside", "--data-dir", str(tmp_path)]) == 1
    assert (tmp_path / "journal.sqlite3").exists()


# --- the list of keys -------------------------------------------------------------------------


def keys(folder: Path, *presets: Preset) -> int:
    """The command, on a folder whose settings have these presets."""
    folder.joinpath("settings.json").write_text(as_text(Settings(presets=presets)))
    return program.main(["keys", "--data-dir", str(folder)])


def test_the_keys_are_listed_with_what_they_do_and_when_they_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reverse = Preset("Both", Deed.REVERSE, Chord.parse("Ctrl+Alt+KeyB"), ("A", "B"), "MES 12-99")
    assert keys(tmp_path, reverse, Preset("Out", Deed.CLOSE)) == 0
    assert capsys.readouterr().out.splitlines()[:7] == [
        "Ctrl+Alt+B  -  Both",
        (
            "    Reverse MES 12-99 of each of A and B into as many contracts as are held, "
            "MARKET DAY, the account's own entry."
        ),
        "    Only while hotkeys are armed.",
        "",
        "No key  -  Out",
        "    Close the position of the account and instrument shown in the window.",
        "    Always, armed or not.",
    ]


def test_the_list_says_whose_keyboard_the_names_of_keys_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys(tmp_path, *STANDARD)
    assert "as a US keyboard writes them" in capsys.readouterr().out


def test_a_preset_of_an_expired_contract_is_listed_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys(tmp_path, Preset("Old", Deed.CLOSE, instrument="MES 12-20"))
    assert "! MES 12-20 has expired; its key does nothing." in capsys.readouterr().out


def test_without_settings_the_keys_are_the_standard_ones_and_no_folder_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "none"
    assert program.main(["keys", "--data-dir", str(folder)]) == 0
    said = capsys.readouterr().out
    assert all(f"  -  {preset.name}\n" in said for preset in STANDARD)
    assert not folder.exists()


def test_without_presets_the_list_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys(tmp_path) == 0
    assert capsys.readouterr().out.startswith("There are no presets.\n")


def test_the_keys_are_listed_while_a_panel_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with hold(tmp_path / "ctpanel.lock"):
        assert keys(tmp_path, *STANDARD) == 0
    assert "Halt" in capsys.readouterr().out


def test_a_key_that_there_is_not_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = as_text(Settings(presets=STANDARD)).replace("Ctrl+Alt+KeyH", "Ctrl+Alt+KeyHalt")
    (tmp_path / "settings.json").write_text(text)
    assert program.main(["keys", "--data-dir", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "No key  -  Halt" in said.out
    assert said.err == "ctpanel: there is no such key: Halt (Ctrl+Alt+KeyHalt)\n"


def test_a_name_that_the_terminal_has_no_letters_for_does_not_end_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr("sys.stdout", terminal)
    assert keys(tmp_path, Preset("\N{GREEK SMALL LETTER ALPHA}", Deed.CLOSE)) == 0
    terminal.seek(0)
    assert terminal.read().startswith("No key  -  ?\n")


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"presets": 1}', b""])
def test_settings_that_cannot_be_read_are_said_and_left_where_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert program.main(["keys", "--data-dir", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert (said.out, path.read_bytes()) == ("", content)
    assert said.err == f"ctpanel: {path} is not readable as settings; it is left as it is\n"


def test_settings_that_are_no_file_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.json").mkdir()
    assert program.main(["keys", "--data-dir", str(tmp_path)]) == 1
    assert "settings.json cannot be read: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--paper", "keys"], ["keys", "--paper"]])
def test_the_keys_of_paper_are_meant_wherever_paper_is_said(arguments: list[str]) -> None:
    assert read(arguments) == KeysCommand(data_dir=None, paper=True)
