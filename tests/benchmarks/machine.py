"""What a run was measured on, in one line."""

import os
import platform
from pathlib import Path


def describe() -> str:
    """Processor, system, Python, and how busy all that was with other things."""
    system = f"{platform.system()} {platform.release()}"
    python = f"Python {platform.python_version()}"
    busy = f"load {os.getloadavg()[0]:.1f} at the start"
    return f"{_processor()}, {os.cpu_count()} cores, {system}, {python}, {busy}"


def _processor() -> str:
    """The processor's own name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
