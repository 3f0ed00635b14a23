"""Tells a new press from a key that is held, chatters, or is repeated by a remote desktop. Pure."""

from collections.abc import Collection
from typing import Final

UP_FOR: Final = 0.12
"""Seconds between a release and a press that no finger is faster than."""


class Held:
    """The keys that are down, by the system's number. What it lets through alternates."""

    def __init__(self) -> None:
        self._down: dict[int, str] = {}
        self._up_since: dict[int, float] = {}

    def press(self, key: int, name: str, stamp: float) -> bool:
        """A key went down, says the system, at a second of any clock; whether that is news."""
        if key in self._down:
            return False
        since = self._up_since.get(key)
        is_new = since is None or not 0 <= stamp - since < UP_FOR
        self._down[key] = name if is_new else ""
        return is_new

    def release(self, key: int, stamp: float) -> str:
        """A key went up; the name of the press that ends with it, "" when that was none."""
        if key not in self._down:
            return ""
        self._up_since[key] = stamp
        return self._down.pop(key)

    def only(self, names: Collection[str]) -> None:
        """Other names mean other keys now; their keys stay down, but no press of them is open."""
        self._down = {key: name if name in names else "" for key, name in self._down.items()}

    def still_down(self, keys: Collection[int]) -> None:
        """Only these keys are really down; the releases of others were missed."""
        self._down = {key: name for key, name in self._down.items() if key in keys}
