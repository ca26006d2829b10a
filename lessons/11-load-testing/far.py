"""A line to a server far away: python far.py MS HOST:PORT passes on what it gets, so many ms later."""

import asyncio
import sys


async def passes_on(reader, writer, delay):
    """Pass on each piece after the delay, the next one meanwhile on its way."""
    loop, pieces = asyncio.get_running_loop(), asyncio.Queue()

    async def deliver():
        while True:
            due, data = await pieces.get()
            await asyncio.sleep(due - loop.time())
            if not data:
                return writer.close()
            writer.write(data)

    delivery = asyncio.create_task(deliver())
    data = b"-"
    while data:
        try:
            data = await reader.read(65536)
        except OSError:
            data = b""
        await pieces.put((loop.time() + delay, data))
    await delivery


async def main(milliseconds, address):
    """Listen on a port that the system chooses."""
    host, _, port = address.rpartition(":")
    delay = float(milliseconds) / 1000

    async def connected(reader, writer):
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(passes_on(reader, back, delay), passes_on(there, writer, delay))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as line:
        await line.serve_forever()


asyncio.run(main(*sys.argv[1:]))
