"""How kernels of this environment run (an IPython configuration file)."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# At each start a kernel warns that it talks to its server over TCP. It does, on loopback.
c.IPKernelApp.log_level = "ERROR"
