-- A job asked for once more while its namesake is at work: when that ends, the row waits again, with what was asked for last.
alter table store.job
  add column again_at      timestamptz,
  add column again_payload jsonb;
