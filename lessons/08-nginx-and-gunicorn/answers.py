"""Answers to the exercises on Nginx and Gunicorn."""

import re
from pathlib import Path

from checks import by_proxy_fix

from labapp import lab
from labapp.course.exercise import Answers

reaches = Answers(1)
CUT = "uri + path[len(location):]"


@reaches.right
def by_experiment(location, passed_to, path):
    config = """
    server { listen {{ listen }}; location %s { proxy_pass %s; } }
    server { listen {{ listen2 }}; return 200 $request_uri; }
    """
    with lab.nginx(config % (location, passed_to.replace("app", "{{ listen2 }}"))) as edge:
        answer = edge.get(path)
    return answer.text if answer.status_code == 200 else None


reaches.wrong(
    "`proxy_pass http://app` and the path `/a/x`, the path that the application sees",
    ('("http://app")', '("http://app") or "/"'),
)
reaches.wrong(
    "the path `/b/x`, the path that the application sees, saw `'/b/x'`", (f"{CUT} if uri else path", "path")
)
reaches.wrong(
    "the path `/b/x/b/y`, the path that the application sees, saw `'/x/y'`",
    (CUT, "path.replace(location, uri)"),
)
reaches.wrong(
    "the path `/c/x`, the path that the application sees, saw `'/x'`", (CUT, f'({CUT}).replace("//", "/")')
)
reaches.wrong(
    "the path `/e/x`, the path that the application sees, saw `'/deep/x'`",
    ("uri + path", 'uri.rstrip("/") + "/" + path'),
)
reaches.wrong(
    "the path `/ba/bad`, the path that the application sees, saw `'/d'`", (CUT, "uri + path.lstrip(location)")
)
reaches.wrong(
    "the path `/gx`, `None`: it does not get there",
    ("    if not path.startswith(location):\n        return None\n", ""),
)
reaches.wrong("`/x/h/y`, `None`: it does not get there", ("path.startswith(location)", "location in path"))
reaches.wrong("the path `/cx`", ("startswith(location)", 'startswith(location.rstrip("/") + "/")'))
reaches.wrong("a path, returned", "print(location, path)")

visitor = Answers(2)
KNOWN = "entries[-proxies] if 0 < proxies <= len(entries)"
visitor.right(by_proxy_fix)


@visitor.right
def one_step_for_each_proxy(peer, forwarded, proxies):
    left, known = re.split(r"\s*,\s*", forwarded) if forwarded else [], peer
    for _ in range(proxies):
        if not left:
            return peer
        known = left.pop()
    return known


visitor.wrong(
    "'6.6.6.6, 10.1.2.3', 1)`, whom you can know it to be, saw `'6.6.6.6'`", (KNOWN, "entries[0] if entries")
)
visitor.wrong(
    "'6.6.6.6,10.1.2.3, 192.168.0.2', 2)`, whom you can know it to be, saw `'192.168.0.2'`",
    (KNOWN, "entries[-1] if entries"),
)
visitor.wrong("an address and nothing around it", ("[entry.strip()", "[entry"))
visitor.wrong("'10.9.9.9', None, 1)`, whom you can know it to be", ("else peer", 'else ""'))
visitor.wrong(
    "'6.6.6.6', 0)`, whom you can know it to be, saw `'6.6.6.6'`", ("0 < proxies", "entries and proxies")
)
visitor.wrong(
    "'10.1.2.3', 2)`, whom you can know it to be, saw `'10.1.2.3'`",
    (KNOWN, "entries[-min(proxies, len(entries))] if proxies and entries"),
)
visitor.wrong("'10.1.2.3', 1)`, whom you can know it to be, saw `'127.0.0.1'`", "return peer")

happened = Answers(3)


@happened.right
def by_parts_of_the_line(line):
    if "[error]" not in line and "[crit]" not in line:
        return "left" if line.split('"')[2:3] == [" 499 0 "] else None
    said = line.partition(", client:")[0]
    signs = {"connect()": "absent", "closed connection": "died", "timed out": "late", "large": "large"}
    return next((what for sign, what in signs.items() if sign in said), None)


happened.wrong('`None` for the line `127.0.0.1 - - "GET /ping?499', (r"""r'HTTP/[\d.]+" 499 '""", '"499"'))
happened.wrong("connect() to unix:/gone failed", (r"connect\(\) .*failed", "Connection refused"))
happened.wrong("tells, saw `None`", (r"""r'HTTP/[\d.]+" 499 ': "left",""", ""))
happened.wrong(
    "what the line `[error] upstream prematurely closed connection",
    ("signs = {", 'signs = {"while (connecting|reading)": "absent",'),
)
happened.wrong(
    '`None` for the line `127.0.0.1 - - "GET /ping?timed+out', ("signs = {", 'signs = {"timed.out": "late",')
)
happened.wrong(
    "one of the five words of the table, or `None`, saw `'502'`", ('failed": "absent"', 'failed": "502"')
)
happened.wrong("the line `[error] upstream timed out", ("signs = {", 'signs = {"while reading": "died",'))
happened.wrong("text, or `None`, saw `False`", ("line)), None)", "line)), False)"))

front = Answers(4)
front.right(("Host              $host;", "Host $host:$server_port;"))
front.right(
    '''
    return """
    upstream application { server {{ web.address }}; }
    server {
        listen {{ listen }};
        client_max_body_size 5242880;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto http;
        location /static { root {{ static }}/..; }
        location / { proxy_pass http://application; }
    }
    """
    '''
)
front.wrong(
    "the name that the visitor asked for, as its `host`, saw `'127.0.0.1",
    ("proxy_set_header Host              $host;", ""),
)
front.wrong(
    "as its `client`, saw `'127.0.0.1'`",
    ("proxy_set_header X-Forwarded-For   $proxy_add_x_forwarded_for;", ""),
)
front.wrong(
    "the visitor's own address where it claims another, saw `'6.6.6.6'`",
    (
        'return """',
        'return """ map $http_x_forwarded_for $who { "" $remote_addr; default $http_x_forwarded_for; }',
    ),
    ("$proxy_add_x_forwarded_for", "$who"),
)
front.wrong(
    "the true scheme where a visitor claims another, saw `'https'`",
    ("proxy_set_header X-Forwarded-Proto $scheme;", ""),
)
front.wrong("the path `/ping%2Fx`, unchanged", ("http://{{ web.address }};", "http://{{ web.address }}/;"))
front.wrong("a file that Gunicorn is not asked for", ("location /static/ { alias {{ static }}/; }", ""))
front.wrong("the file `/static/page.css`, saw 404", ("alias {{ static }}/;", "root {{ static }};"))
front.wrong("nothing from beside the folder", ("location /static/ {", "location /static {"))
front.wrong("a body of 5 MB, taken, saw 413", ("client_max_body_size 5m;", "client_max_body_size 4m;"))
front.wrong("a body of 6 MB, refused with 413, saw 200", ("size 5m;", "size 6m;"))
front.wrong("a configuration that Nginx takes, saw ", ("$scheme;", "$scheme"))
front.wrong("a configuration, returned", 'print("server { }")')

deploy = Answers(5)


@deploy.right
def one_worker_after_the_other(web):
    for worker in web.workers:
        worker.signal("TERM")
        web.wait_until(lambda gone=worker.pid: gone not in {one.pid for one in web.workers}, workers=2)


@deploy.wrong("some who got 502: nobody listened")
def stop_and_start(web):
    web.stop()
    cwd = Path(web.address.removeprefix("unix:")).parent
    with lab.launch(web.typed, cwd=cwd, env={"PYTHONDONTWRITEBYTECODE": "1"}) as again:
        again.get("/")


deploy.wrong("the new code, when your function has returned, saw the old code in all", 'web.signal("USR1")')
deploy.wrong(
    "no answer of the old code, when your function has returned, saw answers of both",
    """
    import time

    for workers in (3, 4):
        web.signal("TTIN")
        web.wait_until(workers=workers)
    time.sleep(0.5)  # Until the two have imported the application.
    """,
)
deploy.wrong(
    "all answers of the old code, before your function returns",
    "import time; web.signal('HUP'); time.sleep(1.5)",
)
deploy.wrong(
    "some who got 502: their worker ended in the middle",
    ('web.signal("HUP")', '[worker.signal("KILL") for worker in web.workers]'),
)
deploy.wrong("There is no signal 'RELOAD'", ('"HUP"', '"RELOAD"'))

configs = Answers(6)
PREFIX = "proxy_set_header X-Forwarded-Prefix /shop;"
SLOW = 'configs["slow"] = """\n    server {\n'
configs.right(
    (f"}}}}/;\n            {PREFIX}", "}}; proxy_set_header SCRIPT_NAME /shop;"),
    (SLOW, f"{SLOW}        proxy_request_buffering on;\n"),
    ("location / { proxy_pass http://{{ web.address }}; }\n        location = /wait", "location = /wait"),
    (
        "proxy_read_timeout 400ms;\n",
        "location / { proxy_pass http://{{ web.address }}; proxy_read_timeout 400ms; }\n",
    ),
    ("proxy_read_timeout 5s;\n", ""),
)
configs.wrong("'links': a link in a page that stays in the shop", (PREFIX, "proxy_redirect / /shop/;"))
configs.wrong("'links': a redirection at `/shop/old`, saw 404", ("}}/;", "}};"))
configs.wrong(
    "'links': a redirection to a page that is there, saw one to `'/shop/shop/ping'`",
    (PREFIX, f"{PREFIX} proxy_redirect / /shop/;"),
)
configs.wrong(
    "'slow': an answer for others while somebody uploads",
    (SLOW, f"{SLOW} proxy_request_buffering off; proxy_buffering on;"),
)
configs.wrong("an upload that is taken all the same, saw 413", (SLOW, f"{SLOW} client_max_body_size 1k;"))
configs.wrong("'late': for any other path no more time than before, saw 200", ("400ms", "5s"))
configs.wrong(
    "'late': an answer to `/wait?seconds=0.8`, saw 504",
    ("proxy_read_timeout 5s;", "proxy_connect_timeout 5s; proxy_send_timeout 5s;"),
)
configs.wrong("'late': another configuration, saw the one that was there", ('configs["late"] = ', "late = "))
configs.wrong("a configuration that Nginx takes, saw", (SLOW, f"{SLOW} proxy_request_bufering on;"))
configs.wrong("none under ['slow']", ('configs["slow"] = ', 'del configs["slow"]\nslow = '))
