"""Nginx's rule for choosing a location, in Python: for blocks without blocks in them."""

import re
from urllib.parse import unquote


def resolved(path):
    """Return a path as Nginx compares it: without its query, decoded, `//`, `.` and `..` resolved."""
    segments = []
    for segment in unquote(path.partition("?")[0]).split("/"):
        if segment == "..":
            segments.pop()
        elif segment not in ("", "."):
            segments.append(segment)
    end = "/" if unquote(path.partition("?")[0]).endswith(("/", "/.", "/..")) and segments else ""
    return "/" + "/".join(segments) + end


def chosen(locations, path):
    """Return the letter of the location that answers for a path."""
    path = resolved(path)  # step 1
    rows = re.findall(r"location (=|\^~|~\*|~)? ?(\S+) +{ return 200 (\w)", locations)
    for sign, pattern, letter in rows:  # step 2
        if sign == "=" and pattern == path:
            return letter
    prefixes = [row for row in rows if row[0] in ("", "^~") and path.startswith(row[1])]
    sign, _, remembered = max(prefixes, key=lambda row: len(row[1]))  # step 3
    if sign == "^~":
        return remembered
    for sign, pattern, letter in rows:  # step 4
        flags = re.IGNORECASE if sign == "~*" else 0
        if sign in ("~", "~*") and re.search(pattern, path, flags):
            return letter
    return remembered
