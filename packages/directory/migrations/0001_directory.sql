-- Registers by revision: a row is seen by a reader of snapshot (current, pending) when
--   rev_from <= current and rev_from <> pending and (rev_to > current or rev_to = pending).
-- A load writes its rows in batches under the pending number, which nobody sees; one update of `state` shows them all.

create table directory.revision (
  number     integer primary key,
  cause      text not null check (cause in ('load', 'edit')),
  made_at    timestamptz not null,
  -- Null while a load is under way, or when it was abandoned.
  visible_at timestamptz
);
create index revision_visible on directory.revision (visible_at);

create table directory.state (
  one     boolean primary key default true check (one),
  current integer not null,
  pending integer not null default -1
);
insert into directory.state (current) values (0);

create table directory.person (
  national_id             text collate "C" not null,
  rev_from                integer not null,
  rev_to                  integer not null default 2147483647,
  source                  smallint not null, -- 0 national extraction, 1 local (sandbox people)
  digest                  bigint not null,   -- of what the register says of the person
  id_type                 text not null,
  identifier              text collate "C" not null,
  family_name             text not null,
  given_name              text not null,
  family_folded           text collate "C" not null,
  given_folded            text collate "C" not null,
  civility_code           text not null default '',
  civility_label          text not null default '',
  exercise_civility_code  text not null default '',
  exercise_civility_label text not null default '',
  birth_name              text not null default '',
  active                  boolean not null default true,
  test_person             boolean not null default false,
  subject_id              uuid,              -- null: derived from the national identifier
  primary key (national_id, rev_from)
);

-- One line of Personne_activite: the register's 56 columns as they are, in `record`, joined by |.
create table directory.situation (
  digest       bigint not null,
  situation_id text collate "C" not null, -- stable while person, profession, structure, mode, kind and role stay
  national_id  text collate "C" not null,
  structure_id text collate "C",
  source       smallint not null,
  rev_from     integer not null,
  rev_to       integer not null default 2147483647,
  record       text not null
);

create table directory.know_how (
  digest      bigint not null,
  national_id text collate "C" not null,
  source      smallint not null,
  rev_from    integer not null,
  rev_to      integer not null default 2147483647,
  record      text not null
);

create table directory.diploma (
  digest      bigint not null,
  national_id text collate "C" not null,
  source      smallint not null,
  rev_from    integer not null,
  rev_to      integer not null default 2147483647,
  record      text not null
);

create table directory.structure (
  structure_id  text collate "C" not null,
  rev_from      integer not null,
  rev_to        integer not null default 2147483647,
  source        smallint not null,
  digest        bigint not null,
  name          text not null,
  name_folded   text collate "C" not null,
  legacy_id     text collate "C" not null default '',
  finess        text collate "C" not null default '',
  finess_legal  text collate "C" not null default '',
  siret         text collate "C" not null default '',
  siren         text collate "C" not null default '',
  city_folded   text collate "C" not null default '',
  postal_code   text collate "C" not null default '',
  active        boolean not null default true,
  record        text not null, -- columns 20 to 48 and the sector of activity
  primary key (structure_id, rev_from)
);

-- A former national identifier of a person (change of register, correction): look-ups by it find the person.
create table directory.former_id (
  national_id text collate "C" primary key,
  now         text collate "C" not null,
  since       timestamptz not null
);
create index former_id_now on directory.former_id (now);

-- What a shown load has still to announce as events, in small transactions.
create table directory.announcement (
  revision    integer not null,
  national_id text collate "C" not null,
  gone        boolean not null,
  primary key (revision, national_id)
);

-- Search indexes, apart so that a first load on PostgreSQL may build them after the rows.
create function directory.build_indexes() returns void language sql as $$
  create index if not exists person_name on directory.person (family_folded, given_folded, national_id);
  create index if not exists person_given on directory.person (given_folded, family_folded);
  create index if not exists person_identifier on directory.person (identifier);
  create index if not exists person_revision on directory.person (rev_from);
  create index if not exists person_local on directory.person (national_id) where source = 1;
  create index if not exists situation_digest on directory.situation (digest) where source = 0 and rev_to = 2147483647;
  create index if not exists situation_situation on directory.situation (situation_id);
  create index if not exists situation_person on directory.situation (national_id);
  create index if not exists situation_structure on directory.situation (structure_id);
  create index if not exists structure_name on directory.structure (name_folded, structure_id);
  create index if not exists structure_finess on directory.structure (finess) where finess <> '';
  create index if not exists structure_siret on directory.structure (siret) where siret <> '';
  create index if not exists structure_legacy on directory.structure (legacy_id) where legacy_id <> '';
  create index if not exists structure_city on directory.structure (city_folded);
  create index if not exists structure_postal on directory.structure (postal_code);
$$;
create function directory.drop_indexes() returns void language sql as $$
  drop index if exists directory.person_name, directory.person_given, directory.person_identifier, directory.person_revision, directory.person_local,
    directory.situation_digest, directory.situation_situation, directory.situation_person, directory.situation_structure,
    directory.structure_name, directory.structure_finess, directory.structure_siret, directory.structure_legacy, directory.structure_city, directory.structure_postal;
$$;
select directory.build_indexes();
create index know_how_digest on directory.know_how (digest) where source = 0 and rev_to = 2147483647;
create index know_how_person on directory.know_how (national_id);
create index diploma_digest on directory.diploma (digest) where source = 0 and rev_to = 2147483647;
create index diploma_person on directory.diploma (national_id);
