"""What Nginx says about a configuration, and what that means."""

# The directives of the course, to find the one that was meant.
KNOWN = """
    access_log add_header alias allow auth_basic autoindex autoindex_format charset
    client_body_buffer_size client_header_timeout client_max_body_size default_type deny error_log
    error_page etag expires fastcgi_cache fastcgi_cache_key fastcgi_cache_path fastcgi_cache_valid
    fastcgi_index fastcgi_param fastcgi_pass geo gzip gzip_min_length gzip_proxied gzip_types gzip_vary
    hash http2 if include index internal ip_hash keepalive keepalive_timeout least_conn limit_conn
    limit_rate limit_req limit_req_status limit_req_zone listen location log_format map open_file_cache
    proxy_buffering proxy_buffers proxy_cache proxy_cache_key proxy_cache_lock proxy_cache_path
    proxy_cache_use_stale proxy_cache_valid proxy_connect_timeout proxy_http_version
    proxy_intercept_errors proxy_next_upstream proxy_pass proxy_read_timeout proxy_redirect
    proxy_request_buffering proxy_send_timeout proxy_set_header proxy_ssl_server_name return rewrite
    root sendfile server server_name set split_clients ssl_certificate ssl_certificate_key ssl_ciphers
    ssl_protocols ssl_session_cache tcp_nopush try_files types underscores_in_headers upstream
    uwsgi_param uwsgi_pass zone
"""

# What the lab writes, and a learner has no need to.
OURS = {"events", "http", "daemon", "pid", "user", "worker_processes", "worker_connections"}
LEAVE_OUT = (
    "leave it out: the lab writes what stands outside http {{ }}, and takes "
    "lab.nginx(..., workers=2, connections=256)."
)

# What Nginx writes; what that means; what to try. {0} and {1} are the pattern's groups; the first is marked.
PLAIN = (
    (
        r'"([^"]+)" directive is not allowed here',
        "The directive {0!r} is not allowed here.",
        "look at the block around it: a closing brace may be missing, or be one too many.",
    ),
    (
        r'directive "([^"]+)" is not terminated by ";"',
        "The directive {0!r} does not end with a semicolon.",
        "put a ; at its end.",
    ),
    (
        r'directive "([^"]+)" has no opening "{"',
        "The directive {0!r} opens a block, and no brace follows.",
        "write a {{ after it, and no semicolon.",
    ),
    (
        r'unexpected "([{}])"',
        "The brace {0} comes in the middle of a directive.",
        "put a ; at the end of what stands before it.",
    ),
    (
        r'invalid number of arguments in "([^"]+)" directive',
        "The directive {0!r} was given too many words, or too few.",
        "is the semicolon before or after it missing, or the quotes around a path with spaces?",
    ),
    (
        r'"([^"]+)" directive is duplicate',
        "The directive {0!r} stands twice in one block.",
        "keep one of them.",
    ),
    (
        r'host not found in upstream "([^"]+)"',
        "There is no host {0!r}, and no upstream block of that name.",
        "write `upstream NAME {{ server ADDRESS; }}`, or an address: {{{{ web.address }}}}.",
    ),
    (
        r'invalid port in "([^"]+)" of the "listen"',
        "There is no port in {0!r}.",
        "write listen 127.0.0.1:8000; or listen {{{{ listen }}}}; and the lab finds a free one.",
    ),
    (
        r'host not found in "([^"]+)" of the "listen"',
        "There is no host for {0!r} to listen at.",
        "write listen {{{{ listen }}}}; and the lab finds a free address.",
    ),
    (
        r'unknown "([^"]+)" variable',
        "Nginx has no variable ${0}.",
        "correct the name, or define it with `map` or `set`.",
    ),
    (
        r'invalid parameter "([^"]+)"',
        "What follows the directive contains {0!r}, which it does not take.",
        "correct it; is the semicolon before it missing?",
    ),
    (
        r'cannot load certificate(?: key)? "([^"]+)"',
        "The certificate {0!r} cannot be loaded.",
        "give the whole path of a file in PEM format: a Path passed as a name is written out whole.",
    ),
    (
        r'no "(ssl_certificate)" is defined for the "listen \.\.\. ssl"',
        "A server speaks TLS and has no certificate.",
        "add ssl_certificate and ssl_certificate_key to its block.",
    ),
    (
        r'zero size shared memory zone "([^"]+)"|"proxy_cache" zone "([^"]+)" is unknown',
        "The memory zone {0!r} is used and never defined.",
        "define it outside the server block, with the directive that ends in _path or _zone.",
    ),
)
