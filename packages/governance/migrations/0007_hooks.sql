-- Who is told of what happens in files: webhooks, and reminders before a last day.
create table governance.hook (
  id         uuid primary key,
  -- The party whose files it tells of; null for the agency's own.
  party_id   uuid references governance.party (id),
  -- One file only; null for all files of that side.
  file_id    uuid references governance.file (id),
  url        bytea not null,
  secret     bytea not null,
  made_by    text not null,
  created_at timestamptz not null,
  ended_at   timestamptz
);
create index hook_file on governance.hook (file_id) where ended_at is null;
create index hook_party on governance.hook (party_id) where ended_at is null;

-- What is to be told, and what became of it. `hook_id` is null for a message to the party's contact person.
create table governance.delivery (
  id          uuid primary key,
  hook_id     uuid references governance.hook (id),
  file_id     uuid not null references governance.file (id),
  kind        text not null,
  entry       integer,
  body        jsonb not null,
  created_at  timestamptz not null,
  next_at     timestamptz,
  held_until  timestamptz,
  attempts    integer not null default 0,
  done_at     timestamptz,
  given_up_at timestamptz
);
create index delivery_due on governance.delivery (next_at) where next_at is not null;
create index delivery_hook on governance.delivery (hook_id, created_at);
create index delivery_file on governance.delivery (file_id, created_at);

create table governance.delivery_attempt (
  delivery_id uuid not null references governance.delivery (id),
  at          timestamptz not null,
  -- The status that was answered; null when nothing came back.
  status      integer,
  failure     text,
  millis      integer not null
);
create index delivery_attempt_of on governance.delivery_attempt (delivery_id, at);

-- A reminder is sent once for each clock, last day and step.
create table governance.reminder (
  file_id  uuid not null references governance.file (id),
  clock    text not null,
  last_day date not null,
  step     text not null,
  about_fr text not null,
  about_en text not null,
  sent_at  timestamptz not null,
  primary key (file_id, clock, last_day, step)
);
alter table governance.file add column reminders_by_mail boolean not null default true;
