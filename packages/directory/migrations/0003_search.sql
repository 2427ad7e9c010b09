-- Columns of the record that searches ask for; and pages of names.
create or replace function directory.build_indexes() returns void language sql as $$
  create index if not exists person_name on directory.person (family_folded, given_folded, national_id);
  create index if not exists person_given on directory.person (given_folded, family_folded);
  create index if not exists person_identifier on directory.person (identifier);
  create index if not exists person_revision on directory.person (rev_from);
  create index if not exists person_local on directory.person (national_id) where source = 1;
  create index if not exists situation_digest on directory.situation (digest) where source = 0 and rev_to = 2147483647;
  create index if not exists situation_situation on directory.situation (situation_id);
  create index if not exists situation_person on directory.situation (national_id);
  create index if not exists situation_structure on directory.situation (structure_id);
  create index if not exists situation_profession on directory.situation (split_part(record, '|', 10), national_id);
  create index if not exists situation_know_how on directory.situation (split_part(record, '|', 16), national_id) where split_part(record, '|', 16) <> '';
  create index if not exists structure_name on directory.structure (name_folded, structure_id);
  create index if not exists structure_finess on directory.structure (finess) where finess <> '';
  create index if not exists structure_siret on directory.structure (siret) where siret <> '';
  create index if not exists structure_legacy on directory.structure (legacy_id) where legacy_id <> '';
  create index if not exists structure_city on directory.structure (city_folded);
  create index if not exists structure_postal on directory.structure (postal_code);
$$;
create or replace function directory.drop_indexes() returns void language sql as $$
  drop index if exists directory.person_name, directory.person_given, directory.person_identifier, directory.person_revision, directory.person_local,
    directory.situation_digest, directory.situation_situation, directory.situation_person, directory.situation_structure, directory.situation_profession,
    directory.situation_know_how, directory.structure_name, directory.structure_finess, directory.structure_siret, directory.structure_legacy,
    directory.structure_city, directory.structure_postal;
$$;
select directory.build_indexes();

-- Who was registered by the head of a structure, and how the identity was checked: private.
create table directory.local_registration (
  national_id  text collate "C" primary key,
  structure_id text collate "C" not null,
  authority    text collate "C" not null,
  check_made   jsonb not null
);
