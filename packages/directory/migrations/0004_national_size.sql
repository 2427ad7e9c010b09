-- National size: what a resource says of a person in the person's own row, digests of standing lines kept packed, and every
-- index of the large tables built after a first load.

-- Columns 10 to 17 of the person's lines (profession, category, know-how), each once, one per line of text, sorted.
alter table directory.person add column exercises text not null default '';
update directory.person p set exercises = coalesce((
  select string_agg(t.exercise, E'\n' order by t.exercise)
    from (select distinct array_to_string((string_to_array(s.record, '|'))[10:17], '|') as exercise
            from directory.situation s where s.national_id = p.national_id and s.rev_to = 2147483647) t
   where t.exercise <> '|||||||'), '')
 where p.rev_to = 2147483647 and p.active;
-- Nothing compared it.
alter table directory.person drop column digest;

-- The digests of the lines that stand after a load, eight bytes each, so that the next one need not ask every row.
-- Good while no line of an extraction was written or closed since `revision`.
create table directory.standing (
  layout   text not null,
  part     integer not null,
  revision integer not null,
  digests  bytea not null,
  primary key (layout, part)
);
alter table directory.standing alter column digests set storage external;

-- Indexes, so that the large tables are bare while a first load fills them.
alter table directory.person drop constraint person_pkey;
alter table directory.structure drop constraint structure_pkey;
drop index directory.person_given;
create or replace function directory.build_indexes() returns void language sql as $$
  create unique index if not exists person_key on directory.person (national_id, rev_from);
  create index if not exists person_name on directory.person (family_folded, given_folded, national_id);
  create index if not exists person_given on directory.person (given_folded, family_folded, national_id);
  create index if not exists person_identifier on directory.person (identifier);
  create index if not exists person_revision on directory.person (rev_from);
  create index if not exists person_closed on directory.person (rev_to) where rev_to <> 2147483647;
  create index if not exists person_local on directory.person (national_id) where source = 1;
  create index if not exists situation_digest on directory.situation (digest) where source = 0 and rev_to = 2147483647;
  create index if not exists situation_situation on directory.situation (situation_id);
  create index if not exists situation_person on directory.situation (national_id);
  create index if not exists situation_structure on directory.situation (structure_id);
  create index if not exists situation_revision on directory.situation (rev_from);
  create index if not exists situation_closed on directory.situation (rev_to) where rev_to <> 2147483647;
  create index if not exists situation_profession on directory.situation (split_part(record, '|', 10), national_id);
  create index if not exists situation_know_how on directory.situation (split_part(record, '|', 16), national_id) where split_part(record, '|', 16) <> '';
  create unique index if not exists structure_key on directory.structure (structure_id, rev_from);
  create index if not exists structure_name on directory.structure (name_folded, structure_id);
  create index if not exists structure_finess on directory.structure (finess) where finess <> '';
  create index if not exists structure_siret on directory.structure (siret) where siret <> '';
  create index if not exists structure_legacy on directory.structure (legacy_id) where legacy_id <> '';
  create index if not exists structure_city on directory.structure (city_folded);
  create index if not exists structure_postal on directory.structure (postal_code);
  create index if not exists structure_revision on directory.structure (rev_from);
  create index if not exists structure_closed on directory.structure (rev_to) where rev_to <> 2147483647;
$$;
create or replace function directory.drop_indexes() returns void language sql as $$
  drop index if exists directory.person_key, directory.person_name, directory.person_given, directory.person_identifier, directory.person_revision,
    directory.person_closed, directory.person_local, directory.situation_digest, directory.situation_situation, directory.situation_person,
    directory.situation_structure, directory.situation_revision, directory.situation_closed, directory.situation_profession, directory.situation_know_how,
    directory.structure_key, directory.structure_name, directory.structure_finess, directory.structure_siret, directory.structure_legacy,
    directory.structure_city, directory.structure_postal, directory.structure_revision, directory.structure_closed;
$$;
select directory.build_indexes();
