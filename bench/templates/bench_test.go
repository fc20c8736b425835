package templates

import (
	"encoding/json"
	"reflect"
	"regexp"
	"testing"
)

// entrant is an engine as it takes part: with the attributes decoded before,
// or decoding them for each rendering, which "+json" in its name says.
type entrant struct {
	name   string
	render render
}

// entrants are those that can make the body.
func entrants(tb testing.TB, body string) (list []entrant) {
	tb.Helper()
	add := func(e engine, suffix string, attributes decoder) {
		r, err := e.compile(e.source(body), attributes)
		if err != nil {
			tb.Fatalf("%s: %v", e.name, err)
		}
		list = append(list, entrant{e.name + suffix, r})
	}
	for _, e := range engines {
		switch {
		case e.source(body) == "":
		case e.name == "linecast":
			add(e, "", nil)
		default:
			add(e, "", decodedBefore())
			add(e, "+json", decode)
		}
	}
	return list
}

// All engines make the same body, or there is nothing to compare.
func TestSameBodies(t *testing.T) {
	for _, body := range bodies {
		list := entrants(t, body)
		want := asJSON(t, list[0].render)
		for _, e := range list[1:] {
			if got := asJSON(t, e.render); !reflect.DeepEqual(got, want) {
				t.Errorf("%s of %s is\n%v\nwant\n%v", body, e.name, got, want)
			}
		}
	}
}

// whole is a number that gonja prints with a fraction of nothing, since
// encoding/json decodes all numbers as float64.
var whole = regexp.MustCompile(`(\d)\.0\b`)

// asJSON is what r makes of the user.
func asJSON(t *testing.T, r render) any {
	t.Helper()
	out, err := r(nil, user())
	if err != nil {
		t.Fatal(err)
	}
	out = whole.ReplaceAll(out, []byte("$1"))
	var v any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return v
}

func BenchmarkRender(b *testing.B) {
	raw := user()
	for _, body := range bodies {
		for _, e := range entrants(b, body) {
			b.Run(body+"/"+e.name, func(b *testing.B) {
				b.ReportAllocs()
				var dst []byte
				for b.Loop() {
					var err error
					if dst, err = e.render(dst[:0], raw); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, body := range bodies {
		for _, e := range engines {
			source := e.source(body)
			if source == "" {
				continue
			}
			b.Run(body+"/"+e.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := e.compile(source, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
