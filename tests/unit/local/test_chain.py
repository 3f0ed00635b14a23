"""The chain as it stands in the files that traders have: another seal would shut every one."""

from ctpanel.local.chain import Sealed, first_broken

SENDING: Sealed = (
    *(1, "2026-11-23T14:30:00+00:00", "i1", "SENDING", '{"account": "Sim101"}'),
    "9d1cfcb53aa17d996af883248587f5549a057616f2dd3d634efe519e23617896",
)
TAKEN: Sealed = (
    *(2, "2026-11-23T14:30:01+00:00", "i1", "TAKEN", "{}"),
    "7f065fef31bb3f172510ed5eebf2ae24e8b72ac77726f4298b162e3fd8c1d188",
)


def test_rows_that_were_sealed_in_the_past_are_whole() -> None:
    assert first_broken([SENDING, TAKEN]) is None
