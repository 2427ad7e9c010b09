-- Indexes by table, so that a first load builds those of several tables beside each other.
create function directory.build_person_indexes() returns void language sql as $$
  create unique index if not exists person_key on directory.person (national_id, rev_from);
  create index if not exists person_name on directory.person (family_folded, given_folded, national_id);
  create index if not exists person_given on directory.person (given_folded, family_folded, national_id);
  create index if not exists person_identifier on directory.person (identifier);
  create index if not exists person_revision on directory.person (rev_from, national_id);
  create index if not exists person_closed on directory.person (rev_to) where rev_to <> 2147483647;
  create index if not exists person_local on directory.person (national_id) where source = 1;
$$;
create function directory.build_situation_indexes() returns void language sql as $$
  create index if not exists situation_digest on directory.situation (digest) where source = 0 and rev_to = 2147483647;
  create index if not exists situation_situation on directory.situation (situation_id);
  create index if not exists situation_person on directory.situation (national_id);
  create index if not exists situation_structure on directory.situation (structure_id);
  create index if not exists situation_revision on directory.situation (rev_from);
  create index if not exists situation_closed on directory.situation (rev_to) where rev_to <> 2147483647;
  create index if not exists situation_profession on directory.situation (split_part(record, '|', 10), national_id);
  create index if not exists situation_know_how on directory.situation (split_part(record, '|', 16), national_id) where split_part(record, '|', 16) <> '';
$$;
create function directory.build_structure_indexes() returns void language sql as $$
  create unique index if not exists structure_key on directory.structure (structure_id, rev_from);
  create index if not exists structure_name on directory.structure (name_folded, structure_id);
  create index if not exists structure_finess on directory.structure (finess) where finess <> '';
  create index if not exists structure_siret on directory.structure (siret) where siret <> '';
  create index if not exists structure_legacy on directory.structure (legacy_id) where legacy_id <> '';
  create index if not exists structure_city on directory.structure (city_folded);
  create index if not exists structure_postal on directory.structure (postal_code);
  create index if not exists structure_revision on directory.structure (rev_from, structure_id);
  create index if not exists structure_closed on directory.structure (rev_to) where rev_to <> 2147483647;
$$;
create or replace function directory.build_indexes() returns void language sql as $$
  select directory.build_person_indexes();
  select directory.build_situation_indexes();
  select directory.build_structure_indexes();
$$;
select directory.build_indexes();
