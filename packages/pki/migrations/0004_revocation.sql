-- Revocations as a list holds them: the revocation writes its own encoded entry (RFC 5280 §5.1.2.6), a list reads them whole.
create table pki.revocation (
  serial    text primary key,
  issuer    text not null,
  not_after timestamptz not null,
  entry     bytea not null
);
create index revocation_issuer on pki.revocation (issuer);

-- Those of before, encoded as `crl.ts` does: serial number with its sign, UTCTime, reason unless unspecified.
insert into pki.revocation (serial, issuer, not_after, entry)
select serial, issuer, not_after, decode('30' || lpad(to_hex(length(body) / 2), 2, '0') || body, 'hex')
  from (
    select serial, issuer, not_after,
           '02' || lpad(to_hex(length(signed) / 2), 2, '0') || signed
           || '170d' || encode(convert_to(to_char(revoked_at at time zone 'UTC', 'YYMMDDHH24MISS') || 'Z', 'UTF8'), 'hex')
           || case reason when 'keyCompromise' then '300c300a0603551d1504030a0101'
                          when 'cACompromise' then '300c300a0603551d1504030a0102'
                          when 'affiliationChanged' then '300c300a0603551d1504030a0103'
                          when 'superseded' then '300c300a0603551d1504030a0104'
                          when 'cessationOfOperation' then '300c300a0603551d1504030a0105'
                          when 'privilegeWithdrawn' then '300c300a0603551d1504030a0109'
                          else '' end as body
      from (
        select *, case when substr(serial, 1, 1) >= '8' then '00' || serial else serial end as signed
          from pki.certificate where revoked_at is not null and issuer <> 'first-root'
      ) as ended
  ) as encoded;

-- Random bytes do not shrink: trying to costs a second on a long list.
alter table pki.list alter column der set storage external;
