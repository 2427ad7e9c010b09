-- Every certificate issued, and its end.
create table pki.certificate (
  serial     text primary key,
  profile    text not null,
  subject    text not null,
  not_before timestamptz not null,
  not_after  timestamptz not null,
  pem        text not null,
  issued_at  timestamptz not null,
  revoked_at timestamptz,
  reason     text
);
create index certificate_subject on pki.certificate (subject);
