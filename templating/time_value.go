package templating

import "time"

// appendTime writes t as Python prints a datetime with a zone.
func appendTime(dst []byte, t time.Time) []byte {
	if t.Nanosecond()/1000 != 0 {
		return t.AppendFormat(dst, "2006-01-02 15:04:05.000000-07:00")
	}
	return t.AppendFormat(dst, "2006-01-02 15:04:05-07:00")
}

// timeMember is now.year and the like.
func timeMember(v value, name string) (value, error) {
	t := v.time()
	parts := map[string]int{"year": t.Year(), "month": int(t.Month()), "day": t.Day(), "hour": t.Hour(),
		"minute": t.Minute(), "second": t.Second(), "microsecond": t.Nanosecond() / 1000}
	if n, ok := parts[name]; ok {
		return integer(int64(n)), nil
	}
	return undefined("now." + name), nil
}
