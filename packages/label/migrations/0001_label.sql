-- Labelled products: their sheets, builds, assessments, evidence, logos; referentials by versions.
create schema if not exists label;

create table label.product (
  id               uuid primary key,
  reference        text not null unique, -- of its file
  sheet            jsonb not null,
  -- What was signed: only this is ever public.
  signed_sheet     jsonb,
  created_at       timestamptz not null,
  updated_at       timestamptz not null
);

create table label.build (
  product_id  uuid not null references label.product (id),
  number      text not null,
  rank        integer[] not null, -- the number's parts, for its order
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  recorded_at timestamptz not null,
  primary key (product_id, number)
);

create table label.referential (
  id           uuid primary key,
  name         text not null,
  version      text not null,
  fictional    boolean not null,
  digest       text not null,
  imported_at  timestamptz not null,
  published_at timestamptz,
  unique (name, version)
);
create table label.requirement (
  referential_id uuid not null references label.referential (id),
  place       integer not null,
  id          text not null,
  profile     text not null,
  chapter     text not null,
  function    text not null,
  requirement text not null,
  scenario    text not null,
  proof       text not null,
  kind        text not null check (kind in ('must', 'may')),
  level       text not null check (level in ('STD', 'AV')),
  scope       text not null check (scope in ('all', 'homes-only')),
  primary key (referential_id, id)
);

create table label.assessment (
  product_id     uuid not null references label.product (id),
  referential_id uuid not null,
  requirement    text not null,
  claimed        boolean, -- by the candidate
  result         text check (result in ('met', 'not-met', 'not-tested')), -- of the examination
  note           text not null default '',
  examined_by    text,
  examined_at    timestamptz,
  primary key (product_id, referential_id, requirement),
  foreign key (referential_id, requirement) references label.requirement (referential_id, id)
);

create table label.evidence (
  id             uuid primary key,
  product_id     uuid not null references label.product (id),
  referential_id uuid not null,
  requirement    text not null,
  name           text not null,
  type           text not null,
  size           integer not null,
  digest         text not null,
  sealed         bytea not null,
  added_by       text not null,
  added_at       timestamptz not null,
  foreign key (referential_id, requirement) references label.requirement (referential_id, id)
);
create index evidence_product on label.evidence (product_id, requirement);

create table label.logo (
  mark       text primary key,
  product_id uuid not null references label.product (id),
  level      text not null,
  version    text not null,
  svg        bytea not null,
  png        bytea not null,
  svg_digest text not null,
  png_digest text not null,
  made_at    timestamptz not null,
  unique (product_id, level, version)
);
