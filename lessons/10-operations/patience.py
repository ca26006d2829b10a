"""A shop whose report needs a database, and that waits for it as long as PATIENCE says."""

import os
import sqlite3

from labapp import create_app


def build():
    """Return the application."""
    app = create_app()

    @app.get("/report")
    def report():
        """Read a table, if nobody has locked it."""
        rows = sqlite3.connect(os.environ["DATABASE"], timeout=float(os.environ["PATIENCE"]))
        try:
            return {"goods": rows.execute("select count(*) from goods").fetchone()[0]}
        except sqlite3.OperationalError as error:
            return {"database": str(error)}, 503
        finally:
            rows.close()

    return app
