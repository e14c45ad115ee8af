"""As much of MQTT 3.1.1 and 5 as pressing devices and phones need, over asyncio."""
import asyncio

CONNACK, PUBLISH, PUBACK, SUBACK, DISCONNECT = 2, 3, 4, 9, 14


class Refused(Exception):
    """The server did not take it."""


def _text(value):
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def _packet(first, body):
    length, head = len(body), bytearray([first])
    while True:
        head.append(length % 128 | (128 if length >= 128 else 0))
        length //= 128
        if not length:
            return bytes(head) + body


class Client:
    """One connection, signed in."""

    def __init__(self, reader, writer, version):
        self.reader, self.writer, self.version = reader, writer, version

    @classmethod
    async def connect(cls, port, user, secret, version=4, keepalive=60, limit=5.0, local_port=None):
        local = ("127.0.0.1", local_port) if local_port else None
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", port, local_addr=local), limit)
        client = cls(reader, writer, version)
        try:
            properties = b"\0" if version == 5 else b""
            writer.write(_packet(0x10, _text("MQTT") + bytes([version, 0xC2]) + keepalive.to_bytes(2, "big")
                                 + properties + _text(user) + _text(user) + _text(secret)))
            kind, _, body = await asyncio.wait_for(client.receive(), limit)
            if kind != CONNACK or body[1] != 0:
                raise Refused(f"CONNACK {body.hex()}")
            return client
        except BaseException:
            client.close()
            raise

    def publish(self, topic, payload, packet, again=False):
        properties = b"\0" if self.version == 5 else b""
        self.writer.write(_packet(0x32 | (8 if again else 0),
                                  _text(topic) + packet.to_bytes(2, "big") + properties + payload))

    def subscribe(self, topic):
        properties = b"\0" if self.version == 5 else b""
        self.writer.write(_packet(0x82, b"\0\1" + properties + _text(topic) + b"\1"))

    async def receive(self):
        """The next packet: type, flags, body; raises when the connection ends."""
        first = (await self.reader.readexactly(1))[0]
        length = shift = 0
        while True:
            digit = (await self.reader.readexactly(1))[0]
            length |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                break
        return first >> 4, first & 15, await self.reader.readexactly(length) if length else b""

    async def acknowledged(self, packet, limit):
        """Waits for the positive PUBACK of a packet."""
        deadline = asyncio.get_running_loop().time() + limit
        while True:
            kind, _, body = await asyncio.wait_for(
                self.receive(), max(0.001, deadline - asyncio.get_running_loop().time()))
            if kind == DISCONNECT:
                raise Refused("DISCONNECT")
            if kind == PUBACK and int.from_bytes(body[:2], "big") == packet:
                if len(body) > 2 and body[2] >= 0x80:
                    raise Refused(f"PUBACK {body[2]:#x}")
                return

    def take(self, flags, body):
        """A message of the server, acknowledged: its payload, and whether it is marked as sent again."""
        start = 2 + int.from_bytes(body[:2], "big")
        if flags & 6:
            self.writer.write(_packet(0x40, body[start:start + 2]))
            start += 2
        if self.version == 5:
            start += 1 + body[start]
        return body[start:], bool(flags & 8)

    def close(self):
        self.writer.close()

    def abort(self):
        self.writer.transport.abort()
