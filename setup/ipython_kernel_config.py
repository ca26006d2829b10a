"""How kernels of this environment run (an IPython configuration file)."""

from ipykernel.ipkernel import IPythonKernel

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# At each start a kernel warns that it talks to its server over TCP. It does, on loopback.
c.IPKernelApp.log_level = "ERROR"

# JupyterLab writes this into every notebook that it opens. With a whole version in it, a notebook that was
# written under another Python would be changed as soon as somebody looks at it.
IPythonKernel.language_info = IPythonKernel.language_info | {"version": "3"}
