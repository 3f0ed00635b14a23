"""The one place that holds the state, replaces it, and tells who wants to know."""

from collections.abc import Callable
from dataclasses import replace

from ctpanel.app.ports import Clock
from ctpanel.domain.offers import refreshed, reported, why_disarm, withdrawn
from ctpanel.domain.report import Event, KeysDisarmed, PressDenied, Report
from ctpanel.domain.state import PanelState

Subscriber = Callable[[PanelState], None]


class Store:
    """State in, state out. Every change refreshes the clock and the offers before it is seen.

    A question that no longer stands after it is taken back, and the reason reported; so are armed
    hotkeys.

    A subscriber that raises is reported through `on_error` and does not disturb the use-case that
    made the change: a drawing fault must not lose the trace of an order.
    """

    def __init__(
        self, state: PanelState, clock: Clock, on_error: Callable[[str, BaseException], None]
    ) -> None:
        self._state = refreshed(state)
        self._clock = clock
        self._on_error = on_error
        self._subscribers: list[Subscriber] = []

    @property
    def state(self) -> PanelState:
        """The state now."""
        return self._state

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with every new state, until `unsubscribe`."""
        self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Stop calling it; a view must do this before it is destroyed."""
        self._subscribers.remove(subscriber)

    def update(self, change: Callable[[PanelState], PanelState]) -> PanelState:
        """Replace the state by what `change` makes of it."""
        self._replace(change)
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(self._state)
            except Exception as error:  # noqa: BLE001 - see the class's docstring
                self._on_error("drawing", error)
        return self._state

    def _replace(self, change: Callable[[PanelState], PanelState]) -> None:
        before, wall = self._state, self._clock.wall()
        now = replace(
            before,
            now=self._clock.monotonic(),
            today=self._clock.today(),
            time_of_day=wall.time(),
        )
        asked = change(now)
        self._state = refreshed(asked)
        if (why := withdrawn(asked, self._state)) is not None:
            self._state = reported(self._state, Report(wall, PressDenied(why)))
        if (ended := why_disarm(before, self._state)) is not None:
            said = KeysDisarmed(ended, self._state.limits.disarm_after)
            self._state = reported(replace(self._state, armed=None), Report(wall, said))

    def present(self) -> PanelState:
        """The state with ages and offer of this very moment, which nobody is told of.

        For a press, which is judged before anything else is done; what comes of it is told.
        """
        self._replace(lambda state: state)
        return self._state

    def touch(self) -> PanelState:
        """Bring ages and offer up to the present moment."""
        return self.update(lambda state: state)

    def report(
        self, event: Event, change: Callable[[PanelState], PanelState] = lambda state: state
    ) -> PanelState:
        """Change the state and say what happened, in one step."""
        report = Report(self._clock.wall(), event)
        return self.update(lambda state: reported(change(state), report))
