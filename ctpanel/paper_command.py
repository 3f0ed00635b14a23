"""The command that runs the paper exchange alone; it loads nothing of the panel.

The panel's own exchange is this command in a child process, and every start waits for it.
"""

import sys

from ctpanel import resources
from ctpanel.domain.instrument import read_table
from ctpanel.options import PaperCommand
from ctpanel.output import complain
from ctpanel.paper.faults import Faults, set_fault
from ctpanel.paper.server import PaperOptions, serve
from ctpanel.paper.world import EXAMPLE_TOKEN


def run_paper(command: PaperCommand) -> int:
    """Run the paper exchange alone, until it is interrupted."""
    faults = Faults()
    try:
        for name, value in command.faults:
            set_fault(faults, name, value)
    except ValueError as error:
        return complain(str(error))
    token = sys.stdin.readline().strip() if command.is_child else command.token or EXAMPLE_TOKEN
    options = PaperOptions(command.port, token, command.seed, faults)
    specs = read_table(resources.read_text("instruments.json"))
    return serve(options, specs, until_stdin_closes=command.is_child)
