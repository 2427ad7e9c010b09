-- Chained entries per file; personal content beside the chain, in the only erasable table; operational traces.

create table evidence.file (
  id         uuid primary key,
  opened_at  timestamptz not null,
  last_seq   integer not null default 0,
  last_digest text not null default ''
);

-- The chained part: no name, identifier or address.
create table evidence.entry (
  file_id     uuid not null references evidence.file (id),
  seq         integer not null,
  type        text not null,
  happened_at timestamptz not null,
  recorded_at timestamptz not null,
  real_at     timestamptz not null,
  actor       text not null,
  content     text not null,
  previous    text not null,
  digest      text not null,
  primary key (file_id, seq)
);

create table evidence.content (
  file_id uuid not null,
  seq     integer not null,
  salt    bytea not null,
  payload jsonb not null,
  primary key (file_id, seq),
  foreign key (file_id, seq) references evidence.entry (file_id, seq)
);

-- Operational traces: insert only, no chain at write time, sealed afterwards in Merkle batches.
create table evidence.trace (
  id      uuid primary key,
  room    text not null,
  type    text not null,
  real_at timestamptz not null,
  subject text,
  payload jsonb not null,
  batch   bigint
);
create index trace_unsealed on evidence.trace (real_at) where batch is null;
create index trace_subject on evidence.trace (room, subject, real_at);

create table evidence.trace_batch (
  id        bigint generated always as identity primary key,
  root      text not null,
  count     integer not null,
  sealed_at timestamptz not null,
  previous  text not null
);
