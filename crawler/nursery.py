"""
Processes of ours that begin at once: a nursery has loaded what they need, and each begins as a copy of it.

Does not know what they do. Loading Scrapy, SQLAlchemy and our own modules takes longer than reading a small site does; an audit has
several such processes, and a worker has many audits.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import IO, Any

ROOT = Path(__file__).parents[1]
NUMBER = struct.Struct("=i")
"""How lengths, process numbers and exit codes are sent."""


class Child:
    """
    A process of the nursery; of ``subprocess.Popen`` as much as is needed.

    Attributes:
        pid: Its number; it leads a session of its own.
        stdin, stdout: Its ends of pipes.
        returncode: As ``Popen.returncode``.
    """

    def __init__(self, pid: int, stdin: int, stdout: int, status: int) -> None:
        self.pid = pid
        self.stdin: IO[bytes] = os.fdopen(stdin, "wb")
        self.stdout: IO[bytes] = os.fdopen(stdout, "rb")
        self.returncode: int | None = None
        self._status = os.fdopen(status, "rb", buffering=0)

    def poll(self) -> int | None:
        """Return the exit code if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for the number of a signal, when it has ended; raise TimeoutExpired after so many seconds."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            told = self._status.read(NUMBER.size)
            self._status.close()
            if not told:
                # The nursery was killed, and nobody else can tell whether its children go on.
                self._signal()
            self.returncode = NUMBER.unpack(told)[0] if told else -signal.SIGKILL
        return self.returncode

    def kill(self) -> None:
        """Kill it if it runs."""
        if self.poll() is None:
            self._signal()

    def _signal(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def begin(module: str, *, stderr: IO[bytes], env: Mapping[str, str], ahead: str = "") -> Child:
    """
    Let ``main`` of a module run in a process with an environment of its own, where we are, and return it.

    Its standard input and output are pipes, its exit code is what ``main`` returns. If the module has ``get_ready``, the nursery first
    calls that with ``ahead``: what it loads, this process and all later ones have.
    """
    wanted = {"module": module, "env": dict(env), "cwd": str(Path.cwd()), "ahead": ahead}
    with _lock:
        try:
            return _asked(wanted, stderr)
        except OSError:
            # Somebody killed the nursery; another takes its place.
            _close()
            return _asked(wanted, stderr)


_lock = threading.Lock()
_nursery: tuple[subprocess.Popen[bytes], socket.socket, Mapping[str, str]] | None = None


def _asked(wanted: Mapping[str, Any], stderr: IO[bytes]) -> Child:
    asking = _open(wanted["env"])
    (stdin, to), (out, stdout), (told, status) = os.pipe(), os.pipe(), os.pipe()
    try:
        words = json.dumps(wanted).encode("utf-8", "surrogateescape")
        socket.send_fds(asking, [NUMBER.pack(len(words))], [stdin, stdout, stderr.fileno(), status])
        asking.sendall(words)
    finally:
        for end in (stdin, stdout, status):
            os.close(end)
    number = os.read(told, NUMBER.size)
    if not number:
        for end in (to, out, told):
            os.close(end)
        raise ConnectionResetError
    return Child(NUMBER.unpack(number)[0], to, out, told)


def _open(env: Mapping[str, str]) -> socket.socket:
    global _nursery  # noqa: PLW0603 one for all threads of a process
    # Python reads these only when it starts, so its copies have them as the nursery has.
    fixed = {name: value for name, value in env.items() if name.startswith("PYTHON")}
    if _nursery is not None and _nursery[2] != fixed:
        _close()
    if _nursery is None:
        ours, theirs = socket.socketpair()
        paths = [str(ROOT), *filter(None, [env.get("PYTHONPATH")])]
        with theirs:
            process = subprocess.Popen(  # noqa: S603 ours
                # -P: nothing of the user's folder is taken for a module
                [sys.executable, "-P", "-m", "crawler.nursery", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**env, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        _nursery = process, ours, fixed
        atexit.register(_close)
    return _nursery[1]


def _close() -> None:
    """Let the nursery end; its children go on."""
    global _nursery  # noqa: PLW0603
    if _nursery is not None:
        process, ours, _ = _nursery
        _nursery = None
        ours.close()
        process.wait()
        atexit.unregister(_close)


def name_of(module: str) -> str:
    """Return the name under which a list of processes shows a module's process."""
    return module.removesuffix(".__main__").rpartition(".")[2][:15]


class _Nursery:
    """The process that forks: it has one thread, opens nothing, and ends when nobody can ask it any more."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked
        self._children: dict[int, int] = {}  # process number -> where its end is told
        self._ended, self._ends = os.pipe()
        os.set_blocking(self._ends, False)

    def serve(self) -> dict[str, Any] | None:
        """Return what is to be run, in a child; None at the end."""
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._ends)
        watched: list[Any] = [self._asked, self._ended]
        while True:
            ready, _, _ = select.select(watched, [], [])
            if self._ended in ready:
                os.read(self._ended, 1024)
                self._reap()
            if self._asked in ready:
                first, ends, _, _ = socket.recv_fds(self._asked, NUMBER.size, 4)
                if not first:
                    return None
                wanted: dict[str, Any] = json.loads(self._read(NUMBER.unpack(first)[0]))
                if self._fork(wanted, *ends):
                    return wanted

    def _read(self, length: int) -> bytes:
        read = bytearray()
        while len(read) < length:
            read += self._asked.recv(length - len(read))
        return bytes(read)

    def _fork(self, wanted: dict[str, Any], stdin: int, stdout: int, stderr: int, status: int) -> bool:
        """Return whether this is the child."""
        # What it cannot load the child cannot either, and says so.
        with suppress(Exception):
            module = importlib.import_module(wanted["module"])
            if hasattr(module, "get_ready"):
                module.get_ready(wanted["ahead"])
        # Pages of memory that nobody writes to are shared; the collector would write to each.
        gc.collect()
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for place, end in enumerate((stdin, stdout, stderr)):
                os.dup2(end, place)
            self._asked.close()
            for end in (stdin, stdout, stderr, status, self._ended, self._ends, *self._children.values()):
                os.close(end)
            return True
        for end in (stdin, stdout, stderr):
            os.close(end)
        self._children[pid] = status
        self._tell(status, pid)
        return False

    def _reap(self) -> None:
        while self._children:
            pid, code = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            status = self._children.pop(pid)
            self._tell(status, os.waitstatus_to_exitcode(code))
            os.close(status)

    @staticmethod
    def _tell(status: int, number: int) -> None:
        with suppress(BrokenPipeError):  # nobody wants to know
            os.write(status, NUMBER.pack(number))


def main() -> int:
    """Be the nursery, and in each child what it was begun for; return the exit code."""
    wanted = _Nursery(socket.socket(fileno=int(sys.argv[1]))).serve()
    if wanted is None:
        return 0
    os.setsid()
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    with suppress(OSError):  # so that a list of processes can tell them apart; Linux only
        Path("/proc/self/comm").write_text(name_of(wanted["module"]), encoding="utf-8")
    module: ModuleType = importlib.import_module(wanted["module"])
    sys.argv = [wanted["module"]]
    code: int = module.main()
    return code


if __name__ == "__main__":
    sys.exit(main())
