-- Large messages lie as pieces, sealed one by one while they arrive under a key of their own. Who has the message (a body, a row of the
-- queue, the quarantine) holds that key, sealed under a key of its own: a content that nobody refers to is noise, and is swept.
create table content (
  id       uuid primary key,
  begun_at timestamptz not null
);

-- Some pieces one behind the other; they are read by their offset, without the rest.
create table block (
  content uuid not null references content (id) on delete cascade,
  n       integer not null,
  sealed  bytea not null,
  primary key (content, n)
);
alter table block alter column sealed set storage external;

alter table body add column content uuid references content (id);
alter table queue add column content uuid references content (id);
alter table quarantine add column content uuid references content (id);
create index body_content on body (content) where content is not null;
create index queue_content on queue (content) where content is not null;
create index quarantine_content on quarantine (content) where content is not null;
