-- Parties, who acts for them, and what each file owes, kept beside the file so that the list of work is one indexed read.

create table governance.party (
  id          uuid primary key,
  name        text not null,
  kind        text not null,
  identifiers jsonb not null,
  created_at  timestamptz not null
);

create table governance.membership (
  party_id   uuid not null references governance.party (id),
  account_id uuid not null,
  since      timestamptz not null,
  until      timestamptz,
  primary key (party_id, account_id)
);
create index membership_account on governance.membership (account_id);

alter table governance.file add column party_id uuid references governance.party (id);
alter table governance.file add column phase text not null default '';
alter table governance.file add column phase_since timestamptz;
alter table governance.file add column last_seq integer not null default 0;
-- The next instant at which something changes by itself; null when nothing will.
alter table governance.file add column next_at timestamptz;
create index file_next on governance.file (next_at) where next_at is not null;
create index file_party on governance.file (party_id);

create table governance.obligation (
  file_id  uuid not null references governance.file (id),
  clock    text not null,
  article  text not null,
  kind     text not null,
  state    text not null,
  owed_by  text not null,
  about_fr text not null,
  about_en text not null,
  last_day date,
  due_at   timestamptz,
  primary key (file_id, clock)
);
create index obligation_work on governance.obligation (last_day, file_id) where state in ('late', 'running', 'due', 'open', 'waiting');
