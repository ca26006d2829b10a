"""Answers to the exercises on the toolbox of Nginx."""

import tempfile

import httpx
from cryptography import x509
from cryptography.x509.oid import NameOID

from labapp import lab
from labapp.course.exercise import Answers

statuses = Answers(1)
ALLOWED = 'if "Set-Cookie" not in headers and not forbidden:'


@statuses.right
def measured(requests):
    config = """
    proxy_cache_path {{ folder }}/pages keys_zone=pages:1m;
    server {
        listen {{ listen }};
        proxy_cache pages;
        proxy_cache_valid 200 1m;
        add_header X-Cache $upstream_cache_status;
        location / { proxy_pass http://{{ listen2 }}; }
    }
    server {
        listen {{ listen2 }};
        add_header Cache-Control $http_x_cache_control;
        add_header Set-Cookie $http_x_set_cookie;
        location / { return 200 page; }
    }
    """
    said = []
    with tempfile.TemporaryDirectory() as folder, lab.nginx(config, folder=folder) as edge:
        for path, headers in requests:
            sent = {f"X-{name}": value for name, value in headers.items()}
            said.append(edge.get(path, headers=sent).headers["x-cache"])
    return said


statuses.wrong(
    "for pages that differ after the question mark",
    ("in requests:\n", 'in requests:\n        path = path.partition("?")[0]\n'),
)
statuses.wrong("for a page that is `private`, what", (ALLOWED, "if True:"))
statuses.wrong("for a page that sets a cookie", (ALLOWED, 'if "Cache-Control" not in headers:'))
statuses.wrong("for a page with `max-age=60`, what", (ALLOWED, "if not headers:"))
statuses.wrong(
    "for a page with `private, max-age=60`",
    (ALLOWED, 'if "Set-Cookie" not in headers and words not in (["private"], ["no-store"]):'),
)
statuses.wrong("for a page with `max-age=0`, what", (', "max-age=0"', ""))
statuses.wrong("for a page with `no-cache`, what", (', "no-cache"', ""))
statuses.wrong("for a page with `max-age=9, private`, what", ('.split(",")', '.split(",")[:1]'))
statuses.wrong("for a page with `no-store`", ('"private", "no-store",', '"private",'))
statuses.wrong(
    "for a page that is `private` the first time only",
    ("path in kept", 'path in kept and "private" not in headers.get("Cache-Control", "")'),
)
statuses.wrong("a word for each request, saw 1 for 3", 'return ["MISS" for _ in dict(requests)]')
statuses.wrong("a list, returned", ("return said", "print(said)"))

shop = Answers(2)
shop.right(
    ("zone shop 64k;", "least_conn;"), ("weight=2", "weight=4 max_fails=3"), ("{{ b }};", "{{ b }} weight=2;")
)
shop.right(
    '''
    return """
    upstream shop { server {{ a }} weight=2; server {{ b }}; }
    upstream reserve { server {{ c }}; }
    server {
        listen {{ listen }};
        location / { proxy_pass http://shop; error_page 502 504 = @reserve; }
        location @reserve { proxy_pass http://reserve; }
    }
    """
    '''
)
shop.wrong("the rest for B, saw A 15, B 15", (" weight=2", ""))
shop.wrong("saw A 15, B 8, C 7", (" backup", ""))
shop.wrong("saw A 10, B 20", (" weight=2", ""), ("{{ b }};", "{{ b }} weight=2;"))
shop.wrong("the rest for B, saw A 30", ("http://shop", "http://{{ a }}"))
shop.wrong(
    "with A gone, an answer of B to each of 6 requests, saw B 5, 1 of status 502",
    ("proxy_pass", "proxy_next_upstream off; proxy_pass"),
)
shop.wrong("with A and B gone, an answer of C to each of 6 requests, saw 6 of status 502", ("backup", "down"))
shop.wrong("a configuration that Nginx takes, saw ", ("weight=2", "weight=66%"))
shop.wrong("a configuration, returned", 'print("server { }")')

shown_to = Answers(3)
NAMED = "certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value"


@shown_to.right
def by_an_http_client(address, name):
    with (
        httpx.Client(verify=False) as client,
        client.stream("GET", f"https://{address}/", extensions={"sni_hostname": name}) as answer,
    ):
        connection = answer.extensions["network_stream"].get_extra_info("ssl_object")
        certificate = x509.load_der_x509_certificate(connection.getpeercert(True))
    return certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


shown_to.wrong(
    "for 'third.example', the common name in the certificate that is shown, saw `'third", "return name"
)
shown_to.wrong(
    "for 'second.example', the common name in the certificate that is shown, saw `'fi",
    ("server_hostname=name", "server_hostname=None"),
)
shown_to.wrong(
    "for 'first.example', the common name in the certificate that is shown, saw `'CN=",
    (NAMED, "certificate.subject.rfc4514_string()"),
)
shown_to.wrong(
    "for 'first.example', the common name in the certificate that is shown, saw `'The shop'",
    (NAMED, "next(iter(certificate.subject)).value"),
)
shown_to.wrong('saw `"The shop', ("certificate.subject.get", "certificate.issuer.get"))
shown_to.wrong("a name, as text, saw `<Cert", (NAMED, "certificate"))
shown_to.wrong("a name, returned", (f"return {NAMED}", "print(certificate.subject)"))

cached = Answers(4)
KEPT = "proxy_cache pages;"
cached.right(
    '''
    return """
    proxy_cache_path {{ folder }} levels=1:2 keys_zone=all:2m max_size=10m inactive=10m;
    proxy_cache all;
    proxy_cache_key $host$request_uri;
    proxy_cache_valid any 60s;
    proxy_cache_lock on;
    proxy_cache_lock_timeout 30s;
    upstream application { server {{ web }}; }
    server {
        listen {{ listen }};
        add_header X-Cache $upstream_cache_status;
        location / { proxy_pass http://application; }
        location /site { proxy_cache off; proxy_pass http://application; }
    }
    """
    '''
)
cached.wrong("one edition of `/news` for three visitors, saw 3 of them", ("proxy_cache_valid 200 1m;", ""))
cached.wrong(
    "what the cache did, in `X-Cache`, three times, saw `[None",
    ("add_header X-Cache $upstream_cache_status always;", ""),
)
cached.wrong("three times, saw `['HIT'", ("$upstream_cache_status", "HIT"))
cached.wrong("`/ping` for who asks for it, saw `'edition 1'`", (KEPT, f"{KEPT} proxy_cache_key $host;"))
cached.wrong("the data at `/article?json=1`", (KEPT, f"{KEPT} proxy_cache_key $uri;"))
cached.wrong("a page or more kept in the folder", ("{{ folder }} keys", "{{ folder }}-elsewhere keys"))
cached.wrong("s, which is too short", ("200 1m", "200 1s"))
cached.wrong("s, which is too long", ("200 1m", "200 2m"))
cached.wrong(
    "for Ben, an account of Ben, saw `'account of Ann'`",
    (KEPT, f"{KEPT} proxy_ignore_headers Cache-Control;"),
)
cached.wrong(
    "for nobody at `/site`, `nobody is logged in`, saw `'Ann is logged in'`",
    ("proxy_no_cache $http_authorization;", ""),
)
cached.wrong(
    "for Ben at `/site`, `Ben is logged in`, saw `'nobody is logged in'`",
    ("proxy_cache_bypass $http_authorization;", ""),
)
cached.wrong("made once, saw it was made 10 times", ("proxy_cache_lock on;", ""))
cached.wrong("made once, saw it was made again", ("lock on;", "lock on; proxy_cache_lock_timeout 900ms;"))
cached.wrong(
    "an answer for each of ten visitors who come together, saw ",
    ("proxy_cache_lock on;", "limit_conn makers 1;"),
    ("server {", "limit_conn_zone $request_uri zone=makers:1m; server {"),
)
cached.wrong("a configuration that Nginx takes, saw ", (KEPT, "proxy_cache page;"))
cached.wrong("a configuration, returned", 'print("server { }")')

config = Answers(5)
config.right(
    ("location = /ping", "location = /account { proxy_pass http://{{ web }}; }\n    location = /ping"),
    ("server {", "map $http_upgrade $wish { default upgrade; '' close; }\nserver {"),
    ("Connection upgrade", "Connection $wish"),
    ("$binary_remote_addr", "$remote_addr"),
    ("200 1m;", "200 1m; proxy_ignore_headers Cache-Control;"),
)
config.wrong("for Ben, an account of Ben", ("200 1m;", "200 1m; proxy_ignore_headers Cache-Control;"))
config.wrong("one edition of `/news`, kept as before, saw 3", (KEPT, ""))
config.wrong(
    "a chat that connects, saw Handshake status 200",
    ("proxy_http_version 1.1;", ""),
    ("proxy_set_header Upgrade $http_upgrade;", ""),
    ("proxy_set_header Connection upgrade;", ""),
)
config.wrong("a chat that connects, saw Handshake status 404", ("{{ talk }}", "{{ web }}"))
config.wrong("a robot that is turned away", ("$binary_remote_addr", "$binary_remote_addr$http_user_agent"))
config.wrong("six requests of one address answered at once, saw 1 of 20", (" burst=5 nodelay", ""))
config.wrong("six requests of one address answered at once, saw 13 of 20", ("burst=5", "burst=12"))
config.wrong("then one more in each second", ("rate=1r/s", "rate=5r/s"))
config.wrong("answered at once, saw one that had to wait", (" nodelay", ""))
config.wrong(
    "an answer for who asks from another address, saw 503",
    ("$binary_remote_addr", "$server_name$server_port"),
)
config.wrong("a configuration that Nginx takes, saw ", ("$binary_remote_addr", "$visitor"))
