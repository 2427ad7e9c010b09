-- What the world is told of certificates: one list per authority, and answers signed ahead.
create table pki.list (
  issuer      text primary key,
  number      bigint not null,
  der         bytea not null,
  this_update timestamptz not null,
  next_update timestamptz not null,
  -- A revocation sets it in its own transaction; whoever serves the list next makes a new one.
  stale       boolean not null default false
);

create table pki.ocsp_answer (
  serial      text not null,
  hash        text not null,
  der         bytea not null,
  next_update timestamptz not null,
  primary key (serial, hash)
);
