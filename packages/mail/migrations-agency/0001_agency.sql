-- The agency's side of mail: whose certificate speaks for a domain, every list that was published, what operators report.

create table listed (
  domain           text primary key,
  certificate_name text not null,
  holder           text not null,
  listed_at        timestamptz not null
);

create table list_history (
  sequence     bigint primary key,
  generated_at timestamptz not null,
  domains      integer not null,
  xml          text not null,
  jws          text not null
);

-- Monthly indicators as an operator sent them (MSS 5.1).
create table indicator_report (
  domain      text not null,
  month       text not null,
  report      jsonb not null,
  received_at timestamptz not null,
  primary key (domain, month)
);

-- Incidents as operators report them, with the end of the twenty-four hours (MSS 5.1).
create table incident (
  id            uuid primary key,
  domain        text not null,
  kind          text not null,
  identified_at timestamptz not null,
  due_at        timestamptz not null,
  reported_at   timestamptz,
  channel       text,
  -- Counts and fingerprints only: no address, no content.
  facts         jsonb not null,
  closed_at     timestamptz
);
create index incident_domain on incident (domain, identified_at);
