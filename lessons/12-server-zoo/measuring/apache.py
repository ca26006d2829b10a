"""mod_wsgi, asked what the others are asked, where this machine has it and an Apache."""

from labapp import lab

COMMAND = "mod_wsgi-express start-server shop.py --callable-object app"


def in_apache(question, cwd):
    """Launch it and ask it something; return what comes of it, or in one sentence why it cannot be asked."""
    try:
        apache = lab.launch(COMMAND, cwd=cwd)
    except lab.LaunchError as refused:
        return f"not here: {refused.summary}"
    with apache:
        return question(apache)
