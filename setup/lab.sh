#!/bin/sh
# lab.sh PORT OPEN PREFLIGHT (each may be empty) [WORD …]: the preflight, then JupyterLab with the first lesson open;
# to JupyterLab go the further words.
case "$1" in
    *[!0-9]*) echo "PORT=$1 is no port: give a number, or nothing for 8888 or the next free one." >&2; exit 2 ;;
esac

PATH="$PWD/.venv/bin:$PATH"
VIRTUAL_ENV="$PWD/.venv"
# Kernels and extensions of this environment win over those in the person's home.
JUPYTER_PREFER_ENV_PATH=1
export PATH VIRTUAL_ENV JUPYTER_PREFER_ENV_PATH
# The first two would replace the link's own token; the others would change what a learner runs behind their back.
unset JUPYTER_TOKEN JUPYTER_TOKEN_FILE PORT WEB_CONCURRENCY GUNICORN_CMD_ARGS MAKEFLAGS MAKELEVEL MFLAGS

if ! python -m labapp doctor --brief && [ "$3" != no ]; then
    echo "Mend that first, or start all the same: make lab PREFLIGHT=no" >&2
    exit 1
fi
echo "JupyterLab starts. Ctrl-C here stops it, and every server that was started in it."
export LABAPP_PORT="$1" LABAPP_OPEN="$2"
shift 3
exec jupyter-lab --config="$PWD/setup/jupyter.py" "$@"
