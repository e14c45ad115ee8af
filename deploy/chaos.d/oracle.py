"""Compares what the outside was told with what the database holds; the daemon's own word counts for nothing."""
import csv
import os
import tempfile

# What must not be found in the database, by the words of the fault page's invariants.
QUESTIONS = {
    "I1: acknowledged and not stored":
        "select t.id from told t where acked and not exists"
        " (select 1 from signal s where s.message_id = t.id and s.serial = t.serial)",
    "I2: message ids stored more than once":
        "select sender, message_id, count(*) from signal where message_id is not null"
        " group by sender, message_id having count(*) > 1",
    "I2: keys with more than one unresolved alert":
        "select district_id, key, count(*) from alert where state <> 'resolved'"
        " group by district_id, key having count(*) > 1",
    "I2: fresh devices with more than one alert":
        "select a.serial, string_agg(a.id || ' ' || a.kind || ' ' || a.state || ' ' || a.opened_at, ', ') from alert a"
        " where exists (select 1 from told t where t.serial = a.serial and t.fresh)"
        " group by a.serial having count(*) > 1",
    "I3: life signals without an alert":
        "select id, message_id, kind from signal"
        " where kind in ('panic', 'fall') and feed <> 'engine' and alert_id is null",
    "I3: signals whose alert is not stored":
        "select id, message_id, alert_id from signal s where alert_id is not null"
        " and not exists (select 1 from alert a where a.id = s.alert_id)",
    "I3: unresolved alerts for which nothing is asked or planned":
        "select id, serial, kind, class, state, opened_at from alert where state <> 'resolved'"
        " and json_array_length(body::json -> 'tracks') = 0",
    "I3: falls without a task":
        "select id, serial, opened_at from alert a where kind = 'fall' and not exists"
        " (select 1 from task t where t.alert_id = a.id)",
    "I3: tasks of falls for which nobody was asked":
        "select t.id, a.serial, t.state from task t join alert a on a.id = t.alert_id where a.kind = 'fall'"
        " and not exists (select 1 from offer o where o.task_id = t.id)",
    "I3: signals without a rule set":
        "select id, message_id from signal where kind in ('panic', 'fall') and rule_set_hash = ''",
    "I4: slots with more than one accepted offer":
        "select task_id, slot from offer where state = 'accepted' group by task_id, slot having count(*) > 1",
    "I4: people booked twice at once":
        "select a.offer_id, b.offer_id from staff_commitment a join staff_commitment b"
        " on a.staff_id = b.staff_id and a.offer_id < b.offer_id and a.during && b.during",
    "I6: open alerts without a deadline":
        "select id, state from alert where state <> 'resolved' and deadline_at is null",
    "I6: unfinished tasks without a deadline":
        "select id, state from task where not is_finished and deadline_at is null",
    "I6: deadlines that stay overdue":
        "select 'alert', id, state, deadline_at from alert"
        " where state <> 'resolved' and deadline_at < now() - interval '15 s' union all"
        " select 'task', id, state, deadline_at from task"
        " where not is_finished and deadline_at < now() - interval '15 s'",
}


class Findings:
    """What the oracle says: counts, and what is broken in words."""

    def __init__(self):
        self.sent = self.acknowledged = self.lost = self.doubled = 0
        self.broken, self.latencies, self.unheard, self.evidence = [], [], [], []


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def _tell(postgres, database, presses):
    """Puts what was sent and answered into a table."""
    handle, path = tempfile.mkstemp(suffix=".csv", dir="/tmp")
    with os.fdopen(handle, "w", newline="") as file:
        writer = csv.writer(file)
        for press in presses:
            writer.writerow([press.id, press.serial, bool(press.fresh), bool(press.acked)])
    try:
        postgres.query(database, "drop table if exists told;\n"
                       "create unlogged table told (id text, serial text, fresh boolean, acked boolean);\n"
                       f"\\copy told from '{path}' csv\nanalyze told;")
    finally:
        os.unlink(path)


def judge(postgres, database, presses, notices, requests, window=None, phones_only=False):
    """All that can be said without knowing which fault it was."""
    findings = Findings()
    presses = [press for press in presses if press.sent]
    _tell(postgres, database, presses)
    findings.sent = len(presses)
    findings.acknowledged = sum(1 for press in presses if press.acked)
    for words, question in QUESTIONS.items():
        count = int(postgres.query(database, f"select count(*) from ({question}) q"))
        if count:
            rows = postgres.query(database, f"select * from ({question}) q limit 20").splitlines()
            findings.evidence += [words, *rows]
            findings.broken.append(f"{words}: {count} ({rows[0]})")
        if words.startswith("I1"):
            findings.lost = count
        if words.startswith("I2"):
            findings.doubled += count
    waiting = sum(1 for press in presses if not press.acked)
    if waiting:
        findings.broken.append(f"I9: {waiting} presses are still not answered long after the fault")
    _repeats(findings, notices, requests)
    _first_notices(findings, postgres, database, presses, notices + requests, window, phones_only)
    return findings


def _repeats(findings, notices, requests):
    """The same key to the same place a second time has to say so."""
    for name, events in (("phones", notices), ("provider", requests)):
        seen, unmarked = set(), []
        for event in events:
            place = (event["to"], event["key"])
            if event["key"] and place in seen and not event["marked"]:
                unmarked.append(f"{event['content'].get('type')} {event['key']}")
            seen.add(place)
        if unmarked:
            findings.evidence += [f"unmarked repeats at the {name}", *unmarked[:20]]
            findings.broken.append(f"I4: {len(unmarked)} repeats at the {name} without a mark ({unmarked[0]})")


def _first_notices(findings, postgres, database, presses, events, window, phones_only):
    """From the press of a fresh device to the first message about it that reached a phone or the provider; with
    `phones_only` of those whose first message went to a phone."""
    serials = dict(line.split("|") for line in postgres.query(
        database, "select id, serial from alert where serial is not null").splitlines())
    first = {}
    for event in events:
        serial = serials.get(event["content"].get("alert", ""))
        if serial:
            first[serial] = min((event["at"], event["to"]), first.get(serial, (event["at"], event["to"])))
    for press in presses:
        if not press.fresh:
            continue
        if press.serial not in first:
            if press.acked:
                findings.unheard.append(press.serial)
            continue
        at, receiver = first[press.serial]
        if (window is None or window[0] <= press.at < window[1]) and (
                not phones_only or receiver.startswith("staff:")):
            findings.latencies.append((at - press.at) * 1000)
    if findings.unheard:
        findings.evidence += ["unheard", *findings.unheard]
        findings.broken.append(
            f"I5: {len(findings.unheard)} acknowledged falls of which no phone heard ({findings.unheard[0]})")
