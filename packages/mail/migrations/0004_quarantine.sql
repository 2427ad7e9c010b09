-- What the scanner found malware in: refused to its sender, kept sealed for who looks into it, newest thousand.
create table quarantine (
  digest     text primary key,
  at         timestamptz not null,
  direction  text not null check (direction in ('submitted', 'received')),
  sender     text not null,
  recipients text[] not null,
  found      text not null,
  size       integer not null,
  sealed     bytea not null
);
create index quarantine_at on quarantine (at);
