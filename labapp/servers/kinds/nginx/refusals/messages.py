"""What Nginx says about a configuration, and what that means."""

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
        "does a semicolon miss at its end, or the quotes around what has spaces in it?",
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
        r'too long path in the unix domain socket in (?:upstream )?"unix:([^":]+)',
        "{0!r} is too long for the path of a unix socket.",
        "take a shorter folder: each server of the lab has one, its `directory`.",
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
        r'no "(ssl_certificate_key)" is defined',
        "A certificate is given, and no key for it.",
        "add {0} to the same block.",
    ),
    (
        r'open\(\) "([^"]+)" failed \(2: No such file',
        "There is no file {0}.",
        "correct the path; give it whole: a Path passed as a name is written out whole.",
    ),
    (
        r'(?:open|mkdir|unlink)\(\) "([^"]+)" failed \(13: Permission denied',
        "{0} cannot be opened: you are not allowed to.",
        "choose a place of your own: {{{{ here }}}} is the working directory.",
    ),
    (
        r'pcre2?_compile\(\) failed: .+ in "([^"]+)"',
        "The regular expression {0} is none.",
        "count its brackets; a \\ before one takes it for itself.",
    ),
    (
        r'invalid (?:variable name|condition) "([^"]+)"',
        "{0!r} is no variable, or no condition on one.",
        "a variable begins with $; a condition is ($variable = value), with a space on each side of =.",
    ),
    (
        r'location "([^"]+)" is outside location',
        "The location {0} lies outside the one around it.",
        "put it beside that one.",
    ),
    (
        r"no servers are inside (upstream)",
        "An upstream names no server.",
        "write server ADDRESS; in it.",
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
