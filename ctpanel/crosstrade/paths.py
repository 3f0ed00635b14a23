"""Building request paths. Here it is impossible to reach another account than the one meant.

`/v1/api/accounts/../positions/flatten` is normalised on its way to `/v1/api/positions/flatten`,
which flattens every account of the user. Quoting does not help, dots are legal in a path. So an
account segment must be a name the server listed, and no listed name that could climb is accepted.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

PREFIX: Final = "/v1/api"

_WORD_OR_ORDER_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FORBIDDEN: Final = frozenset("/\\?#%")


class NotListed(ValueError):
    """The account is not one the server listed, or not one that can be put into a path."""


class Paths:
    """Paths for the accounts the server listed."""

    def __init__(self) -> None:
        self._listed: frozenset[str] = frozenset()

    def list_accounts(self, names: Iterable[str]) -> None:
        """Take over the names of the server's own list."""
        self._listed = frozenset(name for name in names if is_safe_segment(name))

    def of_account(self, account: str, *rest: str) -> str:
        """`/v1/api/accounts/{account}/…`; `rest` are words of the API and order ids.

        Raises:
            NotListed: the server did not list this account.
            ValueError: a part of the rest is neither.
        """
        if account not in self._listed or not is_safe_segment(account):
            raise NotListed(account)
        if not all(_WORD_OR_ORDER_ID.fullmatch(part) for part in rest):
            raise ValueError("not an order id")
        return "/".join((PREFIX, "accounts", quote(account, safe=""), *rest))


def is_safe_segment(name: str) -> bool:
    """Whether a name stays one segment, whatever a server or proxy does to the path."""
    return (
        bool(name.strip(". "))
        and name.isprintable()
        and name == name.strip()
        and not _FORBIDDEN & set(name)
    )
