"""Leaks on purpose, so that the soak's own judgement can be judged."""

import asyncio
import os
from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtCore import QObject

from ctpanel.lifetime import Panel
from ctpanel.ui.application import PanelView

AtEachCut: TypeAlias = Callable[[], None]


def quotes(panel: Panel, _view: PanelView) -> AtEachCut:
    """Keep every quote that is shown."""
    kept: list[object] = []
    panel.parts.store.subscribe(lambda state: kept.extend(state.quotes.values()))
    return lambda: None


def memory(_panel: Panel, _view: PanelView) -> AtEachCut:
    """Keep much in one piece with every connection: Python counts it as one block."""
    kept: list[bytes] = []
    return lambda: kept.append(b"x" * 3_000_000)


def tasks(panel: Panel, _view: PanelView) -> AtEachCut:
    """Leave a task behind with every connection."""
    return lambda: void(panel.tasks.spawn(asyncio.Event().wait(), "left behind"))


def descriptors(_panel: Panel, _view: PanelView) -> AtEachCut:
    """Leave a file open with every connection."""
    return lambda: void(os.open(os.devnull, os.O_RDONLY))


def qobjects(_panel: Panel, view: PanelView) -> AtEachCut:
    """Leave something in the window with every connection."""
    return lambda: void(QObject(view.window))


def void(_result: object) -> None:
    """What is made is dropped; that is the leak."""


LEAKS: Final = {leak.__name__: leak for leak in (quotes, memory, tasks, descriptors, qobjects)}
