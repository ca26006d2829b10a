"""An application that has its mail sent by a program, and does not wait for it."""

import os
import subprocess
import time

from labapp import create_app


def build():
    """Return the application; it adds a byte to a file whenever a slow answer begins."""
    app = create_app()

    @app.get("/mail")
    def mail():
        """Have a shell begin the program, and end; the program is an orphan then."""
        subprocess.run(["sh", "-c", "sleep 0.1 &"], check=True)
        return "on its way"

    @app.get("/slow")
    def slow():
        """Take half a second."""
        with open(os.environ["BEGUN"], "a") as file:  # noqa: PTH123 (one write, at the end of the file)
            file.write("x")
        time.sleep(0.5)
        return "done"

    return app
