"""A ticket office: whoever asks gets the next number."""

import itertools

numbers = itertools.count(1)


def app(_environ, start_response):
    """Answer with a number that nobody else has."""
    number = next(numbers)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(number).encode()]
