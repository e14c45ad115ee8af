-- Whom to ask, and when: contacts with their hours and keys, staff with their skills.
-- (What an alert has of labels, targets and asks is in its body.)
alter table contact
  add column quiet_from integer check (quiet_from between 0 and 1439),
  add column quiet_until integer check (quiet_until between 0 and 1439),
  add column quiet_offset integer check (quiet_offset between -840 and 840),
  add column minutes_to_come integer check (minutes_to_come between 0 and 1440),
  add column holds_key boolean not null default false,
  add constraint contact_quiet check (
    (quiet_from is null) = (quiet_until is null) and (quiet_from is null) = (quiet_offset is null));
comment on column contact.quiet_from is 'minute of the contact''s own day, quiet_offset minutes ahead of UTC';

alter table staff add column skills text not null default '';
comment on column staff.skills is 'words separated by a comma';
