-- A test card whose directory lists the signature key and certificate only: what a sign-in must refuse with the reason.
alter table card.card add signature_only boolean not null default false;
