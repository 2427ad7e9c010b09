-- Accounts of officers and vendors: named persons with passkeys. No password, no default account.
create table accounts.account (
  id          uuid primary key,
  name        text not null,
  email       text,
  roles       text[] not null,
  created_at  timestamptz not null,
  disabled_at timestamptz
);

create table accounts.invitation (
  token_digest text primary key,
  account_id   uuid not null references accounts.account (id),
  expires_at   timestamptz not null,
  used_at      timestamptz
);

create table accounts.passkey (
  credential_id text primary key,
  account_id    uuid not null references accounts.account (id),
  public_key    bytea not null,
  counter       bigint not null,
  transports    text[] not null,
  label         text not null,
  created_at    timestamptz not null,
  used_at       timestamptz
);
create index passkey_account on accounts.passkey (account_id);

-- Challenges of ceremonies, single use, five minutes.
create table accounts.challenge (
  id         text primary key,
  challenge  text not null,
  account_id uuid,
  expires_at timestamptz not null
);

create table accounts.session (
  token_digest text primary key,
  account_id   uuid not null references accounts.account (id),
  started_at   timestamptz not null,
  seen_at      timestamptz not null,
  expires_at   timestamptz not null
);
create index session_account on accounts.session (account_id);

create table accounts.api_key (
  id         uuid primary key,
  key_digest text not null unique,
  account_id uuid not null references accounts.account (id),
  role       text not null,
  label      text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index api_key_account on accounts.api_key (account_id);
