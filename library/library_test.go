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
