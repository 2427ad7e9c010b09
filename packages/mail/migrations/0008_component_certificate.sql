-- Certificates by which components open an applicative mailbox (SASL EXTERNAL): bound by the operator, one by one.
create table component_certificate (
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  address     text not null references mailbox (address),
  holder      text not null,
  subject     text not null,
  not_after   timestamptz not null,
  added_at    timestamptz not null,
  removed_at  timestamptz,
  primary key (fingerprint, address)
);
create index component_certificate_address on component_certificate (address, holder);
