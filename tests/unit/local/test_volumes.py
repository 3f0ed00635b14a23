"""Where the record may lie. Other systems are what they say of themselves, in samples."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from ctpanel.app.ports import JournalFailed
from ctpanel.local import volumes
from ctpanel.local.journal import SqliteJournal
from ctpanel.local.volumes import (
    mounts_of_linux,
    mounts_of_macos,
    network_drive,
    network_mount,
    objection,
    synchronised,
)
from tests.fakes.clocks import ManualClock

LINUX = r"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard
30 27 0:40 / /home/me/nas rw,relatime shared:3 master:1 - nfs4 nas:/export rw,vers=4.2
31 27 0:41 / /home/me/My\040Share rw - cifs //nas/share rw
32 27 0:42 / /home/me/far rw,nosuid - fuse.sshfs me@far:/ rw,user_id=1000
33 27 0:43 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\
34 30 0:44 / /home/me/nas/here rw - ext4 /dev/vdb1 rw
35 27 0:45 / /home/me/usb rw - fuseblk /dev/sdb1 rw
36 27 0:46 / /mnt/twice rw - nfs nas:/old rw
37 36 0:47 / /mnt/twice rw - tmpfs tmpfs rw
38 27 0:48 / /media/host rw - vboxsf host rw
"""

CONTAINER = """712 635 0:73 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b,upperdir=/c
713 712 0:76 / /proc rw,nosuid - proc proc rw
714 712 0:77 / /tmp rw - tmpfs tmpfs rw
715 712 254:1 /var/lib/docker/volumes/x/_data /data rw - ext4 /dev/vda1 rw
"""

MACOS = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect, root data)
//me@nas._smb._tcp.local/share on /Volumes/share (smbfs, nodev, nosuid, mounted by me)
nas:/export on /Volumes/on call (nfs, nodev, nosuid, mounted by me)
"""


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/home/me/nas/ctpanel", "nfs4"),
        ("/home/me/My Share", "cifs"),
        ("/home/me/far/a/b", "fuse.sshfs"),
        ("/mnt/c/Users/me", "9p"),
        ("/media/host/x", "vboxsf"),
    ],
)
def test_a_folder_on_a_network_of_linux_is_known_by_its_mount(folder: str, network: str) -> None:
    assert network_mount(PurePosixPath(folder), mounts_of_linux(LINUX)) == network


@pytest.mark.parametrize(
    "folder",
    ["/home/me/.local/share/ctpanel", "/home/me/nas2", "/home/me/nas/here/x", "/home/me/usb/x"],
)
def test_a_disk_of_linux_is_no_network_whatever_is_mounted_beside_it(folder: str) -> None:
    assert network_mount(PurePosixPath(folder), mounts_of_linux(LINUX)) == ""


def test_of_two_mounts_at_one_place_the_later_one_counts() -> None:
    assert network_mount(PurePosixPath("/mnt/twice"), mounts_of_linux(LINUX)) == ""


@pytest.mark.parametrize("folder", ["/home/me/.local/share", "/tmp/x", "/data/ctpanel"])  # noqa: S108 - in a sample
def test_a_container_is_no_network(folder: str) -> None:
    assert network_mount(PurePosixPath(folder), mounts_of_linux(CONTAINER)) == ""


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/Volumes/share/ctpanel", "smbfs"),
        ("/Volumes/on call", "nfs"),
        ("/Users/me/Library/Application Support/ctpanel", ""),
    ],
)
def test_a_folder_on_a_network_of_macos_is_known_by_its_mount(folder: str, network: str) -> None:
    assert network_mount(PurePosixPath(folder), mounts_of_macos(MACOS)) == network


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        (r"C:\Users\me\AppData\Local\ctpanel", ""),
        (r"Z:\ctpanel", "Z:\\"),
        (r"\\nas\share\ctpanel", "\\\\nas\\share\\"),
    ],
)
def test_a_network_drive_of_windows_is_known_by_its_type(folder: str, network: str) -> None:
    kinds = {"C:\\": 3, "Z:\\": 4, "\\\\nas\\share\\": 4}
    assert network_drive(PureWindowsPath(folder), kinds.__getitem__) == network


@pytest.mark.parametrize(
    ("folder", "keeper"),
    [
        (PureWindowsPath(r"C:\Users\me\OneDrive\ctpanel"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\me\OneDrive - Some Firm\x"), "OneDrive - Some Firm"),
        (PurePosixPath("/home/me/Dropbox (Personal)/x"), "Dropbox (Personal)"),
        (PurePosixPath("/Users/me/Library/CloudStorage/GoogleDrive-me/x"), "CloudStorage"),
        (PurePosixPath("/Users/me/Library/Mobile Documents/x"), "Mobile Documents"),
        (PurePosixPath("/home/me/.local/share/ctpanel"), ""),
        (PurePosixPath("/home/me/dropbox-notes/x"), ""),
        (PurePosixPath("/home/me/my onedrive export/x"), ""),
    ],
)
def test_a_synchronised_folder_is_known_by_its_name(
    folder: PurePosixPath | PureWindowsPath, keeper: str
) -> None:
    assert synchronised(folder) == keeper


def test_a_folder_of_this_computer_is_no_reason_against_a_record(tmp_path: Path) -> None:
    assert objection(tmp_path) == ""


async def test_a_journal_on_a_network_stays_shut_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "_network", lambda _folder: "nfs4")
    with pytest.raises(JournalFailed, match=r"network \(nfs4\).* --data-dir"):
        await SqliteJournal(tmp_path / "journal.sqlite3", ManualClock()).open()
    assert not (tmp_path / "journal.sqlite3").exists()


async def test_a_journal_in_a_synchronised_folder_stays_shut_and_says_what_to_do(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "Dropbox" / "ctpanel"
    folder.mkdir(parents=True)
    with pytest.raises(JournalFailed, match=r"synchronised \(Dropbox\).* --data-dir"):
        await SqliteJournal(folder / "journal.sqlite3", ManualClock()).open()
    assert not (folder / "journal.sqlite3").exists()
