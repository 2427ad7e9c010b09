-- Cards of the space. `sealed` holds the two private keys and the two codes under the vault's master key;
-- tries and written files change with use, and are kept before the card's answer is let out.
create table card.card (
  number                text primary key check (number ~ '^[0-9]{10}$'),
  national_id           text not null,
  type                  text not null check (type in ('CPS', 'CPF', 'CDE', 'CPE', 'CPA')),
  version               text not null,
  holder                jsonb not null,
  authentication        bytea not null,
  signature             bytea not null,
  authentication_serial text not null,
  signature_serial      text not null,
  sealed                bytea not null,
  pin_tries             integer not null check (pin_tries between 0 and 3),
  puk_tries             integer not null check (puk_tries between 0 and 5),
  written               jsonb not null default '{}',
  valid_from            timestamptz not null,
  valid_until           timestamptz not null,
  created_at            timestamptz not null,
  revoked_at            timestamptz,
  -- Where it is inserted, by which process, until when unless that process says so again.
  reader                text unique,
  lease                 uuid,
  lease_until           timestamptz
);
create index card_person on card.card (national_id);
