-- Evidence larger than a request comes in parts, sealed each; they become one piece or go.
create table label.upload (
  id             uuid primary key,
  product_id     uuid not null references label.product (id),
  referential_id uuid not null,
  requirement    text not null,
  name           text not null,
  size           integer not null,
  digest         text not null,
  added_by       text not null,
  started_at     timestamptz not null
);
create table label.upload_part (
  upload_id uuid not null references label.upload (id) on delete cascade,
  part      integer not null,
  sealed    bytea not null,
  primary key (upload_id, part)
);
