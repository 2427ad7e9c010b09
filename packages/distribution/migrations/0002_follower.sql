-- Who is told of new versions beside the feed (CPS 13.1): addresses and webhook secrets are sealed.
create table distribution.follower (
  id           uuid primary key,
  file         text not null,
  kind         text not null check (kind in ('email', 'webhook')),
  address      bytea not null,
  secret       bytea, -- of a webhook
  created_at   timestamptz not null,
  last_sent_at timestamptz,
  last_failure text
);
create index follower_file on distribution.follower (file);
