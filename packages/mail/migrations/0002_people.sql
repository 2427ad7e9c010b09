-- Who uses a mailbox, what each did there, and the trail of each message.

-- MSS 3, 6.2: persons of a mailbox, each signing in as oneself; the technical component of an applicative one.
create table mailbox_user (
  address    text not null references mailbox (address),
  holder     text not null,
  kind       text not null check (kind in ('person', 'component')),
  may_send   boolean not null default true,
  added_at   timestamptz not null,
  removed_at timestamptz,
  primary key (address, holder)
);

alter table app_password add column holder text;

-- MSS 5.1: the evidence agreement, accepted before a first use, by version.
create table agreement (
  holder      text not null,
  version     text not null,
  accepted_at timestamptz not null,
  how         text not null,
  primary key (holder, version)
);

-- Fingerprint of the message as its sender wrote it; by it the trail and the acts are found.
alter table message add column digest text;
create index message_digest on message (digest);

-- Read state of each person in a mailbox that several use.
create table seen (
  folder_id bigint not null,
  uid       integer not null,
  holder    text not null,
  primary key (folder_id, uid, holder),
  foreign key (folder_id, uid) references message (folder_id, uid) on delete cascade
);

-- Who did what, written with what was done.
create table act (
  id      bigint generated always as identity primary key,
  at      timestamptz not null,
  address text not null,
  holder  text not null,
  what    text not null,
  folder  text,
  digest  text
);
create index act_address on act (address, id);
create index act_digest on act (digest);

-- Route of a message: submitted, queued, sent, received, delivered, refused, receipt.
create table trail (
  id        bigint generated always as identity primary key,
  at        timestamptz not null,
  digest    text not null,
  -- Hash of the Message-ID: receipts name it.
  reference text,
  what      text not null,
  facts     jsonb not null
);
create index trail_digest on trail (digest);
create index trail_reference on trail (reference);

alter table queue add column digest text;

-- Mailboxes made before persons were named: who answers for them uses them.
insert into mailbox_user (address, holder, kind, added_at)
select address, coalesce(responsible, address), case when responsible is null then 'component' else 'person' end, created_at from mailbox;
