-- The last entry of a file is asked of its entries: letters and erasures come in without governance, and a copy here fell behind,
-- so that every form of such a file was stale for ever.
alter table governance.file drop column last_seq;
