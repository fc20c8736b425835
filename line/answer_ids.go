package line

import "bytes"

// sentMessageIDs reads the answer that nearly every push gets,
//
//	{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b..."}]}
//
// without a JSON decoder, which costs as much as a tenth of a whole call. It
// gives up, false, on anything else: then encoding/json reads it.
func sentMessageIDs(body []byte) ([]string, bool) {
	rest, ok := bytes.CutPrefix(body, []byte(`{"sentMessages":[`))
	if !ok {
		return nil, false
	}
	var ids []string
	for {
		if rest, ok = bytes.CutPrefix(rest, []byte(`{"id":"`)); !ok {
			return nil, false
		}
		var id []byte
		if id, rest, ok = cutPlain(rest); !ok {
			return nil, false
		}
		ids = append(ids, string(id))
		if quoted, found := bytes.CutPrefix(rest, []byte(`,"quoteToken":"`)); found {
			if _, rest, ok = cutPlain(quoted); !ok {
				return nil, false
			}
		}
		if bytes.Equal(rest, []byte("}]}")) {
			return ids, true
		}
		if rest, ok = bytes.CutPrefix(rest, []byte("},")); !ok {
			return nil, false
		}
	}
}

// cutPlain cuts a JSON string, already opened, of printable ASCII without
// escapes.
func cutPlain(b []byte) (s, rest []byte, ok bool) {
	for i, c := range b {
		switch {
		case c == '"':
			return b[:i], b[i+1:], true
		case c < ' ' || c > '~' || c == '\\':
			return nil, nil, false
		}
	}
	return nil, nil, false
}
