"""The true cause of a refusal, from Nginx's words and the learner's text; Nginx itself is not asked."""

from pathlib import Path

import pytest

from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration.listening import exposed_listen
from labapp.servers.kinds.nginx.configuration.nginx_conf import NginxConf, Size, assemble
from labapp.servers.kinds.nginx.configuration.template import Template
from labapp.servers.kinds.nginx.refusals.failures import exposed, listens_nowhere, refused

URI = (
    '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, '
    'or inside "if" statement, or inside "limit_except" block'
)
# The line within a server block, what Nginx says of it, the summary, the marked word, the advice.
CASES = [
    (
        "server name x;",
        '"server" directive is not allowed here',
        "server name is two words, and no directive",
        "server name",
        "did you mean server_name x;",
    ),
    (
        "proxy pass http://x;",
        'unknown directive "proxy"',
        "proxy pass is two words, and no directive",
        "proxy pass",
        "did you mean proxy_pass http://x;",
    ),
    (
        "location ~ ^/[a-f]{32} { return 200; }",
        'unknown directive "32}"',
        "The brace in the regular expression ^/[a-f]{32} begins a block for Nginx",
        "^/[a-f]{32}",
        'in quotes: "^/[a-f]{32}"',
    ),
    (
        "\ufeffroot /x;",
        'unknown directive "\ufeffroot"',
        "There is a byte-order mark (U+FEFF)",
        "\ufeffroot",
        "save the file as UTF-8 without it",
    ),
    (
        "root\u200b /x;",
        'unknown directive "root\u200b"',
        "There is a zero-width space (U+200B)",
        "\u200b",
        "delete it",
    ),
    (
        "return\u00a0200;",
        'unknown directive "return\u00a0200"',
        "There is a no-break space (U+00A0)",
        "\u00a0",
        "type a plain space",
    ),
    (
        "return 200 “a b”;",
        'invalid number of arguments in "return" directive',
        "“ (U+201C) is no quote to Nginx",
        "“a b”",
        'write " in its place',
    ),
    (
        "location ~ ^/a { proxy_pass http://127.0.0.1:1/b; }",
        URI,
        "proxy_pass names a path, and stands in a location that has a name, or is given by a regular expr",
        "http://127.0.0.1:1/b",
        "leave the path out: proxy_pass http://127.0.0.1:1;",
    ),
    (
        "location / { if ($arg_a) { proxy_pass http://x/b; } }",
        URI,
        "proxy_pass names a path, and stands inside an if",
        "http://x/b",
        "leave the path out: proxy_pass http://x;",
    ),
    (
        "client_max_body_size 10MB;",
        '"client_max_body_size" directive invalid value',
        "client_max_body_size does not take '10MB'",
        "10MB",
        "k, m or g right after it: 10m",
    ),
    (
        "expires 30days;",
        '"expires" directive invalid value',
        "expires does not take '30days'",
        "30days",
        "30d",
    ),
    (
        "gzip yes;",
        'invalid value "yes" in "gzip" directive, it must be "on" or "off"',
        "gzip does not take 'yes'",
        "yes",
        'it must be "on" or "off"',
    ),
    (
        "location / { proxy_pass 127.0.0.1:8000; }",
        "invalid URL prefix",
        "'127.0.0.1:8000' is no URL: it does not say by which protocol",
        "127.0.0.1:8000",
        "write http://127.0.0.1:8000",
    ),
    (
        "location /s { stub_status; }",
        'unknown directive "stub_status"',
        "'stub_status': this one was built without ngx_http_stub_status_module",
        "stub_status",
        "LABAPP_NGINX=",
    ),
    (
        "http2 on;",
        'unknown directive "http2"',
        "'http2': this one was built without ngx_http_v2_module, or is older than 1.25.1",
        "http2",
        "LABAPP_NGINX=",
    ),
    (
        "ssl on;",
        'unknown directive "ssl"',
        "The directive 'ssl' is no longer one",
        "ssl",
        "listen {{ listen }} ssl;",
    ),
    ("// hello", 'unknown directive "//"', "// begins no comment in Nginx", "// hello", "begins with #"),
    ("/* it's */", 'unexpected "}"', "/* begins no comment in Nginx", "/* it", "begins with #"),
    (
        "if($request_method = POST) { return 405; }",
        'unknown directive "if($request_method"',
        "A space is missing between if and its (",
        "if($request_method",
        "write if ($request_method",
    ),
    (
        "location/ { }",
        'unknown directive "location/"',
        "'location/': a space belongs after location",
        "location/",
        "write location /",
    ),
    ("root: /x;", 'unknown directive "root:"', "a space belongs after root", "root:", "write root"),
    (
        "locaton / { }",
        'unknown directive "locaton"',
        "no directive 'locaton'",
        "locaton",
        "did you mean location?",
    ),
    (
        "zqxj on;",
        'unknown directive "zqxj"',
        "Nginx knows no directive 'zqxj'",
        "zqxj",
        "https://nginx.org/en/docs/dirindex.html",
    ),
    (
        "proxy_pass http://x;",
        '"proxy_pass" directive is not allowed here',
        "The directive 'proxy_pass' is not allowed here",
        "proxy_pass",
        "it belongs into a location",
    ),
    (
        "return ( 200;",
        'pcre2_compile() failed: missing closing parenthesis in "("',
        "The regular expression ( is none",
        "( 200",
        "count its brackets",
    ),
]


def conf_of(text: str, directory: Path = Path("/run/lab/1")) -> NginxConf:
    return assemble(Template(text).fill({"listen": "127.0.0.1:9"}), directory, Size())


def error(conf: NginxConf, what: str, line: int, file: str = "/run/lab/1/nginx.conf") -> LaunchError:
    at = line + conf.first - 1 if file == "/run/lab/1/nginx.conf" else line
    return refused(f"2026/11/20 10:00:00 [emerg] 1#1: {what} in {file}:{at}\n", conf, "nginx")


@pytest.mark.parametrize(
    ("row", "what", "summary", "marked", "advice"), CASES, ids=[case[0] for case in CASES]
)
def test_the_true_cause_is_told_and_marked(
    row: str, what: str, summary: str, marked: str, advice: str
) -> None:
    found = error(conf_of(f"server {{\n    listen {{{{ listen }}}};\n    {row}\n}}\n"), what, 3)
    assert summary in found.summary
    assert found.summary.endswith("(line 3 of the configuration).")
    assert advice in found.advice
    *_, shown, caret = found.excerpt
    assert shown[caret.index("^") :].startswith(marked)


TWICE = "server {{\n    listen {{{{ listen }}}};\n    {0}\n    autoindex on;\n    {1}\n}}\n"


@pytest.mark.parametrize(
    ("first", "second", "what", "summary"),
    [
        ("location /a { }", "location /a { }", 'duplicate location "/a"', "The location /a stands twice"),
        ("location = /a { }", "location = /a { }", 'duplicate location "/a"', "The location /a stands twice"),
        ("root /x;", "root /y;", '"root" directive is duplicate', "The directive 'root' stands twice in one"),
        (
            "listen 127.0.0.1:8;",
            "listen 127.0.0.1:8;",
            "a duplicate listen 127.0.0.1:8",
            "One server listens twice",
        ),
        (
            "listen 127.0.0.1:8 default_server; } server {",
            "listen 127.0.0.1:8 default_server;",
            "a duplicate default server for 127.0.0.1:8",
            "There are two default servers for 127.0.0.1:8",
        ),
    ],
)
def test_of_two_that_are_alike_the_first_is_named_too(
    first: str, second: str, what: str, summary: str
) -> None:
    found = error(conf_of(TWICE.format(first, second)), what, 5)
    assert summary in found.summary
    assert found.summary.endswith("(line 5 of the configuration; the first is on line 3).")
    assert found.advice == "keep one of them."


def test_a_semicolon_is_missed_where_it_is_missing() -> None:
    text = "server {\n    listen {{ listen }};\n    return 200 hello\n    autoindex on;\n}\n"
    found = error(conf_of(text), 'invalid number of arguments in "return" directive', 4)
    assert found.summary.startswith(
        "A semicolon is missing after hello: autoindex becomes one more word of 'return'"
    )
    assert "(line 3 of" in found.summary
    assert found.excerpt[-1].index("^") == found.excerpt[-2].index("hello") + len("hello")


def test_an_error_in_an_included_file_is_shown_there(tmp_path: Path) -> None:
    site = tmp_path / "nginx.conf"  # As the lab calls its own.
    site.write_text("server {\n    listen 127.0.0.1:9;\n    locaton / { }\n}\n")
    found = error(conf_of("include other/nginx.conf;"), 'unknown directive "locaton"', 3, str(site))
    assert found.summary == f"Nginx knows no directive 'locaton' (line 3 of {site})."
    assert found.excerpt[-2] == "3 |     locaton / { }"
    assert found.advice == "did you mean location?"


def test_a_brace_that_an_included_file_never_closes_is_shown_there(tmp_path: Path) -> None:
    site = tmp_path / "site.conf"
    site.write_text("server {\n    location / {\n}\n")
    found = error(conf_of("include site.conf;"), 'unexpected end of file, expecting "}"', 4, str(site))
    assert f"this {{ is never closed (line 1 of {site})" in found.summary


def test_an_include_that_matches_nothing_is_named() -> None:
    found = listens_nowhere(conf_of("include /nowhere/*.conf;"), "nginx")
    assert found.summary == (
        "/nowhere/*.conf matches no file, and nothing else listens (line 1 of the configuration)."
    )
    assert "no server block" in listens_nowhere(conf_of("gzip on;"), "nginx").summary


def test_a_misspelt_listen_is_told_before_what_would_come_of_it() -> None:
    conf = conf_of("server {\n    listne {{ listen }};\n}\n")
    spot = exposed_listen(conf.filled.text)
    assert spot is not None
    found = exposed(spot, conf, "nginx")
    assert found.summary == "Nginx knows no directive 'listne' (line 2 of the configuration)."
    assert found.advice == "did you mean listen?"


TLS = (
    "server {{\n    listen {{{{ listen }}}} ssl;\n    ssl_certificate {0};\n    ssl_certificate_key {1};\n}}"
)
KEY = 'cannot load certificate key "{}": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:{})'


@pytest.mark.parametrize(
    ("what", "line", "summary", "advice"),
    [
        (KEY.format("{0}", "unsupported"), 4, "holds no private key: it holds a certificate", "PRIVATE KEY"),
        (
            KEY.format("{1}", "problems getting password"),
            4,
            "has a passphrase, and nobody is there",
            "openssl pkey",
        ),
        (KEY.format("{1}", "No such file or directory"), 4, "There is no file", "give the whole path"),
        (
            'SSL_CTX_use_PrivateKey("{1}") failed (SSL: error:05800074:x509: key values mismatch)',
            4,
            "belong",
            "chain",
        ),
        (
            'cannot load certificate "{1}": PEM_read_bio_X509_AUX() failed (SSL: no start)',
            3,
            "no certificate",
            "CERT",
        ),
    ],
)
def test_what_a_key_is_instead(tmp_path: Path, what: str, line: int, summary: str, advice: str) -> None:
    certificate, key = tmp_path / "here.pem", tmp_path / "here.key"
    certificate.write_text("-----BEGIN CERTIFICATE-----\n")
    key.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    names = (certificate, certificate if "{0}" in what else key) if line == 4 else (key, key)
    said = f"2026/11/20 10:00:00 [emerg] 1#1: {what.format(certificate, key)}\n"
    found = refused(said, conf_of(TLS.format(*names)), "nginx")
    assert summary in found.summary
    assert advice in found.advice
    assert f"(line {line} of the configuration)" in found.summary


@pytest.mark.parametrize("break_", [" ", "\n"])
def test_a_listen_without_its_semicolon_is_told_as_any_other(break_: str) -> None:
    conf = conf_of(f"server {{ listen {{{{ listen }}}}{break_}}}\n")
    spot = exposed_listen(conf.filled.text)
    assert spot is not None
    found = exposed(spot, conf, "nginx")
    assert found.summary.startswith("The brace } comes in the middle of a directive (line")
    assert found.advice == "put a ; at the end of what stands before it."
