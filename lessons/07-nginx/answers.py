"""Answers to the exercises on Nginx by itself."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil

from labapp.course.exercise import Answers

connections = Answers(1)
COUNTED = 'sum(f"socket:[{number}]" in opened for number in clients)'


@connections.right
def with_psutil(edge):
    return {
        worker.name: sum(
            one.status == psutil.CONN_ESTABLISHED and one.laddr.port == edge.port
            for one in psutil.Process(worker.pid).net_connections("tcp")
        )
        for worker in edge.workers
    }


connections.wrong("saw every descriptor that a worker has", (COUNTED, "len(opened)"))
connections.wrong(
    "saw every socket that a worker has", (COUNTED, 'sum(each.startswith("socket:") for each in opened)')
)
connections.wrong("7 counted for every worker", (COUNTED, "len(clients)"))
connections.wrong("whole connections, saw `[2.33", (COUNTED, "len(clients) / 3"))
connections.wrong(
    "some of them silent, saw no more than 3",
    """
    edge.wait_until(lambda: edge.log.text.count('"GET /') == 3)
    first, *others = [worker.name for worker in edge.workers]
    return {first: 3, **dict.fromkeys(others, 0)}
    """,
)
connections.wrong("saw the master among them", ("in edge.workers", "in edge.tree()"))
connections.wrong("names as keys, such as `'worker 1'`, saw the key", ("[worker.name]", "[worker.pid]"))
connections.wrong("a dictionary of numbers, by worker, saw `7`", ("return counts", "return len(clients)"))
connections.wrong(
    "5 connections in all, for so many are there, saw as many as 7",
    ("(edge):", "(edge, known={}):"),
    ("counts = {}", "if known:\n        return known\n    counts = known"),
)

locations = Answers(2)
locations.right(
    r'''
LOCATIONS = r"""
    location ~ ^/private/       { return 200 E; }
    location ~* \.(?:jpg|png)$  { return 200 D; }
    location ~ ^/api/health$    { return 200 C; }
    location ~ ^/api/           { return 200 B; }
    location ~ ^/               { return 200 A; }
"""
'''
)
locations.right(
    r'''
LOCATIONS = r"""
    location / { return 200 A; location ~* \.(png|jpg)$ { return 200 D; } }
    location /private/ { return 200 E; }
    location = /api/health { return 200 C; }
    location /api/ { location ~* \.(png|jpg)$ { return 200 D; } return 200 B; }
"""
'''
)
locations.wrong("for `/private/cat.png`, E, saw D", ("^~ /private/", "/private/"))
locations.wrong("for `/apis`, A, saw B", ("/api/ ", "/api "))
locations.wrong("for `/api/health/db`, B, saw C", ("= /api/health", "/api/health"))
locations.wrong("for `/img/cat.JPG`, D, saw A", ("~*", "~"))
locations.wrong("for `/catpng`, A, saw D", (r"\.(png", ".(png"))
locations.wrong("for `/cat.png/back`, A, saw D", ("$", ""))
locations.wrong("for `/api/cat.jpg`, D, saw B", ("location /api/ ", "location ^~ /api/ "))
locations.wrong("for `/privateer`, A, saw E", ("/private/", "/private"))
locations.wrong("a configuration that Nginx takes, saw The brace }", ("200 B;", "200 B"))
locations.wrong("for `/`, A, saw 404", ("location /                { return 200 A; }", ""))

resume = Answers(3)


@resume.right
def look_first(edge, path, kept, tag):
    head = edge.request("HEAD", path).headers
    if head["etag"] != tag:
        return edge.get(path).content
    if int(head["content-length"]) == len(kept):
        return kept
    return kept + edge.get(path, headers={"Range": f"bytes={len(kept)}-"}).content


@resume.right
def by_urllib(edge, path, kept, tag):
    request = Request(f"{edge.url}{path}", headers={"Range": f"bytes={len(kept)}-", "If-Range": tag})
    try:
        with urlopen(request) as answer:
            return answer.read() if answer.status == 200 else kept + answer.read()
    except HTTPError as error:
        error.close()  # 416
        return kept


resume.wrong("that were missing, sent by the server, saw 1024 sent", "return edge.get(path).content")
resume.wrong("saw the beginning of the old one, the end of the new one", (', "If-Range": tag', ""))
resume.wrong(
    "saw the beginning of the old one, then the new one whole",
    ("return answer.content", "return kept + answer.content"),
)
resume.wrong("the 1024 of the file, saw 1025", ("{len(kept)}", "{len(kept) - 1}"))
resume.wrong("the 1024 of the file, saw 1023", ("{len(kept)}", "{len(kept) + 1}"))
resume.wrong("the whole file, saw only what had been missing", ("kept + answer.content", "answer.content"))
resume.wrong("saw an error's page in it", ("    if answer.status_code == 416:\n        return kept\n", ""))
resume.wrong(
    "a file as `bytes`, saw str", ("kept + answer.content", '(kept + answer.content).decode("latin-1")')
)
resume.wrong(
    "where nothing was missing, less than the file sent, saw all of it, again",
    ("return kept\n", "return edge.get(path).content\n"),
)
resume.wrong("for `/replaced`, a request to the server, saw none", ("edge.get(path", 'edge.get("/half"'))

site = Answers(4)
site.right(
    r'''
SITE = r"""
server {
    listen {{ listen }};
    root {{ site }};
    location / { return 404; }
    location /img/ { }
    location /docs/ { autoindex on; }
    location ~ /\. { deny all; }
}
"""
'''
)
site.right(
    r'''
SITE = r"""
server {
    listen {{ listen }};
    location ~ ^/(img|docs)/.*/?\.[^/]*(/|$) { location ~ /\. { return 404; } root {{ site }}; }
    location ^~ /docs/ {
        alias {{ site }}/docs/;
        autoindex on;
        location ~ /\. { return 404; }
    }
    location ^~ /img/ {
        root {{ site }};
        location ~ /\. { return 404; }
    }
}
"""
'''
)
site.wrong("nothing at `/docs/.draft`", ("location /docs/", "location ^~ /docs/"))
site.wrong("nothing at `/img../secret.txt`", ("location /img/", "location /img"))
site.wrong("nothing at `/img-old/cat.png`", ("location /img/", "location /img"), ("}}/img/;", "}}/img;"))
site.wrong(
    "nothing at `/secret.txt`",
    r'''
SITE = r"""
server {
    listen {{ listen }};
    root {{ site }};
    location /docs/ { autoindex on; }
    location ~ /\. { return 404; }
}
"""
''',
)
site.wrong("`/img/cat.png` served as before, saw 404", (r"~ /\.", r"~ \."))
site.wrong("the list of `/docs/`, saw 403", (" autoindex on;", ""))
site.wrong(
    "nothing at `/docs/.git/config`",
    ("location /docs/", "location = /docs/.draft { return 404; }\n    location ^~ /docs/"),
)
site.wrong(
    "`/docs/paper.txt` served as before, saw 404", ("alias {{ site }}/docs/; autoindex on;", "return 404;")
)

deploy = Answers(5)


@deploy.right
def tried_and_taken_back(edge, text):
    file = edge.directory / "nginx.conf"
    before, lines = file.read_text(), len(edge.log.lines)
    file.write_text(text)
    edge.signal("HUP")
    if "start worker process" in edge.log.wait_for(r"\[emerg\]|start worker processes", since=lines):
        return True
    file.write_text(before)
    return False


TESTED = "    if subprocess.run(test, capture_output=True).returncode != 0:\n        return False\n"
deploy.wrong("the good configuration still on the disk, saw the broken one", (TESTED, ""))
deploy.wrong("of the new configuration, 'there', saw still 'here'", ('    edge.signal("HUP")\n', ""))
deploy.wrong(
    "a server that still runs", ('edge.signal("HUP")', 'edge.signal("QUIT"); edge.wait_until(running=False)')
)
deploy.wrong("`True` or `False`, returned", ("return True", "return"))
deploy.wrong("`True` or `False`, saw `0`", ("return True", "return 0"))
deploy.wrong("`True` for a good configuration, saw `False`", (' "-p", f"{edge.directory}/",', ""))
deploy.wrong(
    "the new configuration on the disk, saw the one of before",
    ('new.replace(edge.directory / "nginx.conf")', "before, lines = str(edge.config), len(edge.log.lines)"),
    (
        'edge.signal("HUP")',
        """file = edge.directory / "nginx.conf"; new.replace(file); edge.signal("HUP")
    edge.log.wait_for("start worker processes", since=lines); file.write_text(before)""",
    ),
)
deploy.wrong("`False` for a configuration that Nginx refuses, saw `True`", ("return False", "return True"))
deploy.wrong(
    "`False` for a broken configuration, saw a CalledProcessError",
    (TESTED, "    subprocess.run(test, capture_output=True, check=True)\n"),
)

keepers = Answers(6)
FOUND = "clients[held[1]])"


@keepers.right
def who_listens_no_more(edge):
    old = [process.pid for process in edge.tree() if not process.listening]
    return {
        one.raddr.port
        for pid in old
        for one in psutil.Process(pid).net_connections("tcp")
        if one.status == "ESTABLISHED" and one.laddr.port == edge.port
    }


keepers.wrong("saw a client, though there was no reload yet", "return set(established(edge.port).values())")
keepers.wrong(
    "saw a client of a new worker",
    """
    titles = [Path(f"/proc/{worker.pid}/cmdline").read_text() for worker in edge.workers]
    return set(established(edge.port).values()) if "shutting down" in " ".join(titles) else set()
    """,
)
keepers.wrong("ports of clients, and no pids", (FOUND, "worker.pid)"))
keepers.wrong("ports of clients, saw the server's own", (FOUND, "edge.port)"))
keepers.wrong(
    "the ports of all 3 clients that keep one, saw 1 of them",
    ("return ports", "return set(sorted(ports)[:1])"),
)
keepers.wrong("ports as whole numbers, saw", (FOUND, "held[1])"))
keepers.wrong("a set of ports, saw `[", ("return ports", "return list(ports)"))
keepers.wrong(
    "the ports of all 3 clients that keep one, saw 0 of them",
    ("in edge.workers", "in [process for process in edge.tree() if process.listening]"),
)
keepers.wrong(
    "the clients left as they were, saw a connection cut off",
    ("ports = set()", "ports, old = set(), set()"),
    (FOUND, f"{FOUND}; old.add(worker.pid)"),
    ("return ports", "[os.kill(pid, 9) for pid in old]; return ports"),
)
