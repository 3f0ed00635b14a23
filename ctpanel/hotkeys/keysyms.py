"""What X calls symbols by numbers, as it is printed on a key: a letter, a sign, an accent."""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Final

ALT: Final = (0xFFE9, 0xFFEA)
META: Final = (0xFFEB, 0xFFEC)
LOCKS: Final = (0xFF7F, 0xFF14)
"""Num Lock and Scroll Lock; Caps Lock has a modifier bit of its own."""

_DEAD: Final = dict(
    zip(range(0xFE50, 0xFE5D), "`´^~¯˘˙¨˚˝ˇ¸˛", strict=True)  # noqa: RUF001 - accents are meant
)
_LATIN_1: Final = (range(0x20, 0x7F), range(0xA0, 0x100))
_UNICODE, _LAST = 0x01000000, 0x10FFFF


def character(keysym: int) -> str:
    """What is printed on the key, "" when that is not known."""
    if any(keysym in block for block in _LATIN_1):
        return chr(keysym)
    if _UNICODE < keysym <= _UNICODE + _LAST:
        return chr(keysym - _UNICODE)
    return _DEAD.get(keysym, "") or _by_library(keysym)


def _by_library(keysym: int) -> str:
    """Older numbers of other alphabets; Qt brings the library that knows them."""
    code = _library()(keysym)
    return chr(code) if 0 < code <= _LAST else ""


@cache
def _library() -> Callable[[int], int]:
    try:
        function = ctypes.CDLL("libxkbcommon.so.0").xkb_keysym_to_utf32
    except (OSError, AttributeError):
        return lambda _keysym: 0
    function.argtypes, function.restype = [ctypes.c_uint32], ctypes.c_uint32
    return lambda keysym: int(function(keysym))
