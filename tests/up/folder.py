# SPDX-License-Identifier: Apache-2.0
"""The folder in which all of the stack lives: made, kept to one command at a time, erased."""
import contextlib
import fcntl
import shutil
import sys

from parts import Trouble


def prepare(folder):
    """Makes the folder, for its owner alone. One with other people's things in it is refused."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = (folder / "up.json").exists() or (folder / "lock").exists()
        if not known and any(folder.iterdir()):
            raise Trouble(f"{folder} is not empty and was not made by ./taara up. Choose a new one with --folder.")
        folder.chmod(0o700)
        for name in ("log", "running"):
            (folder / name).mkdir(exist_ok=True)
    except OSError as error:
        raise Trouble(f"{folder} can't be used: {error.strerror}. Choose another with --folder.") from error


@contextlib.contextmanager
def alone(folder):
    """One `up` or `down` at a time."""
    try:
        lock = open(folder / "lock", "ab")  # pylint: disable=consider-using-with # released when the process ends, however that comes
    except OSError as error:
        raise Trouble(f"{folder} can't be used: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble(f"another ./taara up or down is at work in {folder}. Wait until it is done, or stop it with Ctrl-C.") from error
        yield


def erase(house, yes):
    if not (house.folder / "up.json").exists():
        raise Trouble(f"{house.folder} was not made by ./taara up, so it is not erased.")
    if not yes:
        if not sys.stdin.isatty():
            raise Trouble(f"erasing {house.folder} needs a terminal to ask at, or --yes.")
        if input(f"Erase {house.folder} with its history and messages? [y/N] ").strip().lower() not in ("y", "yes"):
            print("Kept.")
            return 0
    shutil.rmtree(house.folder)
    print(f"Erased {house.folder}.")
    return 0
