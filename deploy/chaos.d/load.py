"""Pressing devices and staff phones, on a thread of their own; every send and every answer is kept with its time."""
import asyncio
import json
import random
import threading
import time

from mqtt import PUBLISH, Client


class Press:
    """One message of a device, however often it was sent."""

    __slots__ = ("id", "serial", "kind", "fresh", "at", "sent", "acked", "sends")

    def __init__(self, id, serial, kind, fresh):
        self.id, self.serial, self.kind, self.fresh = id, serial, kind, fresh
        self.at, self.sent, self.acked, self.sends = time.time(), None, None, 0


class Load:
    """`rate` fresh devices a second, each with its first fall, and `repeaters` that press again and again."""

    answer_limit = 4.0
    # Devices that press once and hear nothing try again after this, as real ones do.
    again = (0.2, 1.5)

    def __init__(self, city, ports, rate=10.0, repeaters=6, phones=True, offset=0, extra=None):
        self.city, self.ports, self.rate, self.repeaters = city, ports, rate, repeaters
        self.has_phones, self.next_fresh, self.extra = phones, 200 + offset, extra or (lambda: {})
        self.presses, self.notices, self.oddities = [], [], []
        self.is_pressing, self.is_over = False, False
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)
        self._tasks = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def start(self):
        self._thread.start()
        self.is_pressing = True
        self.call(self._begin())

    def call(self, coroutine):
        """Runs something on the load's thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _begin(self):
        for number in range(self.repeaters):
            self.spawn(self._repeat(self.city.devices[number], 5 if number % 2 else 4))
        if self.has_phones:
            for staff in self.city.phones:
                self.spawn(self._phone(staff))
        self.spawn(self._arrivals())

    def spawn(self, coroutine):
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop_pressing(self):
        self.is_pressing = False

    def close(self):
        self.is_pressing, self.is_over = False, True
        if not self._thread.is_alive():
            return

        async def end():
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*list(self._tasks), return_exceptions=True)
        try:
            self.call(end()).result(10)
        except Exception:
            pass
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # What was seen.

    @property
    def acknowledged(self):
        return [press for press in list(self.presses) if press.acked]

    @property
    def unanswered(self):
        return [press for press in list(self.presses) if press.sent and not press.acked]

    def first_answer_after(self, moment):
        times = [press.acked for press in list(self.presses) if press.acked and press.acked >= moment]
        return min(times) if times else None

    # Devices.

    async def _arrivals(self):
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if self.is_pressing and self.rate > 0 and self.next_fresh < len(self.city.devices):
                self.spawn(self._fresh(self.city.devices[self.next_fresh]))
                self.next_fresh += 1
            due += 1 / max(self.rate, 0.5)
            await asyncio.sleep(max(0, due - loop.time()))

    async def _fresh(self, device):
        press = Press(f"{device[0]}-0", device[0], "fall", True)
        self.presses.append(press)
        wait, tries = self.again[0], 0
        while not press.acked and not self.is_over:
            client = None
            try:
                client = await Client.connect(self.ports[tries % len(self.ports)], *device)
                await self._send(client, press, 1)
            except Exception:
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait, tries = min(wait * 2, self.again[1]), tries + 1
            finally:
                if client:
                    client.close()

    async def _send(self, client, press, packet):
        payload = {"id": press.id, "kind": press.kind, **self.extra()}
        client.publish(f"silverbell/{press.serial}/signal", json.dumps(payload).encode(), packet, press.sends > 0)
        press.sends += 1
        press.sent = press.sent or time.time()
        await client.acknowledged(packet, self.answer_limit)
        press.acked = time.time()

    async def _repeat(self, device, version):
        number, press, tries = 0, None, 0
        while not self.is_over:
            client = None
            try:
                client = await Client.connect(self.ports[tries % len(self.ports)], *device, version=version)
                while not self.is_over:
                    if press is None:
                        await asyncio.sleep(random.uniform(0.2, 0.8))
                        if not self.is_pressing:
                            continue
                        number += 1
                        press = Press(f"{device[0]}-{number}", device[0], "panic", False)
                        self.presses.append(press)
                    await self._send(client, press, number % 60000 + 1)
                    press = None
            except Exception:
                tries += 1
                await asyncio.sleep(random.uniform(0.1, 0.4))
            finally:
                if client:
                    client.close()

    # Phones.

    async def _phone(self, staff):
        user, topic = f"staff:{staff}", f"silverbell/staff/{staff}"
        tries = 0
        while not self.is_over:
            client = None
            try:
                client = await Client.connect(self.ports[tries % len(self.ports)], user, self.city.secret(user))
                client.subscribe(topic + "/offers")
                packet = 1
                while True:
                    kind, flags, body = await client.receive()
                    if kind != PUBLISH:
                        continue
                    payload, is_marked = client.take(flags, body)
                    content = json.loads(payload)
                    self.notices.append({
                        "at": time.time(), "to": user, "key": content.get("id", ""), "content": content,
                        "marked": is_marked or bool(content.get("possibleRepeat"))})
                    # Half of the offers are taken, and done at once, so that there is always somebody free.
                    if content.get("type") == "offer" and random.random() < 0.5:
                        for answer in ("accept", "completed"):
                            packet = packet % 60000 + 1
                            text = json.dumps({"offer": content["offer"], "answer": answer})
                            client.publish(topic + "/answers", text.encode(), packet)
            except Exception:
                tries += 1
                await asyncio.sleep(random.uniform(0.1, 0.4))
            finally:
                if client:
                    client.close()
