-- Instances of `correlate` rules that wait for something: one row each, changed by the commit of the signal that moves
-- it, and gone with it. Bounded by the rules' `maxKeys`, never by signals.
create table correlation (
  rule_id text not null,
  key text not null,
  district_id integer not null,
  deadline_at timestamptz not null,
  state bytea not null,
  primary key (rule_id, key)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
comment on column correlation.deadline_at is 'when something happens by itself, from times of receipt; always there';
comment on column correlation.state is 'operator, progress and subject, in a form of the engine''s own with its version';
