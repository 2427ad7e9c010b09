-- Retention counts by governance's clock, from the collection of each item.
alter table connect.sign_in add column collected_at timestamptz;
update connect.sign_in set collected_at = at;
alter table connect.sign_in alter column collected_at set not null;
create index sign_in_collected on connect.sign_in (collected_at);
