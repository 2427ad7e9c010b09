-- What the OpenID provider keeps. `id` is a digest: codes, refresh tokens, session cookies are never in the database.

create table connect.payload (
  model       text not null,
  id          text not null,
  payload     json not null,
  grant_id    text,
  uid         text,
  account     text,
  expires_at  bigint,
  consumed_at bigint,
  primary key (model, id)
);
create index payload_grant on connect.payload (grant_id) where grant_id is not null;
create index payload_uid on connect.payload (uid) where uid is not null;
create index payload_account on connect.payload (account) where account is not null;
create index payload_expiry on connect.payload (expires_at);

create table connect.client (
  id          text primary key,
  environment text not null,
  profile     text not null,
  name        jsonb not null,
  purpose     jsonb not null,
  metadata    jsonb not null,
  secret      bytea,
  created_at  timestamptz not null
);

-- One attempt at a sign-in: the page's, or a CIBA request's.
create table connect.attempt (
  id          text primary key,
  environment text not null,
  kind        text not null,
  client_id   text not null,
  person      text not null,
  approval_id text not null,
  number      text not null,
  period      integer not null default 0,
  place       text not null,
  shared      boolean not null default false,
  expires_at  timestamptz not null,
  polled_at   timestamptz,
  used_at     timestamptz
);
create index attempt_expiry on connect.attempt (expires_at);

-- Who signed in where, by what means, from which device. Kept six years, device identifiers three.
create table connect.sign_in (
  id          uuid primary key,
  at          timestamptz not null,
  environment text not null,
  client_id   text not null,
  person      text not null,
  means       text not null,
  kind        text not null,
  device      text,
  place       text not null,
  result      text not null
);
create index sign_in_person on connect.sign_in (person, at);
create index sign_in_at on connect.sign_in (at);

-- What a client's requests were refused for, and how to mend it.
create table connect.client_log (
  seq         bigint generated always as identity primary key,
  client_id   text not null,
  at          timestamptz not null,
  route       text not null,
  error       text not null,
  description text not null,
  expected    jsonb not null
);
create index client_log_client on connect.client_log (client_id, seq);

-- Versions of the terms of use, and how each client came to be bound by one (PSC 4).
create table connect.terms (
  version      text primary key,
  digest       text not null,
  announced_at timestamptz not null,
  effective_at timestamptz not null
);
create table connect.terms_acceptance (
  client_id text not null,
  version   text not null references connect.terms (version),
  by        text not null,
  at        timestamptz not null,
  primary key (client_id, version)
);
