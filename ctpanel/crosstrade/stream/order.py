"""The numbers of a connection's frames: what was left out, and what came twice or too late."""


class FrameOrder:
    """Counts the frames of one connection; a server that numbers none is taken as it is."""

    def __init__(self) -> None:
        self._last: int | None = None

    def missing(self, number: int | None) -> int | None:
        """How many frames were left out before this one; None when it is not news.

        One from before the last is not news either: the gap it left was reported already.
        """
        if number is None:
            return 0
        last, self._last = self._last, max(number, self._last or 0)
        if last is None:
            return 0
        return None if number <= last else number - last - 1
