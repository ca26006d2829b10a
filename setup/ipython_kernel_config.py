"""How kernels of this environment run (an IPython configuration file)."""

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.subshell_manager import SubshellManager

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# At each start a kernel warns that it talks to its server over TCP. It does, on loopback.
c.IPKernelApp.log_level = "ERROR"


def _reply(_: SubshellManager, message: list[object]) -> None:
    IPKernelApp.instance().kernel.shell_stream.send_multipart(message)


# Before 7.4.0, ipykernel replies past the stream that reads the requests. It may miss one that comes
# meanwhile, and the page waits until it is reloaded (https://github.com/ipython/ipykernel/issues/1554).
SubshellManager._send_on_shell_channel = _reply

# JupyterLab writes this into every notebook that it opens. With a whole version in it, a notebook that was
# written under another Python would be changed as soon as somebody looks at it.
IPythonKernel.language_info = IPythonKernel.language_info | {"version": "3"}
