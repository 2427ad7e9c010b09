-- The e-CPS: restricted register of correspondence details, activations, devices and PIN verifiers, approvals, terms, uses.
-- `*_at` is real time; `collected_at` and dates of terms are governance's.

-- The person's own telephone and e-mail, sealed under the vault: a stolen database shows none.
create table e_cps.correspondence (
  national_id text primary key,
  details     bytea not null,
  source      text not null,
  updated_at  timestamptz not null
);

-- A code handed over in a sealed envelope by an enrolment officer who checked the identity.
create table e_cps.sealed_code (
  national_id text primary key,
  digest      text not null,
  attempts    integer not null default 0,
  given_by    text not null,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  used_at     timestamptz
);

-- A link for a new telephone: from the old one, or from the card at the portal. Single use, 90 seconds.
create table e_cps.link (
  digest      text primary key,
  national_id text not null,
  made_by     text not null,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  used_at     timestamptz
);

-- What is sent to a telephone or an e-mail address; content sealed. In the sandbox the visible outbox.
create table e_cps.message (
  id          uuid primary key,
  national_id text not null,
  channel     text not null,
  kind        text not null,
  content     bytea not null,
  created_at  timestamptz not null,
  sent_at     timestamptz
);
create index message_person on e_cps.message (national_id, created_at);

create table e_cps.terms (
  version      text primary key,
  in_force_on  date not null,
  content      jsonb not null,
  digest       text not null,
  published_at timestamptz not null
);

-- One row per answer: accepted, refused, or used after the date (art. 5). Never changed.
create table e_cps.terms_answer (
  id          uuid primary key,
  national_id text not null,
  device_id   uuid,
  version     text not null,
  answer      text not null,
  answered_at timestamptz not null,
  collected_at timestamptz not null
);
create index terms_answer_person on e_cps.terms_answer (national_id, version);

-- A procedure that proves who holds the telephone and the address: activation, removal, new details.
create table e_cps.verification (
  id               uuid primary key,
  purpose          text not null,
  national_id      text not null,
  facts            bytea not null,
  telephone_digest text,
  email_digest     text,
  attempts         integer not null default 0,
  proven_by        text,
  proven_at        timestamptz,
  created_at       timestamptz not null,
  expires_at       timestamptz not null,
  ended_at         timestamptz,
  end_reason       text
);
create index verification_person on e_cps.verification (national_id, created_at);

create table e_cps.device (
  id            uuid primary key,
  national_id   text not null,
  state         text not null,
  public_key    bytea not null,
  pin_salt      bytea not null,
  pin_verifier  bytea not null,
  pin_attempts  integer not null default 0,
  counter       bigint not null default 0,
  activated_by  text not null,
  activated_at  timestamptz not null,
  seen_at       timestamptz,
  ended_at      timestamptz,
  end_reason    text
);
-- One active e-CPS per person (art. 3.1); a blocked one still stands until it is replaced or removed.
create unique index device_one on e_cps.device (national_id) where state in ('active', 'blocked');

-- What identifies the telephone itself: three years from its collection (art. 9).
create table e_cps.device_identifier (
  device_id    uuid primary key,
  name         text not null,
  platform     text not null,
  app_version  text not null,
  push         bytea,
  collected_at timestamptz not null
);

create table e_cps.approval (
  id          uuid primary key,
  national_id text not null,
  device_id   uuid not null,
  client_id   text not null,
  client      jsonb not null,
  place       text not null,
  number      text not null,
  choices     text[] not null,
  quiet       boolean not null,
  kind        text not null,
  environment text not null,
  state       text not null,
  reported    boolean not null default false,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  decided_at  timestamptz
);
create index approval_person on e_cps.approval (national_id, created_at);
create index approval_pending on e_cps.approval (expires_at) where state = 'pending';

-- Technical and functional traces: six years from collection (art. 9), then erased with proof: the digest of each row
-- stands in evidence's sealed traces.
create table e_cps.usage (
  id           uuid primary key,
  national_id  text not null,
  device_id    uuid,
  kind         text not null,
  result       text not null,
  facts        jsonb not null,
  salt         bytea not null,
  real_at      timestamptz not null,
  collected_at timestamptz not null
);
create index usage_person on e_cps.usage (national_id, real_at);
create index usage_collected on e_cps.usage (collected_at);

create table e_cps.maintenance (
  id        uuid primary key,
  starts_at timestamptz not null,
  ends_at   timestamptz not null,
  content   jsonb not null
);

-- The agency's own measures (art. 6 and 12.2).
create table e_cps.measure (
  id          uuid primary key,
  national_id text not null,
  ground      text not null,
  reason      bytea not null,
  actor       text not null,
  taken_at    timestamptz not null,
  lifted_at   timestamptz
);
create index measure_person on e_cps.measure (national_id);

-- Sandbox only: devices without a screen, driven by commands and test suites; key and counter sealed.
create table e_cps.headless (
  national_id text primary key,
  record      bytea not null
);
