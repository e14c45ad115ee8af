-- Every version of the rules that was ever in force, in order; the newest decides. Rows are never changed: a rollback is
-- a new version with an older text. The texts stay, because open alerts keep the policy they were opened under and
-- every decision names its set by hash.
create table rule_set (
  version integer primary key check (version > 0),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  name text not null,
  origin text not null check (origin in ('file', 'activation', 'rollback')),
  activated_at timestamptz not null,
  activated_by text not null check (activated_by <> ''),
  second_by text check (second_by <> activated_by and second_by <> ''),
  reason text,
  dry_run text,
  body bytea not null check (octet_length(body) between 1 and 1048576)
);
alter table rule_set alter column body set compression lz4;
create index rule_set_hash on rule_set (hash);
comment on column rule_set.origin is 'file: the file that the configuration names; activation: a command or the API';
comment on column rule_set.hash is 'SHA-256 of body';
comment on column rule_set.second_by is 'the second signature: the dry run would have refused it';
comment on column rule_set.dry_run is 'what the dry run against stored signals said, as JSON';

-- What the rules decided about, in the order of receipt: for replay, without the rows of telemetry.
create index signal_decided on signal (received_at) where alert_class is not null;
