-- Lists and searches of tables with millions of rows (docs/decisions/0016).

-- Searches ignore case: by a whole text or its beginning in any of these columns. LIKE reads an index for a
-- beginning only in this operator class, whatever the collation.
drop index users__id_beginning;
drop index users__email_beginning;
drop index users__primary_phone;
create index users__lower_id on users (lower(id) text_pattern_ops);
create index users__lower_email on users (lower(primary_email) text_pattern_ops);
create index users__lower_phone on users (lower(primary_phone) text_pattern_ops);

-- By any part: every three letters that follow each other. What pg_trgm does, without an extension. The cost is
-- so high that no plan reads a table with it.
create function text_grams(value text) returns text[]
    language plpgsql immutable strict parallel safe cost 10000 as $$
declare
    grams text[] := '{}';
begin
    for number in 1 .. length(value) - 2 loop
        grams[number] := substr(value, number, 3);
    end loop;
    return grams;
end
$$;
create index users__grams on users using gin (text_grams(lower(
    id || e'\n' || coalesce(username, '') || e'\n' || coalesce(primary_email, '') || e'\n'
    || coalesce(primary_phone, '') || e'\n' || coalesce(name, '')
))) with (gin_pending_list_limit = 256);

-- A page of a list names its key: the index alone tells which entries are on it.
drop index logs__newest;
create index logs__newest on logs (created_at, id, key);

-- How many rows there are. The sum over all shards counts: two connections seldom write the same one.
create table row_counts (
    name text not null,
    -- The key of audit entries.
    part text not null,
    shard integer not null,
    count bigint not null,
    primary key (name, part, shard)
) with (fillfactor = 50);

create function count_users() returns trigger language plpgsql as $$
declare
    difference bigint := (select count(*) from changed);
begin
    if tg_op = 'DELETE' then
        difference := -difference;
    end if;
    if difference <> 0 then
        insert into row_counts (name, part, shard, count)
        values ('users', '', pg_backend_pid() % 32, difference)
        on conflict (name, part, shard) do update set count = row_counts.count + excluded.count;
    end if;
    return null;
end
$$;
create trigger users__inserted after insert on users
    referencing new table as changed for each statement execute function count_users();
create trigger users__deleted after delete on users
    referencing old table as changed for each statement execute function count_users();

-- In order, so that two connections cannot wait for each other.
create function count_logs() returns trigger language plpgsql as $$
declare
    sign integer := case tg_op when 'DELETE' then -1 else 1 end;
begin
    insert into row_counts (name, part, shard, count)
    select 'logs', key, pg_backend_pid() % 32, sign * count(*) from changed
    group by key order by key collate "C"
    on conflict (name, part, shard) do update set count = row_counts.count + excluded.count;
    return null;
end
$$;
create trigger logs__inserted after insert on logs
    referencing new table as changed for each statement execute function count_logs();
create trigger logs__deleted after delete on logs
    referencing old table as changed for each statement execute function count_logs();

-- The triggers keep other writers out until this is committed.
insert into row_counts (name, part, shard, count) select 'users', '', 0, count(*) from users;
insert into row_counts (name, part, shard, count) select 'logs', key, 0, count(*) from logs group by key;
