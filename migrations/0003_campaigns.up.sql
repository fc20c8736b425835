-- The author's JSON is kept as text: jsonb would reorder its keys and drop
-- duplicates.
create table segments (
    id         bigint generated always as identity primary key,
    name       text not null check (char_length(name) between 1 and 200),
    definition text not null,
    version    int not null default 1,
    last_count bigint,
    counted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index segments_name on segments (lower(name));

create table campaigns (
    id          bigint generated always as identity primary key,
    name        text not null check (char_length(name) between 1 and 256),
    channel_id  bigint not null references channels,
    kind        text not null check (kind in ('one_time', 'recurring', 'triggered', 'api')),
    status      text not null default 'draft' check (status in
                ('draft', 'in_review', 'scheduled', 'running', 'finished', 'paused', 'cancelled', 'archived')),
    paused_from text, -- the status that resume goes back to
    definition  text not null,
    version     int not null default 1,
    tested_at   timestamptz,
    next_due_at timestamptz, -- when the scheduler makes the next run; null when it will not
    missed      int not null default 0,
    created_by  text not null default '',
    updated_by  text not null default '',
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now()
);
create index campaigns_due on campaigns (next_due_at) where status in ('scheduled', 'running');
create index campaigns_channel on campaigns (channel_id);

-- What a version said when a run started with it. Runs pin one.
create table campaign_versions (
    campaign_id bigint not null references campaigns on delete cascade,
    version     int not null,
    definition  text not null,
    primary key (campaign_id, version)
);
