-- Suspensions: stated pauses of one person's supervision, each with an owner and an end. Written by commits only.
create table suspension (
  district_id integer not null,
  id uuid not null,
  case_key text not null,
  resident_id uuid not null,
  owner_id uuid not null,
  holds text not null check (holds in ('absence', 'technical', 'all')),
  state text not null check (state in ('scheduled', 'active', 'ended')),
  from_at timestamptz not null,
  until_at timestamptz not null,
  ended_at timestamptz,
  deadline_at timestamptz,
  body text not null,
  primary key (district_id, id),
  -- 180 days: nothing is suspended for ever.
  check (until_at > from_at and until_at <= from_at + interval '4320 hours'),
  -- Promise 3, for suspensions: what has not ended begins, warns or ends by itself.
  check ((state = 'ended') = (deadline_at is null)),
  check ((state = 'ended') = (ended_at is not null))
) with (fillfactor = 70);
create index suspension_id on suspension (id);
create index suspension_unfinished on suspension (case_key) where state <> 'ended';
create index suspension_resident on suspension (resident_id, from_at desc, id);
