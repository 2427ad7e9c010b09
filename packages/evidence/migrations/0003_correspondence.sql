-- Registered letters, the intake list, decisions by two officers. Names, addresses and texts are sealed (contents.ts).

create table evidence.reference_counter (
  prefix text not null,
  year   integer not null,
  last   integer not null,
  primary key (prefix, year)
);

create table evidence.letter (
  id            uuid primary key,
  reference     text not null unique,
  file_id       uuid not null references evidence.file (id),
  file_reference text not null,
  -- The act of the instrument that this letter performs, when it performs one, and the entry that records it.
  act           text,
  act_payload   jsonb,
  clause        text,
  channel       text not null,
  carrier       text not null check (carrier in ('electronic', 'paper')),
  sender        text not null,
  sent_by       text not null,
  recipient     text not null,
  state         text not null,
  tracking      text,
  generation    integer not null,
  facts         bytea not null,
  document      bytea not null,
  digest        text not null,
  prepared_at   timestamptz not null,
  presented_at  timestamptz,
  expires_at    timestamptz,
  entry         integer
);
create index letter_file on evidence.letter (file_id);
create index letter_recipient on evidence.letter (recipient, state);
create index letter_expiring on evidence.letter (expires_at) where state = 'notified';

-- What happened to a letter. What paper says counts once a second person has confirmed it.
create table evidence.letter_event (
  letter_id    uuid not null references evidence.letter (id),
  seq          integer not null,
  event        text not null,
  happened_at  timestamptz not null,
  recorded_at  timestamptz not null,
  recorded_by  text not null,
  tracking     text,
  generation   integer,
  scan         bytea,
  scan_type    text,
  scan_digest  text,
  confirmed_at timestamptz,
  confirmed_by text,
  rejected_at  timestamptz,
  proof        text,
  entry        integer,
  primary key (letter_id, seq)
);

create table evidence.intake (
  id          uuid primary key,
  reference   text not null unique,
  channel     text not null,
  received_at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  generation  integer not null,
  facts       bytea not null,
  document    bytea,
  document_type text,
  digest      text,
  file_reference text,
  clause      text,
  entry       integer,
  tied_at     timestamptz,
  tied_by     text,
  set_aside_at timestamptz,
  set_aside_by text,
  set_aside_reason text
);
create index intake_open on evidence.intake (received_at) where tied_at is null and set_aside_at is null;

create table evidence.decision (
  id          uuid primary key,
  reference   text not null unique,
  kind        text not null,
  file_reference text,
  clause      text not null,
  facts       jsonb not null,
  reason      text not null,
  state       text not null check (state in ('proposed', 'confirmed', 'refused', 'expired')),
  urgent      boolean not null,
  proposed_by text not null,
  proposed_at timestamptz not null,
  expires_at  timestamptz not null,
  decided_by  text,
  decided_at  timestamptz,
  review_due  timestamptz,
  reviewed_by text,
  reviewed_at timestamptz,
  review_outcome text check (review_outcome in ('upheld', 'lifted')),
  review_reason text
);
create index decision_open on evidence.decision (expires_at) where state = 'proposed';
create index decision_review on evidence.decision (review_due) where urgent and reviewed_at is null;
