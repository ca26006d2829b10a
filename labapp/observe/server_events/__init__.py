"""What a server's own processes say of themselves: named events, their way through a socket, and back.

An event is sent as a line (`encode`). The sampler receives datagrams of one or more lines (`datagrams`),
tells events from other lines (`recognise`) and hands them on unread. The notebook makes named values of
them (`decode`, `events`).
"""
