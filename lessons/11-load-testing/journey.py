"""What a visitor of the shop does, as Locust plays it: a look around, some pages, a pause after each."""

import os
import random

from locust import HttpUser, constant, task


class Visitor(HttpUser):
    """One visitor. `@task(3)` is done three times as often as `@task(1)`."""

    wait_time = constant(0.5)

    def on_start(self):
        """Say in each request which process of Locust sent it."""
        self.client.headers["User-Agent"] = f"locust/{os.getpid()}"

    @task(1)
    def look_around(self):
        """Ask for something that the shop has at once."""
        self.client.get("/")

    @task(3)
    def read_a_page(self):
        """Ask for one of many pages; all of them are one line of the statistics."""
        self.client.get(f"/page?{random.randrange(500)}", name="/page?…")
