-- Documents that parties sign, their signatures, and the sealed originals. Names, texts and proofs are sealed (contents.ts).

create table evidence.document (
  id             uuid primary key,
  reference      text not null unique,
  file_id        uuid not null references evidence.file (id),
  file_reference text not null,
  act            text,
  act_payload    jsonb,
  parties        text[] not null,
  generation     integer not null,
  facts          bytea not null,
  bytes          bytea not null,
  digest         text not null,
  drafted_by     text not null,
  drafted_at     timestamptz not null,
  sealed_at      timestamptz,
  last_failure   text
);
create index document_file on evidence.document (file_id);
create index document_unsealed on evidence.document (drafted_at) where sealed_at is null;

-- One signature for each party. What came on paper counts once another person has compared it.
create table evidence.signature (
  document_id  uuid not null references evidence.document (id),
  party        text not null,
  method       text not null check (method in ('passkey', 'card', 'paper')),
  generation   integer not null,
  facts        bytea not null,
  signed_at    timestamptz not null,
  recorded_by  text not null,
  recorded_at  timestamptz not null,
  confirmed_by text,
  confirmed_at timestamptz,
  entry        integer,
  primary key (document_id, party)
);

-- Two originals: each party's, sealed by all.
create table evidence.original (
  document_id uuid not null references evidence.document (id),
  party       text not null,
  generation  integer not null,
  bytes       bytea not null,
  digest      text not null,
  sealed_at   timestamptz not null,
  primary key (document_id, party)
);

-- The seal of a party that has no certificate of its own: issued by the space, its key sealed by the vault.
create table evidence.party_seal (
  party       text primary key,
  sealed_key  bytea not null,
  certificate text not null,
  made_at     timestamptz not null
);
