-- What is sealed does not compress: PostgreSQL is not to try.
alter table body alter column sealed set storage external;
alter table message alter column structure set storage external;
alter table queue alter column sealed set storage external;
