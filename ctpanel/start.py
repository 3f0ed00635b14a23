"""Where the program begins: it reads what was asked for, and loads only what that needs.

Qt is loaded where a window is opened: the other commands run without it.
"""

import os
import sys
from collections.abc import Sequence
from typing import assert_never

from ctpanel.options import (
    AsideCommand,
    Command,
    DemoCommand,
    ExportCommand,
    KeysCommand,
    PanelCommand,
    PaperCommand,
    TokenCommand,
    read,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; its exit status."""
    return _run(read(sys.argv[1:] if argv is None else argv))


def _run(command: Command) -> int:
    match command:
        case PanelCommand(self_test=True) | DemoCommand():
            return _run_by_itself(command)
        case PanelCommand():
            from ctpanel.opening import run_panel

            return run_panel(command)
        case PaperCommand():
            from ctpanel.paper_command import run_paper

            return run_paper(command)
        case TokenCommand() | ExportCommand() | AsideCommand() | KeysCommand():
            from ctpanel.commands import run

            return run(command)
        case _:
            assert_never(command)


def _run_by_itself(command: PanelCommand | DemoCommand) -> int:
    """A panel that nobody looks at: the demo, and the self-test of an installation."""
    if isinstance(command, DemoCommand):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    else:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ctpanel.demo import demonstrate, self_test
    from ctpanel.opening import run_panel

    if isinstance(command, DemoCommand):
        return demonstrate(command.out, run_panel)
    return self_test(run_panel)
