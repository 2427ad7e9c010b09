-- Loads of extractions, what they touch, and mailbox publication.

create table directory.load (
  id          uuid primary key,
  revision    integer not null,
  layout      text not null,
  file        text not null, -- its name, without its folder
  started_at  timestamptz not null,
  finished_at timestamptz,
  state       text not null check (state in ('running', 'shown', 'refused', 'abandoned')),
  lines       integer not null default 0,
  report      jsonb not null default '{}'
);
create index load_layout on directory.load (layout, started_at desc);

-- Whose lines a running load added or closed; looked at again before it is shown.
create table directory.touched (
  kind text not null check (kind in ('person', 'structure')),
  key  text collate "C" not null,
  primary key (kind, key)
);

-- A process that loads says so until this instant; after it, another may take over and clean up.
alter table directory.state add column held_until timestamptz;

create index situation_revision on directory.situation (rev_from);
create index situation_closed on directory.situation (rev_to) where rev_to <> 2147483647;
create index person_closed on directory.person (rev_to) where rev_to <> 2147483647;
create index structure_revision on directory.structure (rev_from);
create index structure_closed on directory.structure (rev_to) where rev_to <> 2147483647;
create index know_how_revision on directory.know_how (rev_from);
create index know_how_closed on directory.know_how (rev_to) where rev_to <> 2147483647;
create index diploma_revision on directory.diploma (rev_from);
create index diploma_closed on directory.diploma (rev_to) where rev_to <> 2147483647;

create table directory.mailbox (
  mailbox_id    text collate "C" not null, -- of address and holder: an address may have several holders
  rev_from      integer not null,
  rev_to        integer not null default 2147483647,
  source        smallint not null,         -- 0 national extraction, 1 an operator of this space
  digest        bigint not null,
  address       text collate "C" not null, -- lower case
  kind          text not null check (kind in ('PER', 'ORG', 'APP', 'CAB')),
  national_id   text collate "C",
  structure_id  text collate "C",
  operator      text,                      -- key of who published it
  service       text not null default '',
  description   text not null default '',
  responsible   text,                      -- private: never leaves by a public surface
  red_list      boolean not null default false,
  paperless     text not null default '',
  rank          smallint not null default 1,
  local_check   jsonb,                     -- private: how the local registration authority checked the identity
  record        text not null default ''   -- the 31 columns, when an extraction said it
);
create index mailbox_id on directory.mailbox (mailbox_id);
-- An operator publishes an address once; extractions repeat some.
create unique index mailbox_published on directory.mailbox (address) where source = 1 and rev_to = 2147483647;
create index mailbox_address on directory.mailbox (address);
create index mailbox_person on directory.mailbox (national_id) where national_id is not null;
create index mailbox_structure on directory.mailbox (structure_id) where structure_id is not null;
create index mailbox_digest on directory.mailbox (digest) where source = 0 and rev_to = 2147483647;
create index mailbox_revision on directory.mailbox (rev_from);
create index mailbox_closed on directory.mailbox (rev_to) where rev_to <> 2147483647;
create index mailbox_operator on directory.mailbox (operator, address) where operator is not null;
