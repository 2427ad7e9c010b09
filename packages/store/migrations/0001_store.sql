-- The store's own tables: outbox, cursors of consumers, jobs. `store.migration` is made by the migrator itself.

create table store.outbox (
  seq         bigint generated always as identity primary key,
  topic       text not null,
  subject     text not null,
  subject_seq bigint not null,
  payload     jsonb not null,
  emitted_at  timestamptz not null
);
create index outbox_topic on store.outbox (topic, seq);
create unique index outbox_subject on store.outbox (topic, subject, subject_seq);

create table store.cursor (
  consumer text not null,
  topic    text not null,
  seq      bigint not null,
  primary key (consumer, topic)
);

create table store.job (
  id         uuid primary key,
  name       text not null,
  key        text,
  payload    jsonb not null,
  run_at     timestamptz not null,
  attempts   integer not null default 0,
  held_until timestamptz,
  done_at    timestamptz,
  failed_at  timestamptz,
  last_error text
);
create index job_due on store.job (name, run_at) where done_at is null and failed_at is null;
create unique index job_key on store.job (name, key) where done_at is null and failed_at is null and key is not null;
