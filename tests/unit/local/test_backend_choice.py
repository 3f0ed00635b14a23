"""Which credential store is used is decided here, not by the environment."""

import subprocess
import sys
from pathlib import Path

import pytest

from ctpanel.app.ports import SecretsUnavailable
from ctpanel.local import secrets
from ctpanel.local.secrets import platform_backend

SPY = """
import pathlib
from keyring.backend import KeyringBackend
class Spy(KeyringBackend):
    priority = 99
    def __init__(self):
        pathlib.Path(__file__).with_name("constructed").touch()
    def get_password(self, service, username): return "stolen"
    def set_password(self, service, username, password): pass
    def delete_password(self, service, username): pass
"""
ASK = """
from ctpanel.app.ports import SecretsUnavailable
from ctpanel.local.secrets import platform_backend
try:
    print(type(platform_backend()).__module__)
except SecretsUnavailable as problem:
    print(problem)
"""


def chosen(tmp_path: Path, **environment: str) -> str:
    run = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", ASK],
        env={"PYTHONPATH": str(tmp_path), "HOME": str(tmp_path), "PATH": "", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


@pytest.fixture
def spied(tmp_path: Path) -> Path:
    (tmp_path / "spy.py").write_text(SPY)
    return tmp_path


def test_a_backend_named_by_the_environment_is_never_built(spied: Path) -> None:
    assert "spy" not in chosen(spied, PYTHON_KEYRING_BACKEND="spy.Spy")
    assert not (spied / "constructed").exists()


def test_a_backend_named_by_a_configuration_file_is_never_built(spied: Path) -> None:
    folder = spied / ".config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=spy.Spy\nkeyring-path={spied}\n"
    )
    assert "spy" not in chosen(spied, XDG_CONFIG_HOME=str(spied / ".config"))
    assert not (spied / "constructed").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the stores of other systems are always there")
def test_without_a_session_bus_there_is_no_store_and_no_fallback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    with pytest.raises(SecretsUnavailable, match="No credential store"):
        platform_backend()


def test_an_unknown_platform_has_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "plan9")
    with pytest.raises(SecretsUnavailable, match="No credential store"):
        platform_backend()


def test_only_the_systems_own_stores_are_allowed() -> None:
    names = {module for allowed in secrets._ALLOWED.values() for module, _ in allowed}
    assert names == {
        "keyring.backends.Windows",
        "keyring.backends.macOS",
        "keyring.backends.SecretService",
        "keyring.backends.kwallet",
    }


def test_a_property_in_the_environment_is_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "/elsewhere")
    store = secrets._built("keyring.backends.null", "Keyring")
    assert not hasattr(store, "preferred_collection")
