"""Why a server does not start: tracebacks, modules, who holds a socket."""
