"""One exchange and one forker for all tests of this folder; the campaign is carried out once."""

from collections.abc import Iterator

import pytest

from tests.kills.campaign import Campaign, Wave
from tests.kills.exchange import Exchange
from tests.kills.forker import Forker


@pytest.fixture(scope="session")
def exchange() -> Iterator[Exchange]:
    found = Exchange()
    yield found
    found.end()


@pytest.fixture(scope="session")
def forker(exchange: Exchange, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forker]:
    found = Forker(exchange.token, tmp_path_factory.mktemp("forker") / "errors.txt")
    yield found
    found.end()


@pytest.fixture(scope="session")
def campaign(
    exchange: Exchange, forker: Forker, tmp_path_factory: pytest.TempPathFactory
) -> Campaign:
    return Campaign(exchange, forker, tmp_path_factory.mktemp("kills"))


@pytest.fixture(scope="session")
def waves(campaign: Campaign) -> list[Wave]:
    """Every kill there is."""
    return campaign.all_waves()
