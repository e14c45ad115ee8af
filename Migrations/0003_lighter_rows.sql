-- Bodies are written and read whole: the engine's own writer and reader keep their form, so the database need not parse
-- each of them again. Ask with `body::json ->> 'name'`. What is long is compressed by the faster method.
alter table alert alter column body type text using body::text;
alter table task alter column body type text using body::text;
alter table stay alter column body type text using body::text;
alter table reminder alter column body type text using body::text;
alter table call alter column body type text using body::text;
alter table outbox alter column body type text using body::text;
alter table signal alter column hospital type text using hospital::text;
alter table event alter column entries type text using entries::text;
alter table event alter column entries set compression lz4;
alter table alert alter column body set compression lz4;
alter table task alter column body set compression lz4;
alter table signal alter column raw set compression lz4;
