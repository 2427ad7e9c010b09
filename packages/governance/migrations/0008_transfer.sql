-- Files that came from another space: which, under which reference there, when, by whom; and whether it has another operator.
alter table governance.file add column read_only boolean not null default false;
alter table governance.file add column came_from jsonb;
