package templating

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// outcome is what a case came to, here or in Jinja.
type outcome struct {
	OK      *string `json:"ok,omitempty"`
	Missing *string `json:"missing,omitempty"`
	Skip    *string `json:"skip,omitempty"`
	Error   string  `json:"error,omitempty"`
}

// departs names the cases whose outcome is another than Jinja's, by rule; each
// is explained in docs/templating-deviations.md.
var departs = map[string]string{
	"{{ {none: 1, true: 2, 1.5: 3}|tojson }}": "ok",
	"{{ UserAttribute['nope']|round }}":       "missing",
	"{{ UserAttribute['nope']|abs }}":         "missing",
	"{{ UserAttribute['nope']|tojson }}":      "missing",
}

func TestJinjaCases(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/oracle-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		User  json.RawMessage
		Cases []struct {
			T    string
			Want outcome
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 300 {
		t.Errorf("only %d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for _, inBody := range []bool{false, true} {
				got, text := renderCase(t, c.T, file.User, inBody)
				if want := departs[c.T]; want != "" {
					if got.kind() != want {
						t.Errorf("%s\ngot %s %s, want %s", c.T, got.kind(), text, want)
					}
					continue
				}
				if got.kind() != c.Want.kind() {
					t.Errorf("%s\ngot %s %s, want %s", c.T, got.kind(), text, c.Want.kind())
					continue
				}
				if diff := cmp.Diff(c.Want.OK, got.OK); diff != "" {
					t.Errorf("%s\n%s", c.T, diff)
				}
				if diff := cmp.Diff(c.Want.Skip, got.Skip); diff != "" {
					t.Errorf("%s\n%s", c.T, diff)
				}
			}
		})
	}
}

func (o outcome) kind() string {
	switch {
	case o.OK != nil:
		return "ok"
	case o.Missing != nil:
		return "missing"
	case o.Skip != nil:
		return "skip"
	}
	return "error"
}

// renderCase renders source alone or as the text of a message, read back.
func renderCase(t *testing.T, source string, user json.RawMessage, inBody bool) (outcome, string) {
	t.Helper()
	if inBody {
		quoted, err := json.Marshal(source)
		if err != nil {
			t.Fatal(err)
		}
		source = `{"messages":[{"type":"text","text":` + string(quoted) + `}]}`
	}
	tmpl, err := compile(source, Options{}, !inBody)
	var out []byte
	if err == nil {
		out, err = tmpl.Render(nil, &Data{Attributes: JSON(user)})
	}
	var skip *Skip
	switch {
	case errors.As(err, &skip) && skip.Reason == MissingAttribute:
		return outcome{Missing: &skip.Name}, err.Error()
	case errors.As(err, &skip):
		return outcome{Skip: &skip.Name}, err.Error()
	case err != nil:
		if e := errs.From(err); e.Line == 0 || !strings.HasPrefix(e.Code, "template.") {
			t.Errorf("%s\nerror without a place: %v", source, err)
		}
		return outcome{Error: errs.From(err).Code}, err.Error()
	}
	text := string(out)
	if inBody {
		text = decode(t, text).(map[string]any)["messages"].([]any)[0].(map[string]any)["text"].(string)
	}
	return outcome{OK: &text}, text
}
