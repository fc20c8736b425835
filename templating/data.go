package templating

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
	"unsafe"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// Data is what one rendering reads. Two renderings of equal Data by one
// Template give equal bytes.
type Data struct {
	LineID string // the recipient: UserAttribute['line_id'] and the body's "to"
	UserID string // the brand's own id, UserAttribute['user_id']; may be empty

	Attributes Values // of the user
	Event      Values // of the event that triggered the campaign; may be nil
	Campaign   Values // of the campaign; may be nil

	Now time.Time // the run's clock, pinned when the run starts

	// Dates are shown in the zone that the template names, else the user's,
	// else the campaign's (Options.TimeZone), else the workspace's, else UTC.
	TimeZone  *time.Location // the user's; nil: what the attributes say, see zoneAttributes
	Workspace *time.Location // the workspace's
}

// Values is one JSON object, kept as text and searched without building a map.
// Keys must be unique, as PostgreSQL's jsonb keeps them. Text that is not a
// JSON object holds nothing. The bytes must not change during a rendering.
type Values []byte

// JSON is the object in raw, as PostgreSQL prints jsonb. Nothing is copied.
func JSON(raw []byte) Values { return raw }

// Map is for tests and samples: it writes m as JSON once. A float64 without a
// fraction stays a float ("1200.0"), as in Python. A value that JSON cannot
// hold becomes null.
func Map(m map[string]any) Values {
	return appendAny(nil, m)
}

func appendAny(dst []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		return appendMap(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendAny(dst, item)
		}
		return append(dst, ']')
	case string:
		return jsontext.AppendQuoted(dst, v)
	case float64:
		return appendFloat(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, b...)
}

func appendMap(dst []byte, m map[string]any) []byte {
	dst = append(dst, '{')
	for i, k := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(jsontext.AppendQuoted(dst, k), ':')
		dst = appendAny(dst, m[k])
	}
	return append(dst, '}')
}

// text is v as a string that shares its bytes: rendering then cuts values out
// of the attributes without copying them. Values promises that they stay.
func (v Values) text() string { return view(v) }

// view is b as a string that shares its bytes, for reading while b stays as it
// is.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
