-- Sessions of the webmail and sign-ins under way. Times are real. A stolen database opens nothing: only digests are kept.

create table webmail.sign_in (
  state_digest   text primary key,
  browser_digest text not null,
  nonce          text not null,
  sealed_verifier bytea not null,
  created_at     timestamptz not null
);

create table webmail.session (
  digest       text primary key,
  national_id  text not null,
  sealed_facts bytea not null,
  created_at   timestamptz not null,
  used_at      timestamptz not null
);
create index session_created on webmail.session (created_at);
