-- Mandates of outside controllers: the index of the entries `mandate-given` and `mandate-revoked`, asked at every request.
-- What was said with them is in the entries.
create table governance.mandate (
  id            uuid primary key,
  file_id       uuid not null references governance.file (id),
  account_id    uuid not null,
  begins_at     timestamptz not null,
  ends_at       timestamptz not null check (ends_at > begins_at),
  given_entry   integer not null,
  revoked_at    timestamptz,
  revoked_entry integer
);
create index mandate_account on governance.mandate (account_id, ends_at);
create index mandate_file on governance.mandate (file_id);
