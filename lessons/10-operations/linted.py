"""What hadolint has against a Dockerfile, and Compose against a compose.yaml, where both are installed."""

import json
import re
import subprocess
import sys
from pathlib import Path


def dockerfile(text):
    """Return the numbers of the rules that it breaks, None where hadolint is not installed."""
    done = _run("hadolint", "--format", "json", "-", text=text)
    return None if done is None else [finding["code"] for finding in json.loads(done)]


def compose(path):
    """Return whether it is one that Compose takes, None where check-jsonschema is not installed."""
    schema = "--builtin-schema", "vendor.compose-spec"
    done = _run("check-jsonschema", *schema, str(path))
    return None if done is None else "ok" in done


def in_shell_form(text):
    """Return a Dockerfile whose last CMD is written without brackets."""
    return re.sub(r'(?m)^CMD \["(.*)"\]$', r"CMD \1", text)


def _run(program, *words, text=""):
    found = Path(sys.executable).with_name(program)
    if not found.exists():
        return None
    return subprocess.run([found, *words], input=text, capture_output=True, check=False, text=True).stdout
