-- The engine's side of the database: what a commit writes and what recovery reads.
-- `body` is the record itself (JSON, read back exactly); the columns beside it are what is searched or constrained.
-- `district_id` is the district in which a row was born; it never changes; 0 = unassigned.

create extension if not exists btree_gist;

-- One row a shard: which epoch may write, and the number of the last commit.
create table shard (
  name text primary key check (name ~ '^[a-z0-9]{1,16}$'),
  epoch bigint not null default 0,
  seq bigint not null default 0,
  owner uuid
) with (fillfactor = 10);

-- Every engine transaction starts here: an engine that lost the shard, or a group whose predecessor failed, stops.
-- It updates rather than reads, so that of two engines one waits for the other and then sees the new epoch.
create function fence(in_shard text, in_epoch bigint, expected_seq bigint, new_seq bigint) returns void
language plpgsql as $$
declare
  found_epoch bigint;
begin
  update shard set seq = new_seq where name = in_shard and epoch = in_epoch and seq = expected_seq;
  if found then return; end if;
  select epoch into found_epoch from shard where name = in_shard;
  if found_epoch is distinct from in_epoch then
    raise exception 'the shard belongs to another epoch' using errcode = 'SB001';
  end if;
  raise exception 'the commit does not follow the last one' using errcode = 'SB002';
end $$;

-- Inputs that were decided: after a restart or a timeline change the input log steps what is missing here.
create table applied_input (
  district_id integer not null,
  input_id uuid not null,
  applied_at timestamptz not null,
  shard text not null,
  commit_number bigint not null,
  primary key (district_id, input_id)
);

-- Signals, by UTC month of receipt; `ensure_partitions` keeps the months ahead, there is no default partition.
create table signal (
  district_id integer not null,
  id uuid not null,
  received_at timestamptz not null,
  feed text not null,
  sender text not null,
  serial text,
  kind text not null,
  occurred_at timestamptz,
  battery_percent integer,
  zone text,
  value double precision,
  hospital json,
  oddities text not null,
  raw bytea not null,
  resident_id uuid,
  dwelling_id uuid,
  alert_id uuid,
  alert_class text,
  reason text,
  rule_set_hash text not null,
  message_id text,
  message_digest uuid,
  repeat_until timestamptz,
  primary key (district_id, id, received_at)
) partition by range (received_at);
comment on column signal.oddities is 'words separated by a comma, in the order in which they were found';
comment on column signal.message_digest is 'a second copy with this digest before repeat_until is a repeat';
create index signal_repeat on signal (repeat_until) where message_digest is not null;
create index signal_serial on signal (serial, received_at desc);

-- Creates the partitions of the month before `now` (a late replay) to three months after; says how many months
-- after the one of `now` exist. Attaching takes a lock that lets inserts into the others go on.
create function ensure_partitions(in_now timestamptz) returns integer
language plpgsql as $$
declare
  this_month timestamp := date_trunc('month', in_now at time zone 'UTC');
  first_day timestamp;
  partition_name text;
begin
  perform pg_advisory_xact_lock(727433, 2);
  for step in -1..3 loop
    first_day := this_month + make_interval(months => step);
    partition_name := 'signal_' || to_char(first_day, 'YYYYMM');
    if to_regclass(partition_name) is null then
      execute format('create table %I (like signal including all)', partition_name);
      execute format(
        'alter table signal attach partition %I for values from (%L) to (%L)', partition_name,
        to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    end if;
  end loop;
  return 3;
end $$;

create table alert (
  district_id integer not null,
  id uuid not null,
  case_key text not null,
  key text not null,
  class text not null,
  kind text not null,
  state text not null,
  resident_id uuid,
  dwelling_id uuid,
  serial text,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  reopenable_until timestamptz,
  deadline_at timestamptz,
  body json not null,
  primary key (district_id, id),
  -- Promise 3: whoever is not helped yet always waits for something that happens by itself.
  check (state = 'resolved' or deadline_at is not null)
) with (fillfactor = 70);
-- Promise 2: one unresolved alert a key.
create unique index alert_open_key on alert (district_id, key) where state <> 'resolved';
create index alert_id on alert (id);
create index alert_case on alert (case_key, opened_at desc);
create index alert_unresolved on alert (opened_at desc, id) where state <> 'resolved';
create index alert_resolved on alert (opened_at desc, id) where state = 'resolved';
create index alert_reopenable on alert (reopenable_until) where state = 'resolved';

create table task (
  district_id integer not null,
  id uuid not null,
  case_key text not null,
  kind text not null,
  state text not null,
  is_finished boolean not null,
  alert_id uuid,
  stay_id uuid,
  resident_id uuid,
  dwelling_id uuid,
  created_at timestamptz not null,
  starts_at timestamptz,
  deadline_at timestamptz,
  body json not null,
  primary key (district_id, id),
  -- Promise 3, for tasks.
  check (is_finished or deadline_at is not null)
) with (fillfactor = 70);
create index task_unfinished on task (case_key) where not is_finished;

create table offer (
  district_id integer not null,
  id uuid not null,
  task_id uuid not null,
  slot integer not null,
  staff_id uuid not null,
  state text not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  reason text not null,
  primary key (district_id, id)
) with (fillfactor = 70);
-- Promise 4: at most one accepting person a slot.
create unique index offer_accepted on offer (district_id, task_id, slot) where state = 'accepted';
create index offer_staff on offer (staff_id, sent_at desc);

-- Promise 4: nobody is booked twice at once, in whatever district.
create table staff_commitment (
  offer_id uuid primary key,
  staff_id uuid not null,
  during tstzrange not null check (not isempty(during)),
  constraint staff_booked_once exclude using gist (staff_id with =, during with &&)
);

create table stay (
  district_id integer not null,
  id uuid not null,
  case_key text not null,
  resident_id uuid not null,
  hospital_code text not null,
  visit_number text not null,
  is_open boolean not null,
  known_at timestamptz not null,
  changed_at timestamptz not null,
  body json not null,
  primary key (district_id, id),
  unique (district_id, hospital_code, visit_number, resident_id)
);
create index stay_case on stay (case_key, known_at desc);
create index stay_open on stay (known_at) where is_open;
create index stay_changed on stay (changed_at);

create table reminder (
  district_id integer not null,
  id uuid not null,
  case_key text not null,
  stay_id uuid not null,
  audience text not null,
  state text not null,
  deadline timestamptz,
  body json not null,
  primary key (district_id, id)
);
create index reminder_due on reminder (case_key) where state = 'due';
create index reminder_stay on reminder (stay_id);

create table call (
  district_id integer not null,
  id uuid not null,
  alert_id uuid not null,
  outcome text not null,
  at timestamptz not null,
  by_staff_id uuid not null,
  body json not null,
  primary key (district_id, id)
);
create index call_alert on call (alert_id, at);

-- Notifications; one without a fate is sent again after a restart, with the same id as idempotency key.
create table outbox (
  district_id integer not null,
  id uuid not null,
  case_key text not null,
  class text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  fate text,
  attempts integer not null,
  body json not null,
  primary key (district_id, id)
) with (fillfactor = 80);
create index outbox_waiting on outbox (case_key) where fate is null;

-- Timeline and event stream: one row a commit, case and district. `entries` is [[ordinal, entry], ...]; the id of an
-- entry on the stream is shard:commit_number.ordinal. The stream reads it in the order of the commits of a shard,
-- which is why the shard comes first in the key here.
create table event (
  shard text not null,
  commit_number bigint not null,
  district_id integer not null,
  case_key text not null,
  at timestamptz not null,
  entries json not null,
  primary key (shard, commit_number, district_id, case_key)
);
create index event_case on event (case_key, at);
