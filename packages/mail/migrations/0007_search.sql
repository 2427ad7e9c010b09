-- The search index of each mailbox: bit tables of 64 or 512 messages, sealed slab by slab under the mailbox key (search-index.ts).
-- A body says which column of which table is its own; one without is not indexed yet, and is looked at in any case.
create table search_segment (
  id      bigint generated always as identity primary key,
  address text not null references mailbox (address),
  width   smallint not null check (width in (64, 512)),
  sealed  bytea not null
);
-- Slabs are read by their offset, without the rest.
alter table search_segment alter column sealed set storage external;
create index search_segment_address on search_segment (address, width, id);

alter table body add column address text;
alter table body add column segment bigint;
alter table body add column place smallint;
update body b set address = f.address from message m join folder f on f.id = m.folder_id where m.body_id = b.id;
create index body_unindexed on body (address, id) where segment is null;
create unique index body_place on body (segment, place) where segment is not null;
