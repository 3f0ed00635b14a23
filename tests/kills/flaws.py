"""Cores that break a rule on purpose: each must be caught, or the checks prove nothing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from ctpanel.app.legs import Legs
from ctpanel.domain.outcomes import WireOutcome
from ctpanel.domain.report import Leg
from ctpanel.domain.reverse import Intent
from ctpanel.domain.steps import Step
from tests.kills.job import Flaw


class SendsFirst(Legs):
    """The order first, its row afterwards."""

    async def send(  # noqa: PLR0913, PLR0917 - the signature of what it stands for
        self,
        intent: Intent,
        step: Step,
        facts: Mapping[str, str],
        within: float,
        leg: Leg,
        call: Callable[[], Awaitable[WireOutcome]],
    ) -> WireOutcome:
        outcome = await call()

        async def known() -> WireOutcome:
            return outcome

        return await super().send(intent, step, facts, within, leg, known)


class SendsTwice(Legs):
    """The order once more, when its answer has come."""

    async def send(  # noqa: PLR0913, PLR0917 - the signature of what it stands for
        self,
        intent: Intent,
        step: Step,
        facts: Mapping[str, str],
        within: float,
        leg: Leg,
        call: Callable[[], Awaitable[WireOutcome]],
    ) -> WireOutcome:
        async def twice() -> WireOutcome:
            await call()
            return await call()

        return await super().send(intent, step, facts, within, leg, twice)


LEGS: Final[Mapping[Flaw, type[Legs]]] = {
    "": Legs,
    "sends first": SendsFirst,
    "sends twice": SendsTwice,
    "forgets": Legs,
}
