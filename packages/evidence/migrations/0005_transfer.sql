-- Files that came from another space: their chain as it was, the heads of that space, and their papers.
-- A file of another operator is read here and never carried on (an erasure excepted).
alter table evidence.file add column read_only boolean not null default false;

create table evidence.imported_proof (
  file_id uuid primary key references evidence.file (id),
  proofs  jsonb not null
);

-- Letters, documents and originals that an entry names by digest; sealed under the file's key.
create table evidence.kept_paper (
  file_id    uuid not null references evidence.file (id),
  position   integer not null,
  kind       text not null,
  reference  text not null,
  digest     text not null,
  proofs     jsonb not null,
  generation integer not null,
  sealed     bytea not null,
  primary key (file_id, position)
);
