"""Run a command without a network: `unshare --net` with only the loopback device up (Linux)."""

import shutil
import subprocess
import sys

# A fresh network namespace has its loopback device down, and kernels talk over it.
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
request = struct.pack("16sh14x", b"lo", 1 | 64)  # IFF_UP | IFF_RUNNING
fcntl.ioctl(socket.socket(), 0x8914, request)    # SIOCSIFFLAGS
os.execvp(sys.argv[1], sys.argv[1:])
"""


def prefix():
    """Return the words to put before a command, or None where this machine does not allow it."""
    if not sys.platform.startswith("linux") or not shutil.which("unshare"):
        return None
    words = ["unshare", "--net", "--map-root-user", sys.executable, "-c", LOOPBACK_UP]
    tried = subprocess.run([*words, "true"], capture_output=True)
    return words if tried.returncode == 0 else None


def has_network(words):
    """Return whether a connection to the outside can leave under the prefix `words`."""
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=2)"
    tried = subprocess.run([*words, sys.executable, "-c", code], capture_output=True, text=True)
    return "Network is unreachable" not in tried.stderr
