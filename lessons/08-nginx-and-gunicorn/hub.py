"""A Jupyter as JupyterHub would start it for Ana: under a prefix, with the extension that proxies."""

import secrets
import tempfile

from labapp import lab

KEY = secrets.token_hex()  # Whoever reaches a Jupyter can run code.


def start():
    """Start it, in a folder of its own; return the server and the folder."""
    folder = tempfile.TemporaryDirectory(prefix="lab-")
    jupyter = lab.launch(
        [
            *("jupyter-server", "--no-browser", "--allow-root", "--ServerApp.port=0"),
            *("--ServerApp.base_url=/user/ana/", f"--ServerApp.root_dir={folder.name}"),
            "--ServerApp.jpserver_extensions=jupyter_server_proxy=True",
        ],
        env={"JUPYTER_TOKEN": KEY, "JUPYTER_RUNTIME_DIR": folder.name, "JUPYTER_NO_CONFIG": "1"},
        timeout=60,
    )
    return jupyter, folder


def ask(jupyter, path):
    """Ask as Ana, who has logged in."""
    return jupyter.get(f"/user/ana{path}", headers={"Authorization": f"token {KEY}"})


def links(jupyter, proxy, web):
    """Print what has become of a redirection of the application's, and of a link in its page."""
    answer = ask(jupyter, f"{proxy}/{web.port}/old").headers["location"]
    page = ask(jupyter, f"{proxy}/{web.port}/seen").json()["a link to itself"]
    for what, link in {"redirection": answer, "link in page": page}.items():
        print(f"{what:12}", link.removeprefix(jupyter.url).replace(str(web.port), "PORT"))
