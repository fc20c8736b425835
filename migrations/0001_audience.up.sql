-- Users and what is known of them. A LINE user id belongs to a LINE provider,
-- so one database serves the channels of one provider's audience.
create table users (
    id         bigint generated always as identity primary key,
    user_id    text unique,
    line_id    text unique check (line_id ~ '^U[0-9a-f]{32}$'),
    attributes jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_have_an_id check (user_id is not null or line_id is not null)
);

-- Each change of identity: a line_id that moved, or two rows that became one.
create table user_identity_log (
    id          bigint generated always as identity primary key,
    users_id    bigint not null,
    what        text not null check (what in ('line_id_changed', 'merged')),
    old_line_id text,
    new_line_id text,
    merged_id   bigint, -- the row that went away, for 'merged'
    at          timestamptz not null default now(),
    -- Whether a run's audience was read before or after the change: see
    -- runs.snapshot. Times cannot tell, because transactions overlap.
    xid         xid8 not null default pg_current_xact_id()
);
create index user_identity_log_users_id on user_identity_log (users_id);
-- A run frozen before a merge still names the row that went away.
create index user_identity_log_merged_id on user_identity_log (merged_id) where merged_id is not null;

-- The catalogue of attribute names: it feeds the segment builder, completion
-- and lint, and never decides what may be stored.
create table attributes (
    name       text primary key,
    type       text not null check (type in ('string', 'number', 'bool', 'datetime', 'array', 'object')),
    source     text not null default 'api' check (source in ('api', 'import', 'sync', 'person')),
    first_seen timestamptz not null default now(),
    last_seen  timestamptz not null default now(),
    drift      bigint not null default 0 -- values seen that did not match type
);

-- A file is stored before anything of it is read, in pieces of 1 MiB, so that
-- an import survives any process. storage external: CSV pieces are read once
-- and compressing them would cost more than it saves.
create table imports (
    id          bigint generated always as identity primary key,
    name        text not null,
    state       text not null default 'uploading'
                check (state in ('uploading', 'stored', 'running', 'finished', 'failed', 'cancelled')),
    options     jsonb not null default '{}',
    bytes_total bigint not null default 0,
    bytes_done  bigint not null default 0, -- checkpoint: everything before it is committed
    lines_done  bigint not null default 0, -- lines of the file before bytes_done, for error messages
    rows_total  bigint not null default 0,
    created     bigint not null default 0,
    updated     bigint not null default 0,
    unchanged   bigint not null default 0,
    rejected    bigint not null default 0,
    columns     jsonb, -- what the header row was read as: [{"column", "attribute", "type"}]
    failure     jsonb, -- {"code", "detail"} when state is failed
    created_at  timestamptz not null default now(),
    started_at  timestamptz,
    finished_at timestamptz
);
create table import_pieces (
    import_id bigint not null references imports on delete cascade,
    seq       int not null,
    data      bytea not null,
    primary key (import_id, seq)
);
alter table import_pieces alter column data set storage external;
create table import_errors (
    import_id   bigint not null references imports on delete cascade,
    line        bigint not null, -- 1-based line of the file, the header row is 1
    column_name text not null default '',
    value       text not null default '', -- an excerpt
    code        text not null,
    detail      text not null,
    seq         bigint generated always as identity,
    primary key (import_id, line, seq)
);
