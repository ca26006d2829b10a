"""Tells the weather: `/` at once what it was this morning, `/now` what the station says, which takes time."""

from time import sleep


def ask_the_station():
    """Wait for the station's answer, as one waits for a socket."""
    sleep(0.4)
    return b"windy"


def app(environ, start_response):
    """Answer with a word."""
    word = ask_the_station() if environ["PATH_INFO"] == "/now" else b"sunny"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [word]
