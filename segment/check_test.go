package segment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// stored parses segments under the ids 1, 2, 3 …
func stored(t *testing.T, definitions ...string) map[ref.Segment]*Segment {
	t.Helper()
	all := map[ref.Segment]*Segment{}
	for i, d := range definitions {
		all[ref.Segment(i+1)] = parse(t, d)
	}
	return all
}

func TestCheck(t *testing.T) {
	t.Parallel()
	chain := make([]string, 12)
	doubling := make([]string, 10)
	for i := range chain {
		chain[i] = fmt.Sprintf(`{"segment": "seg_%d"}`, i+2)
	}
	chain[11] = `{"all": []}`
	for i := range doubling {
		doubling[i] = fmt.Sprintf(`{"all": [%s{"segment": "seg_%d"}]}`, strings.Repeat(fmt.Sprintf(`{"segment": "seg_%d"},`, i+2), 9), i+2)
	}
	doubling[9] = `{"all": []}`
	for _, c := range []struct {
		name   string
		stored []string
		self   ref.Segment
		of     string
		want   string
	}{
		{"nothing", nil, 0, `{"all": []}`, ""},
		{"one", []string{`{"all": []}`}, 0, `{"segment": "seg_1"}`, ""},
		{"missing", nil, 0, `{"any": [{"segment": "seg_5"}]}`, "segment.not_found: /any/0/segment: no segment seg_5"},
		{"missing inside", []string{`{"not": {"segment": "seg_5"}}`}, 0, `{"segment": "seg_1"}`, "segment.not_found: /segment: no segment seg_5"},
		{"itself", nil, 1, `{"not": {"segment": "seg_1"}}`, "segment.cycle: /not/segment: the segment would contain itself: seg_1 → seg_1"},
		{"a circle", []string{"", `{"segment": "seg_3"}`, `{"segment": "seg_1"}`}, 1, `{"segment": "seg_2"}`,
			"segment.cycle: /segment: the segment would contain itself: seg_1 → seg_2 → seg_3 → seg_1"},
		{"somebody else's circle", []string{`{"segment": "seg_2"}`, `{"segment": "seg_1"}`}, 0, `{"segment": "seg_1"}`,
			"segment.cycle: /segment: the segment would contain itself: seg_1 → seg_2 → seg_1"},
		{"twice is no circle", []string{`{"all": []}`, `{"segment": "seg_1"}`}, 0, `{"all": [{"segment": "seg_2"}, {"segment": "seg_1"}, {"segment": "seg_2"}]}`, ""},
		{"ten in a row", chain, 0, `{"segment": "seg_3"}`, ""},
		{"eleven in a row", chain, 0, `{"segment": "seg_2"}`,
			"segment.too_deep_chain: /segment: more than 10 segments follow each other: seg_2 → seg_3 → seg_4 → seg_5 → seg_6 → seg_7 → seg_8 → seg_9 → seg_10 → seg_11 → seg_12"},
		{"ten to the tenth", doubling, 0, `{"segment": "seg_1"}`,
			"segment.too_large: /segment: it has more than 2000 conditions and groups, those of the segments it names included"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all := map[ref.Segment]*Segment{}
			for i, d := range c.stored {
				if d != "" {
					all[ref.Segment(i+1)] = parse(t, d)
				}
			}
			got := ""
			if err := Check(parse(t, c.of), c.self, all); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestCheckStored(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"all": [{"segment": "seg_5"}, {"friend_of": "ch_1", "state": "friend"}, {"friend_of": "ch_2", "state": "friend"}, {"segment": "seg_1"}]}`)
	err := s.CheckStored(0, stored(t, `{"all": []}`), []ref.Channel{1})
	want := []string{"segment.not_found /definition/all/0/segment: no segment seg_5", "channel.not_found /definition/all/2/friend_of: no channel ch_2"}
	if diff := cmp.Diff(want, problems(err)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	err = parse(t, `{"segment": "seg_1"}`).CheckStored(2, stored(t, `{"segment": "seg_2"}`), nil)
	if !errs.Is(err, "segment.cycle") || errs.From(err).Pointer != "/definition/segment" {
		t.Errorf("a circle is %v", err)
	}
	if err := parse(t, `{"all": []}`).CheckStored(0, nil, nil); err != nil {
		t.Error(err)
	}
}

func TestDraftParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		draft Draft
		want  []string
	}{
		{Draft{"VIPs", []byte(`{"all": []}`)}, nil},
		{Draft{" ", []byte(`{"all": [5]}`)}, []string{"request.required /name: name: field is required", "segment.wrong_value /definition/all/0: a condition wants an object, got a number"}},
		{Draft{strings.Repeat("ก", 201), nil}, []string{"segment.long_name /name: the name has 201 characters; at most 200", "request.required /definition: definition: field is required"}},
		{Draft{"a\nb", []byte(`{"all": []}`)}, []string{"segment.bad_value /name: name: it contains a control character"}},
		{Draft{strings.Repeat("ก", 200), []byte(`{`)}, []string{"request.malformed /definition: the body could not be read as JSON: unexpected end of JSON input"}},
	} {
		if _, err := c.draft.Parse(); !cmp.Equal(problems(err), c.want) {
			t.Errorf("%.20q %s: (-want +got)\n%s", c.draft.Name, c.draft.Definition, cmp.Diff(c.want, problems(err)))
		}
	}
}
