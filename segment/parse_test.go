package segment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// problems are the errors of a definition as "code pointer: detail".
func problems(err error) []string {
	var list []string
	if err == nil {
		return list
	}
	e := errs.From(err)
	for _, f := range e.Fields {
		list = append(list, f.Code+" "+f.Pointer+": "+f.Detail)
	}
	if len(e.Fields) == 0 {
		list = append(list, e.Error())
	}
	return list
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"unknown operator", `{"attribute": "a", "is": "equal", "value": 1}`, `segment.unknown_operator /is: unknown operator "equal", did you mean "equals"?`},
		{"no operator", `{"attribute": "a", "value": 1}`, `segment.wrong_value /is: is wants the name of an operator, got nothing`},
		{"unknown field", `{"attribute": "a", "is": "exists", "valeu": 1}`, `segment.unknown_field /valeu: unknown field "valeu" beside "attribute", did you mean "value"?`},
		{"unknown field with a slash", `{"all": [], "a/b~": 1}`, `segment.unknown_field /a~1b~0: unknown field "a/b~" beside "all"`},
		{"wrong type", `{"attribute": "a", "is": "at_least", "value": "5"}`, `segment.wrong_value /value: at_least wants a number, got a string`},
		{"wrong type of several", `{"attribute": "a", "is": "equals", "value": []}`, `segment.wrong_value /value: equals wants a string, or a number, or true or false, got a list`},
		{"null", `{"attribute": "a", "is": "equals", "value": null}`, `segment.wrong_value /value: equals wants a string, or a number, or true or false, got null`},
		{"no value", `{"attribute": "a", "is": "equals"}`, `segment.wrong_value /value: equals wants a string, or a number, or true or false, got nothing`},
		{"value too many", `{"attribute": "a", "is": "exists", "value": true}`, `segment.wrong_value /value: exists wants no value, got true or false`},
		{"mixed list", `{"attribute": "a", "is": "in", "value": ["x", 5]}`, `segment.wrong_value /value/1: the list wants a string, got a number`},
		{"empty list", `{"attribute": "a", "is": "not_in", "value": []}`, `segment.bad_value /value: []: the list is empty; write at least one value`},
		{"long list", `{"attribute": "a", "is": "in", "value": [1` + strings.Repeat(",1", MaxValues) + `]}`, `segment.bad_value /value: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1…: the list has 1001 values; at most 1000`},
		{"huge number", `{"attribute": "a", "is": "equals", "value": 1e131072}`, `segment.bad_value /value: 1e131072: no attribute can hold a number of so many digits`},
		{"number too fine", `{"attribute": "a", "is": "in", "value": [1e-16384]}`, `segment.bad_value /value/0: 1e-16384: no attribute can hold a number of so many digits`},
		{"endless exponent", `{"attribute": "a", "is": "equals", "value": 1e99999999999999999999}`, `segment.bad_value /value: 1e99999999999999999999: no attribute can hold a number of so many digits`},
		{"reversed ends", `{"attribute": "a", "is": "between", "value": [5, 1]}`, `segment.bad_value /value: [5, 1]: the first number is greater than the second, so nothing lies between`},
		{"three ends", `{"attribute": "a", "is": "between", "value": [1, 2, 3]}`, `segment.bad_value /value: [1, 2, 3]: write two numbers, the lower and the upper end`},
		{"one datetime", `{"attribute": "a", "is": "between", "value": ["2026-01-01"]}`, `segment.bad_value /value: ["2026-01-01"]: write two datetimes, the first and the last`},
		{"ends of two types", `{"attribute": "a", "is": "between", "value": ["2026-01-01", 5]}`, `segment.wrong_value /value/1: the list wants a datetime, got a number`},
		{"no datetime", `{"attribute": "a", "is": "before", "value": "1/2/2026"}`, `segment.bad_value /value: "1/2/2026": it is not a datetime; write "2026-12-01", "2026-12-01T09:00:00+07:00" or {"last": 7, "unit": "days"}`},
		{"no such day", `{"attribute": "a", "is": "on", "value": "2026-02-29"}`, `segment.bad_value /value: "2026-02-29": it is not a datetime; write "2026-12-01", "2026-12-01T09:00:00+07:00" or {"last": 7, "unit": "days"}`},
		{"unknown unit", `{"attribute": "a", "is": "in_the_last", "value": {"last": 7, "unit": "day"}}`, `segment.unknown_value /value/unit: unknown unit "day"; one of hours, days, weeks, months is needed, did you mean "days"?`},
		{"span of nothing", `{"attribute": "a", "is": "in_the_last", "value": {"last": 0, "unit": "days"}}`, `segment.bad_value /value/last: 0: it must be a whole number from 1`},
		{"span of a half", `{"attribute": "a", "is": "after", "value": {"last": 1.5, "unit": "days"}}`, `segment.bad_value /value/last: 1.5: it must be a whole number from 1`},
		{"span of ages", `{"attribute": "a", "is": "after", "value": {"next": 10001, "unit": "months"}}`, `segment.bad_value /value/next: 10001: at most 10000 months`},
		{"span the wrong way", `{"attribute": "a", "is": "in_the_next", "value": {"last": 1, "unit": "days"}}`, `segment.bad_value /value: {"last": 1, "unit": "days"}: write {"next": 7, "unit": "days"}`},
		{"span both ways", `{"attribute": "a", "is": "after", "value": {"last": 1, "next": 1, "unit": "days"}}`, `segment.bad_value /value: {"last": 1, "next": 1, "unit": "days"}: write {"last": 7, "unit": "days"}`},
		{"span in a list", `{"attribute": "a", "is": "between", "value": [{"last": 1, "unit": "days"}, {"last": 1, "unit": "ages"}]}`, `segment.unknown_value /value/1/unit: unknown unit "ages"; one of hours, days, weeks, months is needed`},
		{"hour 24", `{"attribute": "a", "is": "hour_equals", "value": 24}`, `segment.bad_value /value: 24: it must be a whole number from 0 to 23`},
		{"month 0", `{"attribute": "a", "is": "month_equals", "value": 0}`, `segment.bad_value /value: 0: it must be a whole number from 1 to 12`},
		{"weekday", `{"attribute": "a", "is": "weekday_equals", "value": "Munday"}`, `segment.unknown_value /value: unknown weekday "Munday"; one of sunday, monday, tuesday, wednesday, thursday, friday, saturday is needed, did you mean "sunday"?`},
		{"negative length", `{"attribute": "a", "is": "length_at_least", "value": -1}`, `segment.bad_value /value: -1: it must be a whole number from 0 to 1048576`},
		{"list of booleans", `{"attribute": "a", "is": "contains_any", "value": ["a", true]}`, `segment.wrong_value /value/1: the list wants a string or a number, got true or false`},
		{"ignore_case of a number", `{"attribute": "a", "is": "equals", "value": 5, "ignore_case": true}`, `segment.bad_value /ignore_case: ignore_case: only comparisons with strings have it`},
		{"ignore_case that is none", `{"attribute": "a", "is": "equals", "value": "x", "ignore_case": "yes"}`, `segment.wrong_value /ignore_case: ignore_case wants true or false, got a string`},
		{"attribute that is none", `{"attribute": 5, "is": "exists"}`, `segment.wrong_value /attribute: attribute wants a string, got a number`},
		{"attribute without a name", `{"attribute": "", "is": "exists"}`, `segment.bad_value /attribute: attribute: it is empty; name the attribute to look at`},
		{"attribute with a newline", `{"attribute": "a\nb", "is": "exists"}`, `segment.bad_value /attribute: attribute: it contains a control character, which no attribute's name does`},
		{"attribute too long", `{"attribute": "` + strings.Repeat("x", 300) + `", "is": "exists"}`, `segment.bad_value /attribute: attribute: it is longer than any attribute's name`},
		{"no kind", `{"al": []}`, `segment.no_kind : {"al": []} has none of the fields all, any, not, attribute, segment, friend_of, did you mean "all"?`},
		{"empty object", `{}`, `segment.no_kind : {} has none of the fields all, any, not, attribute, segment, friend_of`},
		{"two kinds", `{"all": [], "any": []}`, `segment.two_kinds : it has the fields all and any`},
		{"events", `{"all": [{"event": "purchase", "at_least": 1}]}`, `segment.unsupported /all/0/event: "event" conditions cannot be evaluated by this version; supported are all, any, not, attribute, segment, friend_of`},
		{"lists", `{"list": "lst_1"}`, `segment.unsupported /list: "list" conditions cannot be evaluated by this version; supported are all, any, not, attribute, segment, friend_of`},
		{"campaigns", `{"not": {"campaign": "cmp_1", "outcome": "accepted"}}`, `segment.unsupported /not/campaign: "campaign" conditions cannot be evaluated by this version; supported are all, any, not, attribute, segment, friend_of`},
		{"rows that are none", `{"all": {}}`, `segment.wrong_value /all: all wants a list of conditions, got an object`},
		{"row that is none", `{"any": ["gold"]}`, `segment.wrong_value /any/0: a condition wants an object, got a string`},
		{"not of a list", `{"not": []}`, `segment.wrong_value /not: a condition wants an object, got a list`},
		{"root", `[]`, `segment.wrong_value : a condition wants an object, got a list`},
		{"segment id", `{"segment": "cmp_1"}`, `request.bad_id /segment: "cmp_1" is not an id of this kind; it should look like seg_42`},
		{"segment number", `{"segment": 1}`, `request.bad_id /segment: "1" is not an id of this kind; it should look like seg_42`},
		{"channel id", `{"friend_of": "1", "state": "friend"}`, `request.bad_id /friend_of: "1" is not an id of this kind; it should look like ch_42`},
		{"state", `{"friend_of": "ch_1", "state": "friends"}`, `segment.unknown_value /state: unknown state "friends"; one of reachable, friend, blocked, contacted, unknown is needed, did you mean "friend"?`},
		{"no state", `{"friend_of": "ch_1"}`, `segment.wrong_value /state: state wants one of reachable, friend, blocked, contacted, unknown, got nothing`},
		{"time zone", `{"time_zone": "Asia/Bangkog", "all": []}`, `segment.time_zone /time_zone: "Asia/Bangkog" is not an IANA time zone, or one that is also an abbreviation`},
		{"short time zone", `{"time_zone": "CET", "all": []}`, `segment.time_zone /time_zone: "CET" is not an IANA time zone, or one that is also an abbreviation`},
		{"local time zone", `{"time_zone": "Local", "all": []}`, `segment.time_zone /time_zone: "Local" is not an IANA time zone, or one that is also an abbreviation`},
		{"time zone of a file", `{"time_zone": "../etc/passwd", "all": []}`, `segment.time_zone /time_zone: "../etc/passwd" is not an IANA time zone, or one that is also an abbreviation`},
		{"time zone that is none", `{"time_zone": 7, "all": []}`, `segment.wrong_value /time_zone: time_zone wants a string, got a number`},
		{"time zone inside", `{"all": [{"time_zone": "UTC", "any": []}]}`, `segment.inner_time_zone /all/0/time_zone: only the outermost object of a segment can have time_zone`},
		{"depth", strings.Repeat(`{"not": `, 11) + `{"all": []}` + strings.Repeat("}", 11), `segment.too_deep /not/not/not/not/not/not/not/not/not/not: all, any and not are nested deeper than 10 levels`},
		{"nodes", `{"all": [` + strings.Repeat(`{"any": []},`, MaxNodes) + `{"any": []}]}`, `segment.too_large /all/499: it has more than 500 conditions and groups`},
		{"bytes", `{"attribute": "` + strings.Repeat("x", MaxBytes) + `"}`, `segment.too_large: it has more than 256 KiB of JSON`},
		{"not JSON", `{"all": [}`, `request.malformed: line 1, column 10: the body could not be read as JSON: invalid character '}' looking for beginning of value`},
		{"cut off", "{\n\"all\": [", `request.malformed: line 2, column 8: the body could not be read as JSON: unexpected end of JSON input`},
		{"nothing", ``, `request.malformed: line 1, column 1: the body could not be read as JSON: unexpected end of JSON input`},
		{"more", `{"all": []} {}`, `request.malformed: line 1, column 13: the body could not be read as JSON: invalid character '{' after top-level value`},
		{"twice", `{"all": [], "all": []}`, `request.malformed: line 1, column 18: the body could not be read as JSON: the name "all" stands twice in one object`},
		{"nested JSON", strings.Repeat("[", 60) + strings.Repeat("]", 60), `request.malformed: line 1, column 42: the body could not be read as JSON: it is nested deeper than 40 levels`},
		{"NUL", `{"attribute": "a\u0000", "is": "exists"}`, `request.malformed: line 1, column 24: the body could not be read as JSON: the character U+0000 cannot be stored`},
		{"half a surrogate", `{"attribute": "\ud800", "is": "exists"}`, `request.malformed: line 1, column 23: the body could not be read as JSON: half of a surrogate pair is not a character`},
		{"half a surrogate beside a replacement", `{"attribute": "\ufffd\udc00", "is": "exists"}`, `request.malformed: line 1, column 29: the body could not be read as JSON: half of a surrogate pair is not a character`},
		{"invalid UTF-8", "{\"attribute\": \"\xff\", \"is\": \"exists\"}", `request.malformed: line 1, column 16: the body could not be read as JSON: it is not valid UTF-8`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(c.in))
			if diff := cmp.Diff([]string{c.want}, problems(err)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestParseNamesEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte(`{"time_zone": "X", "all": [{"attribute": "", "is": "equals"}, {"any": [5, {"segment": "x"}]}]}`))
	var at []string
	for _, f := range errs.From(err).Fields {
		at = append(at, f.Pointer)
	}
	want := []string{"/all/0/attribute", "/all/0/value", "/all/1/any/0", "/all/1/any/1/segment", "/time_zone"}
	if diff := cmp.Diff(want, at); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !errs.Is(err, "segment.invalid") {
		t.Errorf("several problems are %s, want segment.invalid", errs.From(err).Code)
	}
}

func TestParseBoundsItsAnswer(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte(`{"all": [` + strings.Repeat(`5,`, 300) + `5]}`))
	if n := len(errs.From(err).Fields); n != maxProblems {
		t.Errorf("%d problems are listed, want %d", n, maxProblems)
	}
}

func TestParseTakes(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`{"all": []}`, ` {"any": []} `, `{"time_zone": "UTC", "not": {"all": []}}`, `{"time_zone": "Japan", "all": []}`, `{"time_zone": "Asia/Bangkok", "attribute": "a", "is": "today"}`,
		strings.Repeat(`{"not": `, 10) + `{"attribute": "a", "is": "exists"}` + strings.Repeat("}", 10),
		`{"attribute": "\ufffd", "is": "exists"}`, `{"attribute": "�", "is": "exists"}`, `{"attribute": "\ud83d\udc4d", "is": "exists"}`,
		`{"attribute": "a", "is": "equals", "value": 1e131071}`, `{"attribute": "a", "is": "equals", "value": ""}`,
		`{"attribute": "a", "is": "equals", "value": "x", "ignore_case": false}`,
		`{"attribute": ".", "is": "exists"}`, `{"attribute": "a.", "is": "exists"}`, `{"attribute": ".a", "is": "exists"}`,
	} {
		if _, err := Parse([]byte(in)); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestEveryExampleParses(t *testing.T) {
	t.Parallel()
	for _, op := range Operators() {
		for _, example := range op.Examples {
			if _, err := Parse([]byte(example)); err != nil {
				t.Errorf("%s: %s: %v", op.Name, example, err)
			}
			if !strings.Contains(example, fmt.Sprintf("%q", op.Name)) {
				t.Errorf("%s: its example %s is of another operator", op.Name, example)
			}
		}
	}
}

func TestWhatASegmentNames(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"any": [{"attribute": "tier", "is": "exists"}, {"segment": "seg_9"}, {"not": {"segment": "seg_2"}},
		{"segment": "seg_9"}, {"friend_of": "ch_3", "state": "friend"}, {"attribute": "line_id", "is": "exists"}, {"attribute": "tier", "is": "is_empty"}]}`)
	uses := []Reference{{Pointer: "/any/1", Segment: 9}, {Pointer: "/any/2/not", Segment: 2}, {Pointer: "/any/3", Segment: 9}, {Pointer: "/any/4", Channel: 3}}
	if diff := cmp.Diff(uses, s.Uses()); diff != "" {
		t.Errorf("Uses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ref.Segment{2, 9}, s.References()); diff != "" {
		t.Errorf("References (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ref.Channel{3}, s.Channels()); diff != "" {
		t.Errorf("Channels (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"line_id", "tier"}, s.Attributes()); diff != "" {
		t.Errorf("Attributes (-want +got):\n%s", diff)
	}
}

func parse(t testing.TB, definition string) *Segment {
	t.Helper()
	s, err := Parse([]byte(definition))
	if err != nil {
		t.Fatalf("%s: %v", definition, err)
	}
	return s
}

// FuzzParse asks that whatever Parse takes also compiles and can be read and
// explained, with as many arguments as the SQL has placeholders.
func FuzzParse(f *testing.F) {
	for _, op := range Operators() {
		for _, example := range op.Examples {
			f.Add([]byte(example))
			f.Add([]byte(`{"time_zone": "Asia/Bangkok", "all": [` + example + `, {"not": ` + example + `}]}`))
		}
	}
	f.Add([]byte(`{"any": [{"segment": "seg_1"}, {"friend_of": "ch_1", "state": "reachable"}]}`))
	f.Add([]byte(`{"attribute": "\ud800", "is": "in", "value": [1e400, {"last": 1}]}`))
	user := &User{LineID: "U1", Attributes: map[string]any{"tier": "gold", "tags": []any{"vip"}, "signup": "2026-01-01"}}
	f.Fuzz(func(t *testing.T, definition []byte) {
		s, err := Parse(definition)
		if err != nil {
			if len(errs.From(err).Fields) > maxProblems || errs.From(err).Kind() == errs.Internal {
				t.Fatalf("%v", err)
			}
			return
		}
		env := Env{Now: clock, Segments: map[ref.Segment]*Segment{}}
		for _, id := range s.References() {
			env.Segments[id] = parse(t, `{"all": []}`)
		}
		where, args, err := s.SQL(env.SQL(1))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(args); n > 0 && !strings.Contains(where, fmt.Sprintf("$%d::", n)) || strings.Contains(where, fmt.Sprintf("$%d::", n+1)) {
			t.Fatalf("%d arguments for %s", n, where)
		}
		if x := s.Explain(env, user); x.Holds != s.Match(env, user) {
			t.Fatalf("Explain says %v", x.Holds)
		}
	})
}
