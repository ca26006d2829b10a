"""What lessons do, in small: a server behind another, signals, a load, a picture, a record of it."""

from labapp import lab
from labapp.course.state import State, state_folder

SITE = """
upstream site { server {{ web.address }}; }
server {
    listen {{ listen }};
    location / { proxy_pass http://site; }
}
"""

web = lab.launch('gunicorn "labapp:create_app()" --workers 2')
assert lab.servers() == [web], lab.servers()
edge = lab.nginx(SITE, web=web)
assert edge.get("/").status_code == 200
done = lab.load(edge, "/whoami", requests=60, concurrency=20, progress=False)
assert len(done.answered) == 60, done.outcome
web.signal("TTIN")
web.wait_until(workers=3)
web.timeline.wait_for(requests=60)
assert "<svg" in lab.watch(web, where="cell")._repr_mimebundle_()[0]["image/svg+xml"]
folder = state_folder()
state = State(folder)
state.change("04-gunicorn-prefork", lambda record: record.update(visited=True))
assert state.lesson("04-gunicorn-prefork")["visited"]
lab.reset()
assert not lab.servers()
print(state.trouble or "kept")
