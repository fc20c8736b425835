package templating

import "time"

var dateFilters = []filter{}

// appendTime writes t as Python prints a datetime.
func appendTime(dst []byte, t time.Time) []byte {
	return t.AppendFormat(dst, "2006-01-02 15:04:05-07:00")
}

func timeMember(v value, name string) (value, error) { return undefined("now." + name), nil }
