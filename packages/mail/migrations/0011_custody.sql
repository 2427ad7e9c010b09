-- How long things are kept, what a legal hold keeps longer, and who of the operator opened a mailbox with whom.

-- Days; 0 keeps until somebody removes it. Without a row the defaults of the program hold (custody/terms.ts).
create table retention (
  one          boolean primary key default true check (one),
  trash_days   integer not null check (trash_days >= 0),
  junk_days    integer not null check (junk_days >= 0),
  removed_days integer not null check (removed_days >= 0),
  trace_days   integer not null check (trace_days >= 0),
  changed_by   text not null,
  changed_at   timestamptz not null
);

-- What a message's stay in its folder is counted from; those of before count from now on.
alter table message add column saved_at timestamptz not null default now();
-- The key of a removed mailbox is destroyed first, then what was sealed under it.
alter table mailbox add column erased_at timestamptz;
create index mailbox_removed on mailbox (removed_at) where removed_at is not null;
-- Traces grow with time: a few pages say which are old, and cost an insert nothing.
create index act_at on act using brin (at);
create index trail_at on trail using brin (at);

create table legal_hold (
  id         uuid primary key,
  address    text not null references mailbox (address),
  -- Of the request or the procedure, as who asked for it names it.
  reference  text not null,
  reason     text not null,
  tell_owner boolean not null,
  placed_by  text not null,
  placed_at  timestamptz not null,
  -- The decision of two persons that is to lift it, or lifted it.
  decision   text,
  lift_reason text,
  lifting_by text,
  lifted_by  text,
  lifted_at  timestamptz
);
create index legal_hold_address on legal_hold (address) where lifted_at is null;

-- What was removed under a hold moves here: a folder of no mailbox, which no user's statement finds; its bodies stay as they are.
alter table folder alter column address drop not null;
alter table folder add column kept_of text references mailbox (address);
alter table folder add constraint folder_of_one check ((address is null) <> (kept_of is null));
create unique index folder_kept on folder (kept_of, name) where kept_of is not null;

-- An administrator's access to content: asked by one, opened by another, read-only, until it ends.
create table content_access (
  id         uuid primary key,
  address    text not null references mailbox (address),
  folder     text,
  since      timestamptz,
  before     timestamptz,
  -- Fingerprint of the one message.
  message    text,
  reason     text not null,
  asked_by   text not null,
  asked_at   timestamptz not null,
  ends_at    timestamptz not null,
  decision   text not null,
  opened_by  text,
  opened_at  timestamptz,
  closed_by  text,
  closed_at  timestamptz,
  -- When the owner was told; later than it was opened under a hold that is kept secret.
  told_at    timestamptz
);
create index content_access_address on content_access (address, asked_at);
-- No foreign key: acts are copied by a transfer of the domain, accesses are not.
alter table act add column access uuid;

-- What retention erased: counts and one digest over the fingerprints, no content.
create table erasure (
  id      bigint generated always as identity primary key,
  at      timestamptz not null,
  rule    text not null,
  address text,
  count   integer not null,
  bytes   bigint not null,
  digest  text not null
);
