#!/bin/sh
# Prints the Python that .venv is built from: the one PYTHON names, else the first on PATH that works.
# A machine that cannot run the course gets one sentence on standard error, and status 1.

say() { echo "$1" >&2; exit 1; }

case "$(uname -s)" in
    Linux | Darwin) ;;
    MINGW* | MSYS* | CYGWIN*) say "On Windows the course runs in WSL: run 'wsl --install', open its terminal, and run make there." ;;
    *) say "The course runs on Linux and macOS; on $(uname -s) use one of them in a virtual machine." ;;
esac

# uv makes environments by itself; without it, the standard library must be able to.
if command -v uv >/dev/null 2>&1; then needed=sys; else needed="venv, ensurepip"; fi

# A name on PATH may be a shim that leads nowhere, so each candidate is run.
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
complete() { "$1" -c "import $needed" >/dev/null 2>&1; }
# That of a virtual environment, .venv perhaps, which is active here, is gone when .venv is made anew.
path() { "$1" -c 'import sys; print(sys._base_executable or sys.executable)'; }

old="" bare=""
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    found=$(version "$candidate") || continue
    if ! new_enough "$candidate"; then old=${old:-"$candidate, which is Python $found"}; continue; fi
    if ! complete "$candidate"; then bare=${bare:-$candidate}; continue; fi
    path "$candidate"
    exit 0
done

if [ -n "$bare" ]; then
    say "$bare cannot make a virtual environment: 'sudo apt-get install python$(version "$bare")-venv' adds what is missing on Debian and Ubuntu; then run make again."
fi
# uv brings a Python of its own where the machine has none that will do.
if [ "$needed" = sys ] && [ -z "${PYTHON:-}" ]; then
    uv python find --no-project '>=3.11' 2>/dev/null && exit 0
    uv python install 3.13 >&2 && uv python find --no-project 3.13 && exit 0
fi
case "$(uname -s)" in
    Darwin) advice="'brew install python' installs one" ;;
    *) advice="'sudo apt-get install python3 python3-venv' installs one on a recent Debian or Ubuntu" ;;
esac
if [ -n "${PYTHON:-}" ] && [ -z "$old" ]; then
    say "PYTHON names $PYTHON, which does not run: name a Python 3.11 or newer, or leave PYTHON out."
fi
say "The course needs Python 3.11 or newer and found ${old:-none}: $advice, and 'make PYTHON=/path/to/python lab' names another."
