package templating

import "time"

// appendTime writes t as Python prints a datetime with a zone.
func appendTime(dst []byte, t time.Time) []byte {
	if t.Nanosecond()/1000 != 0 {
		return t.AppendFormat(dst, "2006-01-02 15:04:05.000000-07:00")
	}
	return t.AppendFormat(dst, "2006-01-02 15:04:05-07:00")
}

// timeMembers are what now.name may be.
var timeMembers = map[string]func(t time.Time) int{
	"year": time.Time.Year, "month": func(t time.Time) int { return int(t.Month()) }, "day": time.Time.Day,
	"hour": time.Time.Hour, "minute": time.Time.Minute, "second": time.Time.Second,
	"microsecond": func(t time.Time) int { return t.Nanosecond() / 1000 },
}

func timeMember(v value, name string) value {
	if member, ok := timeMembers[name]; ok {
		return integer(int64(member(v.time())))
	}
	return undefined("now." + name)
}
