-- A datetime in an attribute is text that anybody may have written. A cast that
-- fails would end the whole query, and to catch the failure (PL/pgSQL's
-- exception block) forbids parallel workers. So a text is proved to be a
-- datetime before it is cast.
--
-- The proof looks pieces of the text up in lists, which PostgreSQL hashes:
-- four pieces for a text like 2026-12-01T09:00:00Z. That takes 1.5 times as long
-- as the cast itself; a regular expression of the same meaning takes 8 times as
-- long. Each function is one expression, so that the planner puts it in the
-- place of its call.
do $do$
declare
    years   text[] := array(select n || '-' from generate_series(1900, 2099) n);
    pairs   text[] := array(select to_char(n, 'FM00') from generate_series(0, 99) n);
    ends    text[] := array(select to_char(n, 'FM00"-"') from generate_series(0, 99) n);
    leaps   text[] := array(select to_char(4 * n, 'FM00') from generate_series(1, 24) n);
    days    text[] := array(select to_char(date '2023-01-01' + n, 'MM-DD') from generate_series(0, 364) n);
    daysT   text[] := array(select d || t from unnest(days) d, unnest('{T,t," "}'::text[]) t);
    minutes text[] := array(select to_char(h, 'FM00":"') || to_char(m, 'FM00":"') from generate_series(0, 23) h, generate_series(0, 59) m);
    seconds text[] := array(select to_char(n, 'FM00') from generate_series(0, 59) n);
    utc     text[] := array(select s || z from unnest(seconds) s, unnest('{Z,z}'::text[]) z);
    offsets text[] := array(select s || to_char(n, 'FM00":"') from generate_series(0, 15) n, unnest('{+,-}'::text[]) s);
begin
    -- An RFC 3339 full-date, or a date-time with T, t or a space between,
    -- seconds to 59, any number of decimals, a zone to ±15:59, and at most 35
    -- characters. segment/datetime.go says the same in Go.
    execute format($sql$
create function segment_is_datetime(v text) returns boolean language sql immutable parallel safe as $f$
    select -- the year: those of most datetimes, or any other but 0000
        (left(v, 5) = any(%1$L::text[])
            or left(v, 2) = any(%2$L::text[]) and substr(v, 3, 3) = any(%3$L::text[]) and left(v, 4) <> '0000')
        and -- month and day with what follows: the end, or T
        (substr(v, 6, 6) = any(%6$L::text[]) or substr(v, 6) = any(%5$L::text[])
            or (substr(v, 6) = '02-29' or substr(v, 6, 6) in ('02-29T', '02-29t', '02-29 '))
            and (substr(v, 3, 2) = any(%4$L::text[]) or substr(v, 3, 2) = '00' and left(v, 2) = any(%4$L::text[])))
        and -- the time
        (substr(v, 12, 6) = any(%7$L::text[]) and
            (substr(v, 18) = any(%9$L::text[])
            or substr(v, 18, 2) = any(%8$L::text[]) and length(v) <= 35 and -- decimals, and the zone
                (substr(v, 20, 4) = any(%10$L::text[]) and substr(v, 24) = any(%8$L::text[])
                or substr(v, 20, 1) = '.' and rtrim(substr(v, 20, 2), '0123456789') = '.'
                and (ltrim(substr(v, 21), '0123456789') in ('Z', 'z')
                    or left(ltrim(substr(v, 21), '0123456789'), 4) = any(%10$L::text[])
                    and substr(ltrim(substr(v, 21), '0123456789'), 5) = any(%8$L::text[]))))
        or length(v) = 10)
$f$ $sql$, years, pairs, ends, leaps, days, daysT, minutes, seconds, utc, offsets);
end $do$;

-- The moment of a datetime, or null for any other text; a date is its first
-- moment in the time zone. Not immutable only because the cast is declared so:
-- no setting changes what it makes of these texts.
create function segment_instant(v text, zone text) returns timestamptz language sql stable parallel safe as $f$
    select case when segment_is_datetime(v) then
        case when length(v) = 10 then v::timestamp at time zone zone else v::timestamptz end
    end
$f$;
