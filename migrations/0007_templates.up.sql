-- The library of templates. New tables only: a server of the version before
-- does not know them and runs on.
--
-- A version never changes and goes only with its template. The author's text
-- is kept as text: jsonb would reorder its keys and drop duplicates, and a
-- template need not be JSON before it is rendered.
create table templates (
    id         bigint generated always as identity primary key,
    name       text not null check (char_length(name) between 1 and 200),
    version    int not null default 1, -- the newest
    created_by text not null default '',
    updated_by text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index templates_name on templates (lower(name));

create table template_versions (
    template_id bigint not null references templates on delete cascade,
    version     int not null,
    name        text not null,
    body        text not null,
    created_by  text not null default '',
    created_at  timestamptz not null default now(),
    primary key (template_id, version)
);
