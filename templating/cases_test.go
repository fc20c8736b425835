package templating

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// oracleCase is a case of testdata/template-cases.json: a template and what
// Jinja 3.1.6, or the rule that departs from it, makes of it.
type oracleCase struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Template string `json:"template"`
	Expected struct {
		OK      *string         `json:"ok"`
		JSON    json.RawMessage `json:"json"`
		Missing string          `json:"missing"`
		Skip    *string         `json:"skip"`
		Error   string          `json:"error"`
		Line    int             `json:"line"`
	} `json:"expected"`
}

func oracleCases(t testing.TB) (cases []oracleCase, user json.RawMessage) {
	t.Helper()
	raw, err := os.ReadFile("testdata/template-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Context struct{ UserAttribute json.RawMessage }
		Cases   []oracleCase
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases, file.Context.UserAttribute
}

func TestOracleCases(t *testing.T) {
	t.Parallel()
	cases, user := oracleCases(t)
	d := &Data{LineID: "U4af4980629f9a3d7b1a2c3d4e5f60718", Attributes: JSON(user)}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			tmpl, err := compile(c.Template, Options{}, c.Kind == "text")
			var out []byte
			if err == nil {
				out, err = tmpl.Render(nil, d)
			}
			checkCase(t, c, string(out), err)
		})
	}
}

// errorCodes maps the classes of the oracle's errors to ours.
var errorCodes = map[string][]string{
	"syntax":            {"template.syntax", "template.unclosed", "template.pasted", "template.unknown_filter", "template.unknown_tag"},
	"forbidden":         {"template.forbidden"},
	"json":              {"template.json"},
	"context":           {"template.context"},
	"ZeroDivisionError": {"template.zero_division"},
	"TypeError":         {"template.type"},
	"ValueError":        {"template.value"},
	"OverflowError":     {"template.range_too_long"},
}

func checkCase(t *testing.T, c oracleCase, out string, err error) {
	t.Helper()
	var skip *Skip
	want := c.Expected
	switch {
	case want.OK != nil:
		if diff := cmp.Diff(*want.OK, out); err != nil || diff != "" {
			t.Errorf("%s\nerror %v\n%s", c.Template, err, diff)
		}
	case want.JSON != nil:
		if diff := cmp.Diff(decode(t, string(want.JSON)), decode(t, out)); err != nil || diff != "" {
			t.Errorf("%s\nerror %v\n%s", c.Template, err, diff)
		}
	case want.Missing != "":
		// The oracle knows no name for null and only the last step of a path.
		if !errors.As(err, &skip) || skip.Reason != MissingAttribute {
			t.Errorf("%s\ngot %q, %v; want missing %s", c.Template, out, err, want.Missing)
		}
	case want.Skip != nil:
		if !errors.As(err, &skip) || skip.Reason != NotSend || skip.Name != *want.Skip {
			t.Errorf("%s\ngot %q, %v; want skipped %s", c.Template, out, err, *want.Skip)
		}
	default:
		checkError(t, c, out, err)
	}
}

func checkError(t *testing.T, c oracleCase, out string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s\ngot %q, want error %s", c.Template, out, c.Expected.Error)
		return
	}
	e := errs.From(err)
	fields := append(e.Fields, e)
	for _, code := range errorCodes[c.Expected.Error] {
		for _, f := range fields {
			if f.Code == code && f.Column > 0 && (c.Expected.Line == 0 || f.Line == c.Expected.Line) {
				return
			}
		}
	}
	t.Errorf("%s\ngot error %v, want %s on line %d", c.Template, err, c.Expected.Error, c.Expected.Line)
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Errorf("not JSON: %v\n%s", err, text)
	}
	return v
}
