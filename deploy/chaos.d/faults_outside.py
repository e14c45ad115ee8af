"""Faults from outside: two paths at once, clocks, lying providers, bad rules."""
import os
import random
import threading
import time

from catalogue import fault
from trial import Trial


@fault("29", "the same alert over MQTT and HTTP at once", quick=True)
def two_paths(lab):
    with Trial(lab, "29", "the same alert over MQTT and HTTP at once", rate=5) as trial:
        city, statuses, threads = trial.city, [], []
        trial.row.runs = min(30, city.token_devices - 10)
        for number in range(10, 10 + trial.row.runs):
            serial = city.devices[number][0]
            body = {"device": serial, "id": f"{serial}-0", "kind": "fall"}
            trial.load.call(_press(trial.load, city.devices[number]))

            def push(body=body, token=city.device_token(number)):
                for _ in range(2):
                    statuses.append(trial.daemon.call("POST", "/api/v1/signals", token, body))
            for _ in range(2):
                thread = threading.Thread(target=push)
                thread.start()
                threads.append(thread)
            if number % 5 == 0:
                trial.run_for(0.2)
        for thread in threads:
            thread.join(60)
        wrong = [status for status in statuses if status[0] != 202]
        trial.check(not wrong, f"{len(wrong)} HTTP answers were not 202 ({wrong[:1]})")
        trial.note(f"{len(statuses)} HTTP pushes beside {trial.row.runs} over MQTT")
    return trial.row


async def _press(load, device):
    load.spawn(load._fresh(device))


@fault("36", "wall clock of the daemon steps +1 h, -1 h, +11 years, back")
def clock_steps(lab):
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
    stamp = lab.folder + "/faketime"
    _write(stamp, "+0")
    if not os.path.exists(library):
        from faults_log import skipped
        return skipped("36", "wall clock steps", f"{library} is not installed")
    # Through a first program: the library ends the one that is the first to load it.
    environment = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": stamp, "FAKETIME_NO_CACHE": "1",
                   "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with Trial(lab, "36", "wall clock of the daemon steps +1 h, -1 h, +11 years, back (libfaketime, live)",
               environment=environment, prefix=["env"]) as trial:
        for step in ("+1h", "-1h", "+100000h", "+0"):
            start = time.time()
            _write(stamp, step)
            trial.run_for(8)
            answered = trial.acknowledged_between(start, time.time())
            trial.check(len(answered) > 30, f"only {len(answered)} answers in the 8 s after a step to {step}")
        # The desk has 45 s: an earlier escalation would be one that the clock made.
        trial.run_for(30)
        _check_escalations(trial)
        code = trial.daemon.exits
        trial.check(not code, f"the daemon ended with {code}")
    return trial.row


def _write(path, text):
    with open(path + ".new", "w") as file:
        file.write(text + "\n")
    os.replace(path + ".new", path)


def _check_escalations(trial):
    """By our own clock: the shift leader hears of an alert 45 s after its press, never before, at most 5 s late."""
    presses = {press.serial: press for press in reversed(trial.load.presses) if press.fresh and press.acked}
    serials = dict(line.split("|") for line in trial.postgres.query(
        trial.database, "select id, serial from alert where serial is not null").splitlines())
    waits, details, told = [], [], set()
    for notice in list(trial.load.notices):
        content = notice["content"]
        press = presses.get(serials.get(content.get("alert", ""), ""))
        is_escalation = content.get("type") == "alertWaits" and content.get("role") == "shiftLeader"
        if press and is_escalation and press.serial not in told:
            told.add(press.serial)
            waits.append(notice["at"] - press.at)
            if not 44.5 <= waits[-1] <= 50:
                details.append(f"{press.serial} pressed at {press.at:.2f}, told at {notice['at']:.2f},"
                               f" marked {notice['marked']}, {notice['content'].get('id')}")
    early = [wait for wait in waits if wait < 44.5]
    late = [wait for wait in waits if wait > 50]
    trial.check(waits, "nobody was escalated: the fault says nothing")
    trial.check(not early, f"I6: {len(early)} escalations before their time (first after {min(early or [0]):.1f} s)")
    trial.check(not late, f"I6: {len(late)} escalations late (last after {max(late or [0]):.1f} s)")
    if details:
        with open(trial.folder + "/escalations.txt", "w") as file:
            file.write("\n".join(details) + "\n")
    if waits:
        trial.note(f"{len(waits)} escalations after {min(waits):.1f} to {max(waits):.1f} s")


@fault("37", "device clocks wrong, old messages replayed")
def device_clocks(lab):
    times = ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59+08:00", "yesterday", 17, "2026-13-45T99:00:00Z", None, ""]

    def moment():
        if random.random() < 0.2:
            day = time.gmtime(time.time() + random.choice((-1, 1)) * 86400 * 2)
            return {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", day)}
        return {"at": random.choice(times)}
    with Trial(lab, "37", "device clocks: 1970, 2099, two days off, nonsense; old messages again",
               extra=moment) as trial:
        trial.run_for(10)
        # What was acknowledged long ago comes again, from the same device with the same id.
        old = [press for press in trial.load.acknowledged if press.fresh][:40]
        devices = dict(trial.city.devices)
        before = len(trial.load.acknowledged)
        for press in old:
            trial.load.call(_press(trial.load, (press.serial, devices[press.serial])))
        trial.wait(lambda: len(trial.load.acknowledged) >= before + len(old), 30, "replays were not answered")
        trial.run_for(45)
        _check_escalations(trial)
        odd = int(trial.postgres.query(
            trial.database, "select count(*) from signal where oddities <> '' and kind = 'fall'"))
        trial.check(odd > 0, "I10: no signal with a wrong clock is marked as odd")
        trial.note(f"{odd} signals carry an oddity, {len(old)} replays")
        far = trial.postgres.query(
            trial.database, "select count(*) from alert where deadline_at > now() + interval '1 hour'"
            " or opened_at not between now() - interval '10 min' and now()")
        trial.check(far == "0", f"a device's clock moved {far} alerts")
    return trial.row


@fault("39", "the provider lies: 500, hangs, 200 without effect")
def provider_lies(lab):
    with Trial(lab, "39", "the provider answers 500, hangs, says 200 and tells nobody") as trial:
        # Whoever is reached through a provider that hangs hears late; the others must not.
        trial.phones_only = True
        for mode in ("error", "hang", "lost"):
            trial.provider.mode = mode
            trial.run_for(15)
        start = time.time()
        trial.provider.mode = "ok"
        trial.run_for(15)
        requests = trial.provider.snapshot()
        trial.check(any(request["at"] > start and request["mode"] == "ok" for request in requests),
                    "the provider heard nothing after it was well again")
        failed = {request["key"] for request in requests if request["mode"] == "error"}
        again = {request["key"] for request in requests if request["mode"] != "error"}
        trial.check(failed and failed & again, "nothing that had got 500 was tried again")
        effects = {}
        for request in requests:
            if request["mode"] == "ok":
                effects.setdefault(request["key"], []).append(request["marked"])
        bad = [key for key, marks in effects.items() if marks.count(False) > 1]
        trial.check(not bad, f"I4: {len(bad)} keys had more than one unmarked effect")
        depth = trial.daemon.metric("silverbell_channel_failed_total")
        trial.check(depth, "I10: silverbell_channel_failed_total does not tell")
        trial.note(f"{len(requests)} requests, {len(effects)} keys with an effect, {depth:.0f} tries failed")
        _check_escalations(trial)
    return trial.row


BAD_RULES = {
    "broken text": lambda text: text.replace("classify:", "classify: [", 1),
    "a name that does not exist": lambda text: text.replace("signal.kind == 'cancel'", "signal.kin == 'cancel'", 1),
    "life is life no more": lambda text: text.replace(
        "when: signal.kind in ['panic', 'fall', 'duress', 'smoke', 'gas', 'carbonMonoxide']",
        "when: signal.kind in ['duress']", 1),
    "a step for nobody": lambda text: text.replace("{ask: dutyChief, mode: all, timeout: 45s}",
                                                   "{ask: nobody, mode: all, timeout: 45s}", 1),
    "a policy that does not exist": lambda text: text.replace("policy: life", "policy: lief", 1),
    "cost bomb": lambda text: text.replace(
        "when: signal.group == 'technical'",
        "when: " + " && ".join(["[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9]"
                                ".all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, a+b+c+d+e < 99)))))"
                                ] * 3), 1),
    "regex bomb": lambda text: text.replace("when: signal.group == 'technical'",
                                            "when: signal.origin.matches('(((a{1,99}){1,99}){1,99}){1,99}')", 1),
    "no tests pass": lambda text: text.replace("expect: {class: life, severity: 7", "expect: {class: life, severity: 1",
                                               1),
    "over a mebibyte": lambda text: text + "#\n" * 600_000,
    "deep": lambda text: text + "\nx: " + "[" * 50_000,
}


@fault("40", "a bad rule set activated under load", quick=True)
def bad_rules(lab):
    with open(lab.rules) as file:
        good = file.read()
    with Trial(lab, "40", "bad rule sets activated under load are refused") as trial:
        version = trial.daemon.metric("silverbell_rules_version")
        token = trial.city.tokens["supervisor"] if "supervisor" in trial.city.tokens \
            else trial.city.tokens["administrator"]
        trial.row.runs = len(BAD_RULES)
        start = time.time()
        for name, change in BAD_RULES.items():
            text = change(good)
            trial.check(text != good, f"{name}: the rules have changed, the fault was not made")
            begin = time.time()
            status, answer = trial.daemon.call("POST", "/api/v1/rulesets/activate", token,
                                               {"text": text, "reason": "chaos"}, limit=60)
            trial.check(400 <= status < 500, f"{name}: answered {status} {answer[:120]}")
            seconds = time.time() - begin
            trial.check(seconds < 30, f"{name}: took {seconds:.0f} s")
        trial.window = (start, time.time())
        trial.check(trial.daemon.metric("silverbell_rules_version") == version, "another version is in force")
        trial.check(not trial.daemon.exits, f"the daemon ended with {trial.daemon.exits}")
        trial.run_for(3)
    return trial.row
