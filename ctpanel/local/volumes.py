"""Where a durable record may lie: on a disk of this computer, that no other program puts back.

SQLite's log does not work over a network (https://www.sqlite.org/wal.html), where a file system may
also answer a sync before it is true (https://www.sqlite.org/useovernet.html). A program that
synchronises a folder replaces files while they are in use (https://www.sqlite.org/howtocorrupt.html)
and gives one record to two computers. What cannot be found out is no reason against a place.
"""

import ctypes
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Final, TypeAlias

Mount: TypeAlias = tuple[PurePath, str]
"""Where a file system begins, and its type."""

_ADVICE: Final = "Choose a folder on this computer's own disk with --data-dir"

_NETWORK: Final = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "ftp", "9p"),
        *("afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs"),
        *("sshfs", "davfs", "davfs2", "curlftpfs", "gvfsd-fuse", "rclone", "s3fs", "onedriver"),
        *("vboxsf", "vmhgfs", "vmhgfs-fuse", "prl_fs"),
    }
)
"""File systems whose files are on another computer, or on the host of a virtual one."""

_SYNCHRONISED: Final = re.compile(
    r"(OneDrive|Dropbox)( [-(].*)?"  # a company's has its name behind
    r"|Google ?Drive(-.*)?|My Drive"
    r"|iCloud ?Drive|Mobile Documents|CloudStorage"  # the last two are macOS' own
    r"|Nextcloud|ownCloud|pCloud ?Drive|Box Sync|MEGA(sync)?",
    re.IGNORECASE,
)
"""How the programs that synchronise a folder name it."""

_DRIVE_REMOTE: Final = 4


def objection(folder: Path) -> str:
    """Why a record in this folder cannot be relied on, a sentence; "" when nothing says so."""
    if network := _network(folder):
        return f"{folder} is on a network ({network}), where a record is not safe. {_ADVICE}"
    if keeper := synchronised(folder):
        return f"{folder} is synchronised ({keeper}), which can damage a record. {_ADVICE}"
    return ""


def synchronised(folder: PurePath) -> str:
    """The part of a path that a program which synchronises folders has named, or ""."""
    return next((part for part in folder.parts if _SYNCHRONISED.fullmatch(part)), "")


def _network(folder: Path) -> str:
    """The network a folder lies on, by what this system says of it."""
    try:
        if sys.platform == "win32":
            return network_drive(folder, ctypes.windll.kernel32.GetDriveTypeW)
        if sys.platform == "darwin":
            said = subprocess.check_output(["/sbin/mount"], text=True, timeout=2)
            return network_mount(folder, mounts_of_macos(said))
        listed = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        return network_mount(folder, mounts_of_linux(listed))
    except (OSError, subprocess.SubprocessError):
        return ""


def network_drive(folder: PurePath, drive_type: Callable[[str], int]) -> str:
    """What of a Windows path lies on a network: its drive or share, or ""."""
    return folder.anchor if drive_type(folder.anchor) == _DRIVE_REMOTE else ""


def network_mount(folder: PurePath, mounts: Iterable[Mount]) -> str:
    """The network file system a folder lies on, or "".

    The deepest mount has the folder; of two at one place the later one, which hides the other.
    """
    holding = [mount for mount in mounts if folder.is_relative_to(mount[0])]
    if not holding:
        return ""
    deepest = max(len(place.parts) for place, _ in holding)
    kind = [kind for place, kind in holding if len(place.parts) == deepest][-1]
    return kind if kind.removeprefix("fuse.") in _NETWORK else ""


def mounts_of_linux(mountinfo: str) -> list[Mount]:
    """The mounts in /proc/self/mountinfo (man 5 proc_pid_mountinfo)."""
    found = []
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        if dash:
            found.append((PurePath(_unescaped(before.split(" ")[4])), after.split(" ")[0]))
    return found


def _unescaped(text: str) -> str:
    """The kernel writes blanks and backslashes of a path as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def mounts_of_macos(said: str) -> list[Mount]:
    """The mounts in what macOS' mount says: `device on /place (type, options)`."""
    lines = (re.fullmatch(r".+? on (/.*) \((\w+)[,)].*", line) for line in said.splitlines())
    return [(PurePath(line[1]), line[2]) for line in lines if line]
