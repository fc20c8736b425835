-- One sending of a campaign. unique (campaign_id, due_at) is what makes four
-- schedulers start one run.
create table runs (
    id            bigint generated always as identity primary key,
    campaign_id   bigint not null references campaigns,
    version       int not null, -- pins campaign_versions
    channel_id    bigint not null references channels,
    due_at        timestamptz not null,
    state         text not null check (state in
                  ('freezing', 'sending', 'paused', 'halted', 'finished', 'cancelled', 'missed')),
    reason        text not null default '', -- why it is paused or halted
    -- Retry keys are UUIDv5(namespace, recipient): random per run, so a
    -- reinstalled or restored linecast can never reuse a key for another message.
    namespace     uuid not null default gen_random_uuid(),
    clock         timestamptz not null default now(), -- what templates see as now
    snapshot      pg_snapshot, -- what the freeze could see: user_identity_log.xid
    part          int not null default 0, -- the partition of deliveries that holds its rows
    matched       bigint not null default 0,
    excluded      jsonb not null default '{}', -- reason -> count
    frozen        bigint not null default 0,
    batches       int not null default 0,
    batch_size    int not null default 500,
    window_size   int not null default 8, -- how many of its batches have a job at once
    ahead         int not null default 500, -- how far a batch's reach runs ahead of its requests
    judged        boolean not null default false, -- by its first recipients; only they have jobs before that
    reasons       jsonb, -- of those not accepted, once it is closed
    -- A run of those whom another one left rejected; null: the campaign's audience.
    retries       bigint references runs,
    ledger_dropped_at timestamptz, -- its deliveries were too old to be kept
    created_at    timestamptz not null default now(),
    started_at    timestamptz,
    finished_at   timestamptz,
    checked_at    timestamptz, -- when its invariants were found to hold
    unique (campaign_id, due_at)
);
create index runs_open on runs (state) where state in ('freezing', 'sending', 'paused', 'halted');

-- A batch is the unit of queueing. Its counts are its recipients' outcomes;
-- a run's funnel is their sum.
create table batches (
    run_id      bigint not null references runs on delete cascade,
    seq         int not null,
    recipients  bigint[] not null,
    state       text not null default 'ready' check (state in ('ready', 'queued', 'sending', 'done')),
    owner       uuid, -- the worker's lease; a heartbeat renews it
    lease_until timestamptz,
    queued_at   timestamptz,
    not_before  timestamptz,
    begun       boolean not null default false, -- the holder has asked everybody once
    rounds      int not null default 0, -- how often it was given back with recipients still open
    plan        jsonb, -- multicast groups, written before anything of it is sent
    reach       int not null default 0, -- how many of recipients, from the first, the holder may have asked
    -- Recipients who were asked and whose answer is not known, and when the first
    -- of them was asked. While a worker holds the batch, those within reach may be.
    unclear     bigint[] not null default '{}',
    first_attempt_at timestamptz,
    accepted    int not null default 0,
    skipped     int not null default 0,
    rejected    int not null default 0,
    unknown     int not null default 0,
    cancelled   int not null default 0,
    conflicts   int not null default 0, -- of accepted: learned by 409
    finished_at timestamptz,
    primary key (run_id, seq)
) with (fillfactor = 70);
create index batches_open on batches (run_id, state, seq) where state <> 'done';

-- What became of each recipient: one row, written once, when it is known.
-- part is the run's own number for a large run and -yyyymm for small ones, so
-- that old runs leave by dropping a partition. Wide columns come first: what
-- stands in rows of millions pays for every byte of padding.
create table deliveries (
    run_id              bigint not null,
    recipient_id        bigint not null, -- users.id
    finished_at         timestamptz not null,
    first_attempt_at    timestamptz,
    message_id          bigint, -- LINE's id of the first message
    body_hash           bigint, -- first 8 bytes of SHA-256 of what was posted, less "to"
    line_request_id     uuid,
    accepted_request_id uuid,
    line_id             uuid, -- less its U: 16 bytes instead of 34
    part                int not null,
    batch_seq           int not null,
    state               smallint not null, -- delivery.State
    http_status         smallint not null default 0,
    attempts            smallint not null default 0,
    reason              text,
    detail              text, -- LINE's own words
    variant             text,
    primary key (part, run_id, recipient_id)
) partition by list (part);

-- Everybody who was not accepted, by reason: few as a rule, and what people ask for.
create index deliveries_troubles on deliveries (run_id, state, reason, recipient_id) where state <> 1;
