-- Who stands beside the agency: seat, representative, contact person (MSS, head). Absent for parties made before, and where no
-- instrument asks.
alter table governance.party add column seat text;
alter table governance.party add column representative text;
alter table governance.party add column contact jsonb;
