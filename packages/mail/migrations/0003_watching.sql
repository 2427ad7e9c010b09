-- A row a minute while the service runs: its availability is measured, not claimed (MSS 5.1).
create table beat (
  minute timestamptz primary key
);
