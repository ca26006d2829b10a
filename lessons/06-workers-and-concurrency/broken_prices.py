"""Prints price lists, and keeps each: who asks for it once more need not wait until it is printed."""

printed = {}


def price_list(order):
    """Return the whole list for an order, 3 MB of it."""
    return f"prices for {order}\n".ljust(100, ".").encode() * 30_000


def app(environ, start_response):
    """Answer with the first page of the list for the order that the path tells, such as `/4711`."""
    order = environ["PATH_INFO"].removeprefix("/")
    if order not in printed:
        printed[order] = price_list(order)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [printed[order][:100]]
