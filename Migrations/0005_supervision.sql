-- How the line to a device stands, written with the commit that changes it, so that a restart neither forgets who is
-- lost nor tells it a second time. A table of its own: the engine's writer must never wait for a row that the batches
-- of `device_supervision` have locked. A device without a row has never been lost.
create table device_line (
  serial text collate "C" primary key,
  state text not null check (state in ('up', 'down', 'lost', 'inFault')),
  since timestamptz not null
) with (fillfactor = 70);
comment on column device_line.state is
  'down: its will was published, its deadline runs on; lost: an alert of its own; inFault: one of many of its district';
