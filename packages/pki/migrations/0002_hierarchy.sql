-- The hierarchy's certificates, and for each certificate who issued it and for whom.
create table pki.authority (
  code      text primary key,
  pem       text not null,
  made_at   timestamptz not null
);

alter table pki.certificate add column issuer text not null default 'first-root';
-- Who a certificate was made for, as its room names it (`server localhost`, `card 899…`); for look-ups and renewal.
alter table pki.certificate add column holder text;
create index certificate_holder on pki.certificate (profile, holder);
create index certificate_revoked on pki.certificate (issuer, revoked_at) where revoked_at is not null;
