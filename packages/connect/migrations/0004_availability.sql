-- Minutes in which the service worked, and maintenance announced beforehand (PSC 6).
create table connect.minute (
  at timestamptz primary key
);
create table connect.maintenance (
  id           uuid primary key,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  text         jsonb not null,
  announced_at timestamptz not null
);
create index maintenance_end on connect.maintenance (ends_at);
