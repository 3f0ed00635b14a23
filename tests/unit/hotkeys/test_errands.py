"""What is asked of the keys' thread, and answers that are late or never come."""

from ctpanel.hotkeys.errands import Errands, reply
from tests.unit.hotkeys.telling import REVERSE

CHORDS = {"reverse": REVERSE}


async def test_an_answer_that_never_comes_is_a_refusal() -> None:
    errands = Errands(lambda: None)
    late = {"reverse": "The system did not answer in time."}
    assert await errands.ask(CHORDS, within=0.01) == late


async def test_an_answer_that_comes_too_late_harms_nobody() -> None:
    errands = Errands(lambda: None)
    await errands.ask(CHORDS, within=0.01)
    errand = errands.take()
    assert errand is not None
    reply(errand[1], {})


async def test_after_the_end_the_first_reason_is_the_answer() -> None:
    errands = Errands(lambda: None)
    errands.end("The first.")
    errands.end("The second.")
    assert await errands.ask(CHORDS) == {"reverse": "The first."}
