-- Files in use, the one table of current rights, the doors that apply them.

create table governance.clock (
  one      boolean primary key default true check (one),
  shift_ms bigint not null
);

create table governance.reference_counter (
  prefix text not null,
  year   integer not null,
  last   integer not null,
  primary key (prefix, year)
);

create table governance.file (
  id         uuid primary key,
  reference  text not null unique,
  instrument text not null,
  holder     text not null,
  opened_at  timestamptz not null
);
create index file_instrument on governance.file (instrument, opened_at);

-- One writer: governance. `seq` grows in commit order over all rights.
create table governance.current_right (
  "right" text not null,
  subject text not null,
  state   text not null check (state in ('open', 'closed')),
  limits  jsonb not null,
  since   timestamptz not null,
  file_id uuid not null references governance.file (id),
  entry   integer not null,
  clause  text not null,
  seq     bigint not null,
  primary key ("right", subject)
);
create index current_right_file on governance.current_right (file_id);

create table governance.change_counter (one boolean primary key default true check (one), last bigint not null);
insert into governance.change_counter (last) values (0);

-- Each change of a right until every door has applied it.
create table governance.change (
  seq        bigint primary key,
  file_id    uuid not null,
  "right"    text not null,
  subject    text not null,
  state      text not null,
  changed_at timestamptz not null,
  settled_at timestamptz,
  slowest_ms integer
);
create index change_unsettled on governance.change (seq) where settled_at is null;

create table governance.door (
  name        text not null,
  process     text not null,
  rights      text[] not null,
  applied_seq bigint not null,
  contact_at  timestamptz not null,
  primary key (name, process)
);
