"""A server that accepts and never answers."""

import socket

with socket.create_server(("127.0.0.1", 0)) as listener:
    print("listening", flush=True)
    connections = []
    while True:
        connections.append(listener.accept())
