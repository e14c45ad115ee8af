-- The register: who is cared for, where, with what, by whom; and who may sign in.
-- Rows that belong to a district have `district_id` first in their keys, so that somebody who moves can have a row in
-- each; writers keep one row an id. Nothing refers to anything by foreign key: imports come in any order.

create table dwelling (
  district_id integer not null,
  id uuid not null,
  address text not null,
  latitude double precision,
  longitude double precision,
  primary key (district_id, id),
  check ((latitude is null) = (longitude is null))
);
create index dwelling_id on dwelling (id);

create table resident (
  district_id integer not null,
  id uuid not null,
  dwelling_id uuid,
  name text not null,
  risk integer not null check (risk between 0 and 5),
  can_speak boolean not null,
  lifecycle text not null check (lifecycle in ('applied', 'active', 'paused', 'ended')),
  unit_id uuid,
  doctor_team_id uuid,
  primary key (district_id, id)
);
create index resident_id on resident (id);

-- Numbers by which hospitals know a person: one person each, in whatever district.
create table identifier_directory (
  kind text not null,
  authority text not null,
  value text not null,
  resident_id uuid not null,
  position integer not null,
  primary key (kind, authority, value)
);
comment on column identifier_directory.position is 'place in the resident''s list, from 0';
create index identifier_resident on identifier_directory (resident_id, position);

create table contact (
  id uuid primary key,
  resident_id uuid not null,
  name text not null,
  relation text not null,
  phone text not null,
  call_order integer not null,
  may_be_told boolean not null,
  channel text,
  address text,
  check ((channel is null) = (address is null))
);
create index contact_resident on contact (resident_id, call_order);

-- Every device, found by its serial alone: it says in which district its signals are kept.
create table device_directory (
  serial text collate "C" primary key,
  district_id integer not null,
  dwelling_id uuid,
  resident_id uuid,
  heartbeat_seconds integer not null check (heartbeat_seconds > 0),
  secret_digest bytea not null
);
create index device_dwelling on device_directory (dwelling_id);

-- When a device was last heard; written in batches, and the last seconds may be missing after a crash.
create table device_supervision (
  serial text collate "C" primary key,
  heard_at timestamptz not null,
  battery_percent integer
) with (fillfactor = 70);

create table staff (
  id uuid primary key,
  name text not null,
  roles text not null,
  districts text not null,
  latitude double precision,
  longitude double precision,
  position_at timestamptz,
  channel text,
  address text,
  secret_digest bytea not null,
  is_active boolean not null,
  check ((latitude is null) = (longitude is null)),
  check ((channel is null) = (address is null))
);
comment on column staff.roles is 'words separated by a comma';
comment on column staff.districts is 'numbers separated by a comma; empty = all';

create table shift (
  id uuid primary key,
  staff_id uuid not null,
  role text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at)
);
create index shift_staff on shift (staff_id, starts_at);
create index shift_end on shift (ends_at);

create table party (
  id uuid primary key,
  kind text not null check (kind in ('unit', 'bureau', 'doctorTeam')),
  name text not null,
  channel text,
  address text,
  check ((channel is null) = (address is null))
);

create table hospital (
  code text collate "C" primary key,
  name text not null,
  population text not null check (population in ('filtered', 'whole'))
);

-- The newest change of each row of the register, one row each, so that it never outgrows the register. Writers take
-- turns (an advisory lock), so that versions become visible in their order.
create table reference_change (
  kind text not null,
  id text collate "C" not null,
  version bigint not null,
  removed boolean not null,
  primary key (kind, id)
) with (fillfactor = 80);
create unique index reference_change_version on reference_change (version);
create sequence reference_version owned by reference_change.version;

create table account (
  name text primary key check (name <> ''),
  role text not null,
  staff_id uuid,
  sender text,
  districts integer[] not null,
  created_at timestamptz not null default now()
);
comment on column account.districts is 'what it may see; empty = all';

-- Bearer tokens; only the SHA-256 digest is known here.
create table token (
  digest bytea primary key check (octet_length(digest) = 32),
  account_name text not null references account (name) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create index token_account on token (account_name);

-- Finds the newest signals without an index entry for every row of telemetry.
create index signal_received on signal using brin (received_at) with (pages_per_range = 16, autosummarize = on);
