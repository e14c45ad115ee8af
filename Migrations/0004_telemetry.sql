-- One row a signal, by its id alone: within a month the same id again is refused whatever its time of receipt is, so a
-- message that is sent again after a lost acknowledgement stays one row. A key of the whole table would have to contain
-- the time of receipt, which a second copy does not share; so each month has a key of its own.
-- Months that are there get theirs while this runs: about two seconds for every million rows.
alter table signal drop constraint signal_pkey;
do $$
declare
  month regclass;
begin
  for month in select inhrelid::regclass from pg_inherits where inhparent = 'signal'::regclass order by 1 loop
    execute format('alter table %s add primary key (district_id, id)', month);
  end loop;
end $$;

-- As before, and every new month has its key.
create or replace function ensure_partitions(in_now timestamptz) returns integer
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
      execute format('alter table %I add primary key (district_id, id)', partition_name);
      execute format(
        'alter table signal attach partition %I for values from (%L) to (%L)', partition_name,
        to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    end if;
  end loop;
  return 3;
end $$;
