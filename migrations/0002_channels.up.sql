-- A LINE official account's Messaging API channel. bot_user_id comes from
-- /v2/bot/info; unique, so one account cannot be connected twice.
create table channels (
    id              bigint generated always as identity primary key,
    name            text not null check (char_length(name) between 1 and 40),
    line_channel_id text not null default '',
    bot_user_id     text not null,
    basic_id        text not null default '',
    display_name    text not null default '',
    state           text not null default 'active' check (state in ('active', 'suspended', 'deleted')),
    secret_sealed   bytea not null, -- AES-256-GCM, bound to the channel: see internal/seal
    token_sealed    bytea not null,
    token_last4     text not null,
    token_version   int not null default 1, -- rises with each new token; clients are cached by it
    push_per_second int not null default 1000 check (push_per_second between 0 and 2000), -- 0: no limit of ours
    multicast_per_second int not null default 100 check (multicast_per_second between 0 and 200),
    quota_reserve   int not null default 0 check (quota_reserve >= 0),
    time_zone       text not null default '',
    language        text not null default '',
    -- The circuit: while open its batches wait. Opened by 401 and 403.
    circuit_reason  text not null default '',
    circuit_until   timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now()
);
create unique index channels_bot_user_id on channels (bot_user_id) where state <> 'deleted';

-- The shared token lease of each (channel, endpoint): a reservation GCRA that
-- every process takes its slices from. tat is the theoretical arrival time of
-- the next token. UNLOGGED: a lease lost in a crash is older than the restart.
create unlogged table channel_budget (
    channel_id   bigint not null,
    endpoint     text not null,
    per_second   double precision not null check (per_second > 0),
    tat          timestamptz not null default now(),
    -- Too many 429s halve the rate; the share left at slowed_at doubles every 15 s.
    share        double precision not null default 1 check (share > 0 and share <= 1),
    slowed_at    timestamptz not null default now(),
    -- 429s at refused_at, less what is tolerated a second.
    refused      double precision not null default 0,
    refused_at   timestamptz not null default now(),
    primary key (channel_id, endpoint)
) with (fillfactor = 50);

-- Who is a friend of which channel. The newest event wins, whatever the order
-- of arrival; no row means unknown.
create table friendships (
    channel_id bigint not null references channels on delete cascade,
    line_id    text not null,
    state      text not null check (state in ('friend', 'contacted', 'blocked', 'unknown')),
    source     text not null check (source in ('webhook', 'sync', 'import', 'send')),
    changed_at timestamptz not null,
    primary key (channel_id, line_id)
);

-- One reading of LINE's followers/ids, page by page; next_token is LINE's and
-- lives 24 hours, so an older sync starts again from the first page.
create table syncs (
    id           bigint generated always as identity primary key,
    channel_id   bigint not null references channels on delete cascade,
    state        text not null default 'running' check (state in ('running', 'finished', 'failed', 'cancelled')),
    next_token   text not null default '',
    pages        int not null default 0,
    seen         bigint not null default 0,
    added        bigint not null default 0, -- users created
    returned     bigint not null default 0, -- were not friends before
    gone         bigint not null default 0, -- were friends and are not listed any more
    failure      jsonb,
    started_at   timestamptz not null default now(),
    finished_at  timestamptz
);
create unique index syncs_one_running on syncs (channel_id) where state = 'running';
