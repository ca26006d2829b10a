"""Run the words that follow as a command which, with all its descendants, may trace nobody.

Some hosts of notebooks filter system calls so; here ptrace(2) is refused with EPERM, as they refuse it.
"""

import ctypes
import os
import platform
import struct
import sys

PTRACE = {"x86_64": 101, "aarch64": 117}[platform.machine()]
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
REFUSE, ALLOW = 0x00050000 | 1, 0x7FFF0000

steps = [(LOAD, 0, 0, 0), (EQUAL, 0, 1, PTRACE), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))


class Program(ctypes.Structure):
    """A `sock_fprog`: how many steps, and where they stand."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(steps), ctypes.addressof(code))
for arguments in ((NO_NEW_PRIVILEGES, 1, 0, 0, 0), (SECCOMP, FILTER, ctypes.byref(program), 0, 0)):
    if libc.prctl(*arguments):
        raise OSError(ctypes.get_errno(), "prctl")
os.execvp(sys.argv[1], sys.argv[1:])
