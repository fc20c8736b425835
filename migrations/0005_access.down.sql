drop table audit, idempotency_keys, api_keys;
