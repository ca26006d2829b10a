"""An application with a table in memory, 40 MB of it, made when it is imported."""

table = [f"{n:048}" for n in range(400_000)]


def app(environ, start_response):
    """Answer at once; /read looks at every entry of the table first, and changes none."""
    letters = sum(map(len, table)) if environ["PATH_INFO"] == "/read" else 0
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(letters).encode()]
