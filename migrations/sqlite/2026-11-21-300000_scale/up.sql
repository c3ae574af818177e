-- Lists and searches of tables with millions of rows (docs/decisions/0016).

-- Searches ignore case: by a whole text or its beginning in any of these columns.
drop index users__primary_phone;
create index users__lower_id on users (lower(id));
create index users__lower_email on users (lower(primary_email));
create index users__lower_phone on users (lower(primary_phone));

-- By any part: every three letters that follow each other. The index holds no texts, only numbers of users, which
-- unlike those of rows stay when the file is compacted.
create table __user_numbers (
    number integer primary key,
    user_id text not null unique
);
create virtual table __user_grams using fts5 (
    value, content = '', columnsize = 0, detail = none, tokenize = 'trigram'
);
insert into __user_numbers (user_id) select id from users order by created_at, id;
insert into __user_grams (rowid, value)
    select number, id || char(10) || coalesce(username, '') || char(10) || coalesce(primary_email, '') || char(10)
        || coalesce(primary_phone, '') || char(10) || coalesce(name, '')
    from __user_numbers join users on users.id = __user_numbers.user_id;

create trigger users__inserted_grams after insert on users begin
    insert into __user_numbers (user_id) values (new.id);
    insert into __user_grams (rowid, value)
    select number, new.id || char(10) || coalesce(new.username, '') || char(10) || coalesce(new.primary_email, '') || char(10)
        || coalesce(new.primary_phone, '') || char(10) || coalesce(new.name, '')
    from __user_numbers where user_id = new.id;
end;
create trigger users__updated_grams after update of id, username, primary_email, primary_phone, name on users
when new.id is not old.id
    or new.username is not old.username
    or new.primary_email is not old.primary_email
    or new.primary_phone is not old.primary_phone
    or new.name is not old.name
begin
    insert into __user_grams (__user_grams, rowid, value)
    select 'delete', number, old.id || char(10) || coalesce(old.username, '') || char(10) || coalesce(old.primary_email, '') || char(10)
        || coalesce(old.primary_phone, '') || char(10) || coalesce(old.name, '')
    from __user_numbers where user_id = old.id;
    update __user_numbers set user_id = new.id where user_id = old.id;
    insert into __user_grams (rowid, value)
    select number, new.id || char(10) || coalesce(new.username, '') || char(10) || coalesce(new.primary_email, '') || char(10)
        || coalesce(new.primary_phone, '') || char(10) || coalesce(new.name, '')
    from __user_numbers where user_id = new.id;
end;
create trigger users__deleted_grams after delete on users begin
    insert into __user_grams (__user_grams, rowid, value)
    select 'delete', number, old.id || char(10) || coalesce(old.username, '') || char(10) || coalesce(old.primary_email, '') || char(10)
        || coalesce(old.primary_phone, '') || char(10) || coalesce(old.name, '')
    from __user_numbers where user_id = old.id;
    delete from __user_numbers where user_id = old.id;
end;

-- A page of a list names its key: the index alone tells which entries are on it.
drop index logs__newest;
create index logs__newest on logs (created_at, id, key);

-- How many rows there are: the sum over all shards, which only PostgreSQL has several of.
create table row_counts (
    name text not null,
    -- The key of audit entries.
    part text not null,
    shard integer not null,
    count bigint not null,
    primary key (name, part, shard)
);
insert into row_counts (name, part, shard, count) select 'users', '', 0, count(*) from users;
insert into row_counts (name, part, shard, count) select 'logs', key, 0, count(*) from logs group by key;

create trigger users__inserted after insert on users begin
    update row_counts set count = count + 1 where name = 'users' and part = '' and shard = 0;
end;
create trigger users__deleted after delete on users begin
    update row_counts set count = count - 1 where name = 'users' and part = '' and shard = 0;
end;
create trigger logs__inserted after insert on logs begin
    insert into row_counts (name, part, shard, count) values ('logs', new.key, 0, 1)
    on conflict (name, part, shard) do update set count = count + 1;
end;
create trigger logs__deleted after delete on logs begin
    update row_counts set count = count - 1 where name = 'logs' and part = old.key and shard = 0;
end;
