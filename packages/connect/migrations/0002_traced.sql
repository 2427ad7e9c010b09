-- A sign-in is kept the moment it happens; its digest goes to the sealed traces with others, some seconds later.
alter table connect.sign_in add column traced boolean not null default false;
create index sign_in_untraced on connect.sign_in (id) where not traced;
