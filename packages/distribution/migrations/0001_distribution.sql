-- Distribution of the API-CPS software: prices, orders, versions, downloads, licences, results.
create schema if not exists distribution;

create table distribution.price_annex (
  id         uuid primary key,
  name       text not null unique,
  items      jsonb not null, -- [{ code, label, cents }]
  created_at timestamptz not null
);

create table distribution.order_counter (year integer primary key, last integer not null);
create table distribution.purchase (
  id           uuid primary key,
  reference    text not null unique,
  file         text not null, -- the contract's reference
  annex_id     uuid not null references distribution.price_annex (id),
  items        jsonb not null, -- [{ code, label, quantity, cents }] as priced on the day
  total_cents  integer not null check (total_cents >= 0),
  payment      text not null check (payment in ('paid', 'means-of-payment')),
  payment_note text not null,
  state        text not null check (state in ('ordered', 'delivering', 'delivered')),
  certificate  text, -- serial of the test server certificate, if it was ordered
  ordered_at   timestamptz not null,
  delivered_at timestamptz,
  invoice      text  -- reference of the document in evidence
);
create index purchase_file on distribution.purchase (file, ordered_at);
create table distribution.test_card (
  number      text primary key,
  purchase_id uuid not null references distribution.purchase (id),
  type        text not null,
  codes       bytea -- sealed; gone once they were handed over
);

create table distribution.version (
  number       text primary key,
  rank         integer[] not null,
  continuity   boolean not null,
  state        text not null check (state in ('draft', 'qualified', 'published', 'prohibited', 'retired')),
  announced_at timestamptz,
  tests        jsonb not null default '[]',
  package      bytea not null,
  package_name text not null,
  digest       text not null,
  signature    text not null,
  manual       bytea not null,
  manual_from  text not null, -- the version whose manual it is: its own, or one carried over by decision
  sources      text not null, -- digest of the sources deposited
  deposit      jsonb,
  prohibition  jsonb,
  created_at   timestamptz not null,
  qualified_at timestamptz,
  published_at timestamptz,
  ended_at     timestamptz
);

create table distribution.download (
  id      uuid primary key,
  version text not null references distribution.version (number),
  file    text, -- null: the agency's own distribution
  person  text not null,
  what    text not null,
  at      timestamptz not null
);
create index download_version on distribution.download (version, file);
create table distribution.visit (file text primary key, at timestamptz not null);

create table distribution.result (
  id       uuid primary key,
  version  text not null references distribution.version (number),
  file     text not null,
  report   text not null,
  signed   boolean not null, -- by a card of the space; any tool's report is accepted (CPS 10.2.5)
  at       timestamptz not null
);

create table distribution.licence (
  id         uuid primary key,
  file       text not null,
  product    text not null,
  facts      bytea not null, -- who, sealed
  territory  text not null,
  delay      jsonb not null, -- { length, unit }, agreed with the professional
  signed_on  date not null,
  version    text references distribution.version (number),
  updated_at timestamptz,
  ended_at   timestamptz
);
create index licence_file on distribution.licence (file, product);
