-- One operator of secure mail. Names carry no schema: the same folder makes the schema of each operator.
-- Bodies, envelopes and structures are sealed under a key per mailbox, itself sealed by the vault outside the store.

create table mailbox (
  address     text primary key,
  kind        text not null check (kind in ('personal', 'organisational', 'applicative')),
  -- National identifier of the person, or key of the component, who answers for it.
  responsible text,
  sealed_key  bytea not null,
  quota_bytes bigint not null,
  used_bytes  bigint not null default 0,
  created_at  timestamptz not null,
  removed_at  timestamptz
);
create index mailbox_responsible on mailbox (responsible);

create table app_password (
  id         uuid primary key,
  address    text not null references mailbox (address),
  digest     text not null unique,
  label      text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table folder (
  id           bigint generated always as identity primary key,
  address      text not null references mailbox (address),
  name         text not null,
  special_use  text,
  subscribed   boolean not null default true,
  uid_validity integer not null,
  uid_next     integer not null default 1,
  modseq       bigint not null default 1,
  unique (address, name)
);

create table body (
  id     uuid primary key,
  sealed bytea not null,
  size   integer not null
);

create table message (
  folder_id     bigint not null references folder (id) on delete cascade,
  uid           integer not null,
  modseq        bigint not null,
  flags         text[] not null,
  internal_date timestamptz not null,
  size          integer not null,
  body_id       uuid not null references body (id),
  structure     bytea not null,
  primary key (folder_id, uid)
);
create index message_modseq on message (folder_id, modseq);
create index message_body on message (body_id);

create table expunged (
  folder_id bigint not null references folder (id) on delete cascade,
  uid       integer not null,
  modseq    bigint not null,
  primary key (folder_id, uid)
);

-- What was accepted from a partner lately, so that a retry after a lost reply is recognised.
create table accepted (
  digest      text primary key,
  accepted_at timestamptz not null
);
create index accepted_at on accepted (accepted_at);

create table queue (
  id         uuid primary key,
  sender     text not null,
  recipient  text not null,
  domain     text not null,
  sealed     bytea not null,
  state      text not null check (state in ('waiting', 'sent', 'failed')),
  attempts   integer not null default 0,
  next_at    timestamptz not null,
  held_until timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  delay_told boolean not null default false,
  last_reply text
);
create index queue_due on queue (next_at) where state = 'waiting';

-- Last good lists, newest last.
create table whitelist_copy (
  id           bigint generated always as identity primary key,
  generated_at timestamptz not null,
  sequence     bigint,
  xml          text not null,
  accepted_at  timestamptz not null
);
