"""The words of a configuration: directives and where they belong, and characters that are none of them."""

# Directives that people write, to find the one that was meant.
_NAMES = """
    absolute_redirect access_log add_before_body add_header aio alias allow auth_basic
    auth_basic_user_file auth_request autoindex autoindex_format break charset charset_types
    client_body_buffer_size client_body_timeout client_header_buffer_size client_header_timeout
    client_max_body_size daemon default_type deny directio disable_symlinks error_log error_page etag
    events expires fastcgi_buffers fastcgi_cache fastcgi_cache_key fastcgi_cache_path fastcgi_cache_valid
    fastcgi_index fastcgi_param fastcgi_pass fastcgi_read_timeout geo gzip gzip_buffers gzip_comp_level
    gzip_disable gzip_http_version gzip_min_length gzip_proxied gzip_static gzip_types gzip_vary hash http
    http2 if ignore_invalid_headers include index internal ip_hash keepalive keepalive_requests
    keepalive_timeout large_client_header_buffers least_conn limit_conn limit_conn_zone limit_except
    limit_rate limit_rate_after limit_req limit_req_status limit_req_zone lingering_close listen location
    log_format log_not_found log_subrequest map merge_slashes msie_padding open_file_cache
    open_log_file_cache output_buffers pid port_in_redirect proxy_bind proxy_buffer_size proxy_buffering
    proxy_buffers proxy_busy_buffers_size proxy_cache proxy_cache_background_update proxy_cache_bypass
    proxy_cache_key proxy_cache_lock proxy_cache_methods proxy_cache_min_uses proxy_cache_path
    proxy_cache_revalidate proxy_cache_use_stale proxy_cache_valid proxy_connect_timeout
    proxy_cookie_domain proxy_cookie_path proxy_hide_header proxy_http_version proxy_ignore_headers
    proxy_intercept_errors proxy_max_temp_file_size proxy_method proxy_next_upstream
    proxy_next_upstream_timeout proxy_next_upstream_tries proxy_no_cache proxy_pass proxy_pass_header
    proxy_pass_request_body proxy_pass_request_headers proxy_read_timeout proxy_redirect
    proxy_request_buffering proxy_send_timeout proxy_set_body proxy_set_header proxy_ssl_server_name
    proxy_ssl_verify proxy_store proxy_temp_path real_ip_header recursive_error_pages
    reset_timedout_connection resolver resolver_timeout return rewrite root satisfy scgi_param scgi_pass
    send_timeout sendfile sendfile_max_chunk server server_name server_names_hash_bucket_size
    server_tokens set set_real_ip_from split_clients ssi ssl_certificate ssl_certificate_key ssl_ciphers
    ssl_client_certificate ssl_dhparam ssl_password_file ssl_prefer_server_ciphers ssl_protocols
    ssl_reject_handshake ssl_session_cache ssl_session_tickets ssl_session_timeout ssl_stapling
    ssl_verify_client sub_filter tcp_nodelay tcp_nopush try_files types types_hash_max_size
    underscores_in_headers uninitialized_variable_warn upstream user userid uwsgi_param uwsgi_pass
    uwsgi_read_timeout valid_referers variables_hash_max_size worker_connections worker_processes zone
"""
KNOWN = frozenset(_NAMES.split())

# What the lab writes, and a learner has no need to.
OURS = {"events", "http", "daemon", "pid", "user", "worker_processes", "worker_connections"}
# Those that Nginx has no more, and what stands in their place.
REMOVED = {"ssl": "it is a word of `listen` now: listen {{ listen }} ssl;"}

# Those of modules that not every Nginx is built with.
MODULES = {
    "stub_status": "ngx_http_stub_status_module",
    "sub_filter": "ngx_http_sub_module",
    "sub_filter_once": "ngx_http_sub_module",
    "gzip_static": "ngx_http_gzip_static_module",
    "gunzip": "ngx_http_gunzip_module",
    "auth_request": "ngx_http_auth_request_module",
    "set_real_ip_from": "ngx_http_realip_module",
    "real_ip_header": "ngx_http_realip_module",
    "secure_link": "ngx_http_secure_link_module",
    "add_before_body": "ngx_http_addition_module",
    "add_after_body": "ngx_http_addition_module",
    "dav_methods": "ngx_http_dav_module",
    "random_index": "ngx_http_random_index_module",
    "slice": "ngx_http_slice_module",
    "image_filter": "ngx_http_image_filter_module",
    "xslt_stylesheet": "ngx_http_xslt_module",
    "geoip_country": "ngx_http_geoip_module",
    "geoip2": "ngx_http_geoip2_module, of a third party",
    "mp4": "ngx_http_mp4_module",
    "flv": "ngx_http_flv_module",
    "perl": "ngx_http_perl_module",
    "js_content": "njs",
    "js_import": "njs",
    "http2": "ngx_http_v2_module, or is older than 1.25.1",
    "http3": "ngx_http_v3_module",
    "brotli": "ngx_brotli, of a third party",
    "brotli_types": "ngx_brotli, of a third party",
    "more_set_headers": "headers-more, of a third party",
    "more_clear_headers": "headers-more, of a third party",
    "content_by_lua_block": "lua-nginx-module, of a third party",
    "access_by_lua_block": "lua-nginx-module, of a third party",
    "vhost_traffic_status_zone": "nginx-module-vts, of a third party",
    "auth_jwt": "its module of Nginx Plus",
    "health_check": "its module of Nginx Plus",
    "sticky": "its module of Nginx Plus",
    "status": "its module of Nginx Plus",
    "stream": "ngx_stream_core_module",
}

# Where a directive belongs that people put elsewhere.
PLACES = {
    "proxy_pass": "into a location",
    "fastcgi_pass": "into a location",
    "uwsgi_pass": "into a location",
    "scgi_pass": "into a location",
    "alias": "into a location",
    "internal": "into a location",
    "try_files": "into a server or a location",
    "location": "into a server, or into a location that it lies in",
    "rewrite": "into a server, a location or an if",
    "return": "into a server, a location or an if",
    "set": "into a server, a location or an if",
    "if": "into a server or a location",
    "listen": "into a server",
    "server_name": "into a server",
    "upstream": "outside the server blocks",
    "map": "outside the server blocks",
    "geo": "outside the server blocks",
    "split_clients": "outside the server blocks",
    "log_format": "outside the server blocks",
    "limit_req_zone": "outside the server blocks",
    "limit_conn_zone": "outside the server blocks",
    "proxy_cache_path": "outside the server blocks",
    "fastcgi_cache_path": "outside the server blocks",
    "keepalive": "into an upstream",
    "least_conn": "into an upstream",
    "ip_hash": "into an upstream",
    "stream": "beside http, and what the lab runs is http alone: leave it out",
}

# Characters that show as a space or not at all.
INVISIBLE = {
    "\ufeff": ("a byte-order mark", "save the file as UTF-8 without it, or type the line anew."),
    "\u200b": ("a zero-width space", "delete it: type the word anew."),
    "\u200c": ("a zero-width non-joiner", "delete it: type the word anew."),
    "\u200d": ("a zero-width joiner", "delete it: type the word anew."),
    "\u2060": ("a word joiner", "delete it: type the word anew."),
    "\u00ad": ("a soft hyphen", "delete it: type the word anew."),
    "\u00a0": ("a no-break space", "type a plain space in its place."),
    "\u2007": ("a figure space", "type a plain space in its place."),
    "\u202f": ("a narrow no-break space", "type a plain space in its place."),
    "\u3000": ("an ideographic space", "type a plain space in its place."),
    "\uff1b": ("a full-width semicolon", "write ; in its place."),
}
QUOTES = dict.fromkeys("“”„«»", '"') | dict.fromkeys("\u2018\u2019", "'")

# How Nginx writes what is measured.
MEASURES = {
    "size": "a size is a number, and k, m or g right after it: 10m.",
    "time": "a time is a number, and ms, s, m, h or d right after it: 30d.",
}
