"""JSON without surprises: no NaN, no duplicate keys, no float, no bomb. One function, one error."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 32
MAX_NUMBER: Final = 40
"""Characters of one number."""
MAX_EXPONENT: Final = 308
"""Powers of ten: what a double can hold, which is what the API sends."""


class NotStrictJson(ValueError):
    """The bytes are not JSON, or not JSON we would act on."""


def parse(body: bytes) -> Any:  # noqa: ANN401 - JSON has no narrower type; wire.py gives it one
    """Read one JSON document; numbers with a fraction or exponent become Decimal.

    Raises:
        NotStrictJson: for everything that is wrong with it.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise NotStrictJson("nested too deeply") from None
    except ValueError as error:
        raise NotStrictJson(str(error)) from None
    _refuse_depth(value)
    if b"\\u" in body:
        _refuse_half_characters(value)
    return value


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER:
        raise NotStrictJson("a number is too long")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise NotStrictJson("a number is out of range") from None
    if number and abs(number.adjusted()) > MAX_EXPONENT:
        raise NotStrictJson("a number is out of range")
    return number


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER:
        raise NotStrictJson("a number is too long")
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    raise NotStrictJson(f"{name} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictJson("a key is given twice")
    return found


def _refuse_depth(value: Any) -> None:  # noqa: ANN401 - see parse
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return
    raise NotStrictJson("nested too deeply")


def _refuse_half_characters(value: Any) -> None:  # noqa: ANN401 - see parse
    """Half of a surrogate pair is no character, and breaks whoever encodes it next."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise NotStrictJson("half a character") from None
