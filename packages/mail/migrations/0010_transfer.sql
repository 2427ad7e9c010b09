-- The transfer of a domain to another operator (MSS 13), at both of its ends, and what closes the domain while it moves.

create table transfer (
  id               uuid primary key,
  role             text not null check (role in ('source', 'target')),
  state            text not null,
  started_at       timestamptz not null,
  changed_at       timestamptz not null,
  -- Who takes over, and where its gateway is.
  organisation     text not null default '',
  gateway          text,
  -- Target: where the source gives what it has.
  place            text,
  -- Key of this end for this transfer, sealed by the vault, with its certificate; fingerprint of the other end's.
  sealed_key       bytea not null,
  certificate      text not null,
  peer             text,
  -- The invitation's secret: its digest at the source, itself sealed at the target.
  secret           bytea not null,
  -- The domain's certificate for its new operator: the public half at the source, the key sealed at the target.
  mail_key         bytea,
  mail_certificate text,
  -- What was compared, how far it is, what went wrong last; no address, no content.
  facts            jsonb not null default '{}'
);
-- One at a time.
create unique index transfer_live on transfer ((true)) where state not in ('cancelled', 'withdrawn', 'received');

-- How far the target is, written with what it stored.
create table transfer_cursor (
  transfer_id uuid not null references transfer (id) on delete cascade,
  what        text not null,
  reached     jsonb not null,
  primary key (transfer_id, what)
);

-- While a domain moves, nothing of it is written, whichever process or path tries: the store itself refuses. Enabling a trigger waits
-- for who is writing, and costs nothing while it is disabled. The target's own copying says so in its transaction.
create function frozen() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('cercle.transfer', true), '') <> tg_table_schema then
    raise exception 'the domain is being transferred' using errcode = 'CE451';
  end if;
  return null;
end
$$;
create trigger frozen before insert or update or delete on mailbox for each statement execute function frozen();
alter table mailbox disable trigger frozen;
create trigger frozen before insert or update or delete on component_certificate for each statement execute function frozen();
alter table component_certificate disable trigger frozen;
create trigger frozen before insert or update or delete on mailbox_user for each statement execute function frozen();
alter table mailbox_user disable trigger frozen;
create trigger frozen before insert or update or delete on app_password for each statement execute function frozen();
alter table app_password disable trigger frozen;
create trigger frozen before insert or update or delete on agreement for each statement execute function frozen();
alter table agreement disable trigger frozen;
create trigger frozen before insert or update or delete on folder for each statement execute function frozen();
alter table folder disable trigger frozen;
create trigger frozen before insert or update or delete on message for each statement execute function frozen();
alter table message disable trigger frozen;
create trigger frozen before insert or update or delete on expunged for each statement execute function frozen();
alter table expunged disable trigger frozen;
create trigger frozen before insert or update or delete on seen for each statement execute function frozen();
alter table seen disable trigger frozen;
create trigger frozen before insert or update or delete on act for each statement execute function frozen();
alter table act disable trigger frozen;
create trigger frozen before insert or update or delete on trail for each statement execute function frozen();
alter table trail disable trigger frozen;
create trigger frozen before insert or update or delete on accepted for each statement execute function frozen();
alter table accepted disable trigger frozen;
create trigger frozen before insert or update or delete on queue for each statement execute function frozen();
alter table queue disable trigger frozen;
create trigger frozen before insert or update or delete on quarantine for each statement execute function frozen();
alter table quarantine disable trigger frozen;
-- Bodies come and go with their messages; the search index may go on writing where they are in it.
create trigger frozen before insert or delete on body for each statement execute function frozen();
alter table body disable trigger frozen;
