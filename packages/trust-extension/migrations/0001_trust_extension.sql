-- Who may pass a token to whom. Tokens, keys and secrets are sealed by the vault; what identifies a bearer is a digest.

-- A relying party whose credentials the proxy holds.
create table trust_extension.software (
  client_id   text primary key,
  issuer      text not null,
  certificate text,
  key         bytea,
  secret      bytea,
  key_digest  text,
  apis        text[] not null,
  created_at  timestamptz not null
);

-- A data provider's service. `subject` is that of its client's certificate.
create table trust_extension.api (
  name        text primary key,
  client_id   text not null unique,
  issuer      text not null,
  subject     text not null,
  audience    text not null unique,
  upstream    text not null,
  scopes      text[] not null,
  certificate text,
  key         bytea,
  secret      bytea,
  created_at  timestamptz not null
);

-- A session of the proxy. `id` is the digest of the session id, which is sealed beside it for the traces.
create table trust_extension.session (
  id            text primary key,
  sealed_id     bytea not null,
  client_id     text not null,
  person        text not null,
  session_state text not null,
  tokens        bytea,
  began_at      timestamptz not null,
  used_at       timestamptz not null,
  ends_at       timestamptz not null,
  lease_until   timestamptz,
  ended_at      timestamptz,
  end_reason    text
);
create index session_open on trust_extension.session (client_id) where ended_at is null;

create table trust_extension.api_token (
  session    text not null references trust_extension.session (id) on delete cascade,
  api        text not null,
  token      bytea not null,
  expires_at timestamptz not null,
  primary key (session, api)
);

-- A sign-in by code that has begun: good once.
create table trust_extension.code_request (
  state_digest text primary key,
  client_id    text not null,
  redirect_uri text not null,
  secrets      bytea not null,
  expires_at   timestamptz not null
);

-- What the proxy did, as the conformity check reads it.
create table trust_extension.trace (
  id            uuid primary key,
  at            timestamptz not null,
  type          text not null,
  client_id     text,
  person        text not null,
  address       text not null,
  ports         integer[] not null,
  session       bytea,
  session_state text,
  dn            text,
  api           text,
  method        text,
  path          text,
  collected_at  timestamptz not null
);
create index trace_at on trust_extension.trace (at);
create index trace_collected on trust_extension.trace (collected_at);

-- A chain begins with one token of the provider; `root` is that token, sealed, and goes when it has expired.
create table trust_extension.chain (
  id            uuid primary key,
  issuer        text not null,
  root_digest   text not null unique,
  root          bytea,
  client_id     text not null,
  person        text not null,
  session_state text not null,
  began_at      timestamptz not null,
  ends_at       timestamptz not null
);
create index chain_began on trust_extension.chain (began_at);

-- One act by which a token went from one to another. A token is passed to one API once.
create table trust_extension.pass (
  id             uuid primary key,
  chain          uuid not null references trust_extension.chain (id),
  parent         uuid references trust_extension.pass (id),
  at             timestamptz not null,
  from_client    text not null,
  to_client      text not null,
  api            text not null,
  scope          text not null,
  subject_digest text not null,
  ends_at        timestamptz not null,
  revoked_at     timestamptz,
  unique (api, subject_digest)
);
create index pass_chain on trust_extension.pass (chain);

-- Data given by a connected API on the strength of a pass.
create table trust_extension.service (
  id     uuid primary key,
  at     timestamptz not null,
  pass   uuid not null references trust_extension.pass (id),
  method text not null,
  path   text not null,
  status integer
);
create index service_pass on trust_extension.service (pass);
