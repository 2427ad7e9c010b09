-- The list of work is read in the order of urgency that the law says; the law's number is kept beside each obligation.
alter table governance.obligation add column urgency bigint not null default 0;
drop index governance.obligation_work;
create index obligation_work on governance.obligation (urgency, file_id, clock);
