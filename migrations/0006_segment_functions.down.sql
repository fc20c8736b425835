drop function segment_instant(text, text);
drop function segment_is_datetime(text);
