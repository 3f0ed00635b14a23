"""How the panel stands with the live stream: when it is relied on, and when it is in use at all."""

import pytest

from ctpanel.domain.live import StreamLink, StreamStatus, is_held
from ctpanel.domain.stream import BridgeState


def test_a_panel_that_has_just_begun_has_no_stream() -> None:
    assert StreamStatus() == StreamStatus(StreamLink.OFF, "", None)


@pytest.mark.parametrize("link", StreamLink)
def test_only_a_stream_that_is_up_is_relied_on(link: StreamLink) -> None:
    assert StreamStatus(link).is_live is (link is StreamLink.UP)


@pytest.mark.parametrize("bridge", BridgeState)
def test_a_stream_is_relied_on_unless_it_says_that_the_addon_is_not_ready(
    bridge: BridgeState,
) -> None:
    assert StreamStatus(StreamLink.UP, bridge=bridge).is_live is (bridge is BridgeState.READY)


@pytest.mark.parametrize("link", StreamLink)
def test_a_stream_is_in_use_until_it_is_given_up_or_not_wanted(link: StreamLink) -> None:
    given_up = {StreamLink.OFF, StreamLink.EVICTED, StreamLink.REFUSED}
    assert is_held(StreamStatus(link)) is (link not in given_up)
