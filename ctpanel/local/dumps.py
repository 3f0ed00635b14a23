"""What the system may keep of this process when it crashes: nothing, for it holds a token."""

import sys


def forbid_core_dumps() -> None:
    """No memory image is written to disk; Windows has no such setting of a process."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
