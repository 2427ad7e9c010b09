-- Heads over all files (RFC 6962 log), and personal content under a key per file.

alter table evidence.file add column logged_seq integer not null default 0;
create index file_unlogged on evidence.file (id) where last_seq > logged_seq;
alter table evidence.trace_batch add column logged boolean not null default false;

-- Keys of contents, sealed by the vault. `scope` is a file's id, or an intake item's while it is not tied to a file.
-- Erasing a key erases what lies under it; a later content gets the next generation.
create table evidence.content_key (
  scope      uuid not null,
  generation integer not null,
  sealed     bytea,
  made_at    timestamptz not null,
  erased_at  timestamptz,
  primary key (scope, generation),
  check ((sealed is null) = (erased_at is not null))
);

-- Salt and payload in one sealed box; the plain columns hold what was written before, or without a vault (tests).
alter table evidence.content alter column salt drop not null;
alter table evidence.content alter column payload drop not null;
alter table evidence.content add column generation integer;
alter table evidence.content add column sealed bytea;
alter table evidence.content add constraint content_in_one_form check ((sealed is null) = (payload is not null));

create table evidence.log (
  one boolean primary key default true check (one),
  id  uuid not null
);

-- Leaves in order, and every complete subtree over them.
create table evidence.log_leaf (
  position bigint primary key,
  file_id  uuid,
  seq      integer,
  batch    bigint,
  digest   text not null,
  check ((file_id is null) <> (batch is null))
);
create index log_leaf_file on evidence.log_leaf (file_id, position);

create table evidence.log_node (
  level integer not null,
  place bigint not null,
  hash  bytea not null,
  primary key (level, place)
);

create table evidence.head (
  size         bigint primary key,
  root         text not null,
  at           timestamptz not null,
  signed       text not null,
  token        bytea,
  token_at     timestamptz,
  authority    text,
  attempts     integer not null default 0,
  last_failure text
);
create index head_untimed on evidence.head (size) where token is null;
