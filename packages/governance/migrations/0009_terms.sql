-- Versions of the terms of an instrument, as announced. Never changed, never removed: a file says which one binds it.
create table governance.terms (
  instrument   text not null,
  version      text not null,
  in_force_on  date not null,
  content      jsonb not null,
  digest       text not null,
  announced_at timestamptz not null,
  announced_by text not null,
  primary key (instrument, version)
);
create unique index terms_day on governance.terms (instrument, in_force_on);

-- Files that were told of a version; without an entry when the law let none be recorded (a file that is over).
create table governance.terms_told (
  file_id    uuid not null,
  instrument text not null,
  version    text not null,
  entry      bigint,
  primary key (file_id, instrument, version)
);
