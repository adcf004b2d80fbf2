-- What Orleans' provider for databases needs to keep the members of clusters. It may be run again at any time, in one transaction:
--   psql --single-transaction --file PostgresStore.sql DATABASE
-- All versions of this file work on the same tables. A change that cannot takes another schema.

do $$
begin
  if not exists (select from pg_namespace where nspname = 'offloop') then
    create schema offloop;
  end if;
end
$$;

-- The provider asks for this table by its name, and for the queries by their keys.
create table if not exists offloop.OrleansQuery (
  QueryKey text primary key,
  QueryText text not null
);

-- One row for each cluster. Every change of its members counts the version up, and only who has seen the last version may change them.
create table if not exists offloop.Clusters (
  ClusterId text primary key,
  Version integer not null default 0
);

create table if not exists offloop.Members (
  ClusterId text not null references offloop.Clusters (ClusterId),
  Address text not null,
  Port integer not null,
  Generation integer not null,
  SiloName text not null,
  HostName text not null,
  Status integer not null,
  ProxyPort integer not null,
  SuspectTimes text,
  StartTime timestamptz not null,
  IAmAliveTime timestamptz not null,
  primary key (ClusterId, Address, Port, Generation)
);

insert into offloop.OrleansQuery (QueryKey, QueryText) values

('OffloopVersion', '1'),

('InsertMembershipVersionKey', $query$
  with made as (
    insert into offloop.Clusters (ClusterId) values (@DeploymentId) on conflict do nothing returning 1
  )
  select exists (select from made)
$query$),

('MembershipReadAllKey', $query$
  select Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
  from offloop.Clusters left join offloop.Members using (ClusterId)
  where ClusterId = @DeploymentId
$query$),

('MembershipReadRowKey', $query$
  select Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
  from offloop.Clusters c left join offloop.Members m
    on m.ClusterId = c.ClusterId and Address = @Address and Port = @Port and Generation = @Generation
  where c.ClusterId = @DeploymentId
$query$),

-- The row of the cluster is locked by its change, so of two who have seen the same version one finds another.
('InsertMembershipKey', $query$
  with counted as (
    update offloop.Clusters set Version = Version + 1
    where ClusterId = @DeploymentId and Version = @Version and not exists (
      select from offloop.Members
      where ClusterId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
    returning ClusterId
  ), added as (
    insert into offloop.Members
      (ClusterId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    select ClusterId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from counted
    returning 1
  )
  select exists (select from added)
$query$),

('UpdateMembershipKey', $query$
  with counted as (
    update offloop.Clusters set Version = Version + 1
    where ClusterId = @DeploymentId and Version = @Version and exists (
      select from offloop.Members
      where ClusterId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
    returning ClusterId
  ), changed as (
    update offloop.Members m set Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    from counted
    where m.ClusterId = counted.ClusterId and Address = @Address and Port = @Port and Generation = @Generation
    returning 1
  )
  select exists (select from changed)
$query$),

('UpdateIAmAlivetimeKey', $query$
  update offloop.Members set IAmAliveTime = @IAmAliveTime
  where ClusterId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
$query$),

-- 6 is a silo that is dead.
('CleanupDefunctSiloEntriesKey', $query$
  delete from offloop.Members where ClusterId = @DeploymentId and Status = 6 and IAmAliveTime < @IAmAliveTime
$query$),

-- Only if nothing was written to it since it was read.
('CleanupDefunctSiloEntryKey', $query$
  delete from offloop.Members
  where ClusterId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation and Status = 6
    and StartTime = @StartTime and IAmAliveTime = @IAmAliveTime and SuspectTimes is not distinct from @SuspectTimes
$query$),

('DeleteMembershipTableEntriesKey', $query$
  with gone as (delete from offloop.Members where ClusterId = @DeploymentId)
  delete from offloop.Clusters where ClusterId = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
  select Address, ProxyPort, Generation from offloop.Members
  where ClusterId = @DeploymentId and Status = @Status and ProxyPort > 0
$query$)

on conflict (QueryKey) do update set QueryText = excluded.QueryText where OrleansQuery.QueryText <> excluded.QueryText;
