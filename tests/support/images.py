"""Images without an engine: a base that debootstrap makes once, and what buildah builds on it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

BASE = "localhost/base"
# Of a whole Debian there is one copy, made anew when this folder is removed.
STORE = Path.home() / ".cache" / "labapp-images"
ENVIRONMENT = {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
PACKAGES = "python3,python3-venv"
PIP = "[global]\nno-index = true\nfind-links = /wheels\n"


def said(*command: str | Path) -> str:
    """Run a command and return what it printed; its last words are in the error if it failed."""
    run = subprocess.run(
        command, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"{command}: {(run.stderr or run.stdout)[-2000:]}"
    return run.stdout.strip()


def buildah(*words: str | Path) -> tuple[str | Path, ...]:
    """Return a command of buildah's, whose store is the tests' own."""
    return ("buildah", "--root", STORE / "root", "--runroot", STORE / "run", *words)


def bring_base() -> None:
    """Have the base in the store: the system's own release, from where its packages come."""
    if BASE in said(*buildah("images", "--format", "{{.Name}}")).split():
        return
    release = said("sh", "-c", '. /etc/os-release; echo "$VERSION_CODENAME"')
    sources = said("apt-get", "indextargets", "--format", "$(SITE) $(CODENAME)", "Created-By: Packages")
    mirror = next(site for site, name in map(str.split, sources.splitlines()) if name == release)
    with tempfile.TemporaryDirectory(dir=STORE) as folder:
        root = Path(folder, "root")
        root.mkdir()
        said("debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, root, mirror)
        container = said(*buildah("from", "scratch"))
        said(*buildah("copy", "--quiet", container, root, "/"))
        said(*buildah("commit", "--quiet", "--rm", container, BASE))


def build(context: Path, name: str, wheels: Path) -> None:
    """Build a Dockerfile on the base, with packages that pip has put into a folder."""
    (wheels / "pip.conf").write_text(PIP)
    volumes = [f"{wheels}:/wheels:ro", f"{wheels / 'pip.conf'}:/etc/pip.conf:ro"]
    mounted = [word for volume in volumes for word in ("--volume", volume)]
    words = ("bud", "--quiet", "--format", "docker", "--build-arg", f"BASE={BASE}", "--tag", name)
    said(*buildah(*words, *mounted, context))


def version_of_base() -> str:
    """Return the version of the base's Python: `3.11`."""
    container = said(*buildah("from", BASE))
    try:
        ask = "import sys; print('%d.%d' % sys.version_info[:2])"
        return said(*buildah("run", container, "--", "python3", "-c", ask))
    finally:
        said(*buildah("rm", container))
