"""The sample city in a template database: serials and secrets, phones, tokens."""
import hashlib
import hmac
import os
import subprocess


class City:
    """Made once by `silverbell demo`; every fault begins with a copy of its database."""

    token_devices = 40

    def __init__(self, lab, homes=4000):
        self.lab, self.homes, self.folder = lab, homes, lab.folder + "/city"
        self.devices, self.phones, self.tokens = [], [], {}

    def create(self):
        lab = self.lab
        os.makedirs(self.folder, exist_ok=True)
        lab.postgres.query("postgres", "create database city")
        outcome = subprocess.run(
            [lab.binary, "demo", "--once", "--no-scenario", "--data-dir", self.folder, "--port-base", str(lab.base),
             "--homes", str(self.homes), "--database-url", lab.postgres.url("city"), "--rules", lab.rules],
            capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        if outcome.returncode:
            raise RuntimeError(f"silverbell demo: {outcome.stderr[-600:]}")
        with open(self.folder + "/secret.key") as file:
            self.key = file.read()
        with open(self.folder + "/webhook.key") as file:
            self.webhook_key = file.read()
        with open(self.folder + "/devices.csv") as file:
            self.devices = [tuple(line.strip().split(",")) for line in file.readlines()[1:]]
        with open(self.folder + "/demo.env") as file:
            for line in file:
                name, _, value = line.strip().partition("=")
                if name.startswith("TOKEN_"):
                    self.tokens[name[6:].lower()] = value.strip("'")
        self._change()

    def _change(self):
        """Half of the responders are reached by webhook; some devices get a token; nothing of the demo stays."""
        statements = [
            f"""update staff set channel = 'webhook', address = 'http://127.0.0.1:{self.lab.base + 5}/staff/' || id
              where id in (select min(id::text)::uuid from staff where roles = 'responder' group by districts)""",
            "truncate alert, task, offer, staff_commitment, outbox, event, applied_input, signal"]
        for number in range(self.token_devices):
            serial = self.devices[number][0]
            digest = hashlib.sha256(self.device_token(number).encode()).hexdigest()
            statements.append("insert into account (name, role, sender, districts)"
                              f" values ('{serial}', 'device', '{serial}', '{{}}')")
            statements.append(f"insert into token (digest, account_name) values ('\\x{digest}', '{serial}')")
        self.lab.postgres.query("city", ";\n".join(statements))
        rows = self.lab.postgres.query("city", "select id, coalesce(channel, '') from staff where is_active")
        self.phones = [row.split("|")[0] for row in rows.splitlines() if row.endswith("|")]

    def device_token(self, number):
        return f"chaos-device-token-{number:06d}-0123456789abcdef"

    def secret(self, user):
        """The secret that the sample city gives a user."""
        return hmac.new(self.key.encode(), f"demo:{user}".encode(), hashlib.sha256).digest()[:16].hex()
