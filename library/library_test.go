package library_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/library"
)

func Example() {
	draft := library.Draft{Name: "Greeting", Body: "{\"messages\": [\n  {\"type\": \"text\", \"txt\": \"Hi {{UserAttribute['name']}}\"}]}"}
	fmt.Println(draft.Validate())
	for _, l := range library.Diff("a\nb\nc", "a\nB\nc") {
		fmt.Println(l.Op, l.Old, l.New, l.Text)
	}
	// Output:
	// message.refused: line 2, column 3: /messages/0/text: text is missing; a text message needs it
	// same 1 1 a
	// removed 2 0 b
	// added 0 2 B
	// same 3 3 c
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const fine = `{"messages":[{"type":"text","text":"a"}]}`
	for name, tt := range map[string]struct {
		draft library.Draft
		want  []string
	}{
		"fine":            {library.Draft{Name: "a", Body: fine}, nil},
		"nothing":         {library.Draft{Name: " "}, []string{"/name request.required", "/body request.required"}},
		"a long name":     {library.Draft{Name: strings.Repeat("あ", 201), Body: fine}, []string{"/name template.long_name"}},
		"the longest":     {library.Draft{Name: strings.Repeat("あ", 200), Body: fine}, nil},
		"bad syntax":      {library.Draft{Name: "a", Body: campaign.Body(strings.Replace(fine, `"a"`, `"{{ 1|nope }}{{ 2|nix }}"`, 1))}, []string{"/body template.unknown_filter", "/body template.unknown_filter"}},
		"LINE refuses it": {library.Draft{Name: "a", Body: `{"messages":[{"type":"sticker","packageId":"1"}]}`}, []string{"/body message.refused"}},
	} {
		var got []string
		if err := tt.draft.Validate(); err != nil {
			for _, e := range errs.From(err).Fields {
				got = append(got, e.Pointer+" "+e.Code)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x\n", 4000)
	for name, tt := range map[string]struct{ from, to, want string }{
		"nothing":        {"", "", ""},
		"equal":          {"a\nb", "a\nb\n", "=a=b"},
		"from nothing":   {"", "a", "+a"},
		"to nothing":     {"a\nb", "", "-a-b"},
		"in between":     {"a\nc", "a\nb\nc", "=a+b=c"},
		"at the end":     {"a", "a\nb", "=a+b"},
		"repeated lines": {"a\na\na", "a\na", "=a=a-a"},
		"moved":          {"a\nb\nc\nd", "c\nd\na\nb", "-a-b=c=d+a+b"},
		"an empty line":  {"a\n\nb", "a\nb", "=a-=b"},
	} {
		if got := shown(library.Diff(tt.from, tt.to)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	if got := library.Diff(long, strings.ReplaceAll(long, "x", "y")); len(got) != 8000 {
		t.Errorf("two long texts without a common line: %d lines", len(got))
	}
}

// Lines far from every change are left out; changes that are near each other
// stand together.
func TestHunks(t *testing.T) {
	t.Parallel()
	const ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10"
	for name, tt := range map[string]struct{ from, to, want string }{
		"nothing":         {"", "", ""},
		"equal":           {ten, ten, ""},
		"from nothing":    {"", "a\nb", "@@ -0,0 +1,2 @@+a+b"},
		"to nothing":      {"a", "", "@@ -1,1 +0,0 @@-a"},
		"at the start":    {ten, "0\n" + ten, "@@ -1,3 +1,4 @@+0=1=2=3"},
		"at the end":      {ten, ten + "\n11", "@@ -8,3 +8,4 @@=8=9=10+11"},
		"in the middle":   {ten, strings.Replace(ten, "5", "five", 1), "@@ -2,7 +2,7 @@=2=3=4-5+five=6=7=8"},
		"six between":     {ten, strings.NewReplacer("2", "two", "9", "nine").Replace(ten), "@@ -1,10 +1,10 @@=1-2+two=3=4=5=6=7=8-9+nine=10"},
		"seven between":   {ten, "one" + strings.Replace(ten[1:], "9", "nine", 1), "@@ -1,4 +1,4 @@-1+one=2=3=4@@ -6,5 +6,5 @@=6=7=8-9+nine=10"},
		"all is another":  {"a\nb", "c", "@@ -1,2 +1,1 @@-a-b+c"},
		"only a new line": {"a\nb", "a\n\nb", "@@ -1,2 +1,3 @@=a+=b"},
	} {
		got := ""
		for _, h := range library.Hunks(library.Diff(tt.from, tt.to)) {
			got += h.Header() + shown(h)
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// A body that was kept is checked anew: what is refused, and what was probably
// not meant.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body            campaign.Body
		refused, doubts []string
	}{
		"fine":            {`{"messages":[{"type":"text","text":"a"}]}`, nil, nil},
		"LINE refuses it": {`{"messages":[{"type":"text"}]}`, []string{"message.refused"}, nil},
		"bad syntax":      {`{"messages":[{"type":"text","text":"{{ 1|nope }}"}]}`, []string{"template.unknown_filter"}, nil},
		"odd":             {`{"messages":[{"type":"text","text":"<<name>>"}]}`, nil, []string{"angles_as_text"}},
		"both":            {`{"messages":[{"type":"text","text":"<<name>>"},{"type":"image"}]}`, []string{"message.refused", "message.refused"}, []string{"angles_as_text"}},
		"a small letter":  {`{"messages":[{"type":"text","text":"{{UserAttribute['name']}}"}]}`, nil, nil},
		"too long":        {campaign.Body(strings.Repeat("x", 64<<10+1)), []string{"template.source_too_large"}, nil},
	} {
		refused, doubts := library.Version{Body: tt.body}.Check()
		var codes, lints []string
		for _, e := range refused {
			codes = append(codes, e.Code)
		}
		for _, l := range doubts {
			lints = append(lints, l.Code)
		}
		if diff := cmp.Diff([][]string{tt.refused, tt.doubts}, [][]string{codes, lints}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func shown(lines []library.Line) (text string) {
	for _, l := range lines {
		text += map[library.Op]string{library.Same: "=", library.Removed: "-", library.Added: "+"}[l.Op] + l.Text
	}
	return text
}

// Whatever the texts, each side of the difference is its text again.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc", "a\nc\nd")
	f.Add("", "\n\n")
	f.Fuzz(func(t *testing.T, from, to string) {
		var old, now []string
		for i, l := range library.Diff(from, to) {
			if l.Op != library.Added {
				old = append(old, l.Text)
			}
			if l.Op != library.Removed {
				now = append(now, l.Text)
			}
			if l.Op != library.Added && l.Old != len(old) || l.Op != library.Removed && l.New != len(now) {
				t.Errorf("line %d has the numbers %d and %d", i, l.Old, l.New)
			}
		}
		if strings.Join(old, "\n") != strings.TrimSuffix(from, "\n") || strings.Join(now, "\n") != strings.TrimSuffix(to, "\n") {
			t.Errorf("%q to %q: %q, %q", from, to, old, now)
		}
	})
}
