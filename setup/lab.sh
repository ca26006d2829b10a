#!/bin/sh
# Preflight, then JupyterLab on loopback with the first lesson open. Ctrl-C stops it and every server it started.
bin="$PWD/.venv/bin"
PATH="$bin:$PATH"
VIRTUAL_ENV="$PWD/.venv"
# Kernels and extensions of this environment win over those of the person's home.
JUPYTER_PREFER_ENV_PATH=1
export PATH VIRTUAL_ENV JUPYTER_PREFER_ENV_PATH
unset JUPYTER_TOKEN JUPYTER_TOKEN_FILE

if ! python -m labapp doctor --brief && [ "${PREFLIGHT:-}" != no ]; then
    echo "Mend the above, or start all the same: make lab PREFLIGHT=no" >&2
    exit 1
fi
exec jupyter-lab --config="$PWD/setup/jupyter.py"
