-- API keys are shown once and stored as SHA-256: they are random, so nothing
-- slower is needed.
create table api_keys (
    id           bigint generated always as identity primary key,
    name         text not null,
    digest       bytea not null unique,
    last4        text not null,
    scopes       text[] not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);

-- The stored answer of each POST that carried an Idempotency-Key, for 24 h.
create table idempotency_keys (
    key_id       bigint not null,
    key          text not null,
    request_hash bytea not null, -- SHA-256 of method, route and body
    status       int, -- null while the first request runs
    headers      jsonb not null default '{}',
    answer       bytea,
    created_at   timestamptz not null,
    alive_at     timestamptz not null, -- a running request renews it; long ago means its process died
    primary key (key_id, key)
);
create index idempotency_keys_created_at on idempotency_keys (created_at);

-- Who did what. Append-only.
create table audit (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    actor      text not null,
    action     text not null,
    object     text not null,
    detail     jsonb not null default '{}',
    request_id text not null default ''
);
create index audit_object on audit (object, id);
