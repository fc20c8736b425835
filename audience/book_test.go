package audience

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/ref"
)

// shelf is a database of users in memory, for what a Book does to one.
type shelf struct {
	t     testing.TB
	last  ref.User
	rows  map[ref.User]Row
	attrs map[ref.User]string
	log   []IdentityChange
}

func newShelf(t testing.TB) *shelf {
	return &shelf{t: t, rows: map[ref.User]Row{}, attrs: map[ref.User]string{}}
}

// apply runs patches through one Book and returns the outcomes.
func (s *shelf) apply(patches ...Patch) []Outcome {
	book := NewBook(len(patches))
	for id, row := range s.rows {
		book.Load(row, s.attrs[id])
	}
	var outcomes []Outcome
	for i := range patches {
		outcomes = append(outcomes, book.Apply(&patches[i]))
	}
	s.write(book.Changes())
	return outcomes
}

// write stores changes step by step and checks after each what the database's
// constraints would.
func (s *shelf) write(c Changes) {
	for _, g := range c.Gone {
		delete(s.rows, g.ID)
		delete(s.attrs, g.ID)
	}
	for _, f := range c.Freed {
		s.put(Row{ID: f.ID, UserID: f.UserID}, s.attrs[f.ID])
	}
	for _, ch := range c.Change {
		s.put(ch.Row, ch.Attributes)
	}
	for _, n := range c.New {
		s.last++
		n.SetID(s.last)
		s.put(Row{s.last, n.UserID, n.LineID}, n.Attributes)
	}
	s.log = append(s.log, c.Identity()...)
	for _, g := range c.Gone {
		if _, ok := s.rows[g.Into()]; !ok {
			s.t.Errorf("%s went into %s, which is not there", g.ID, g.Into())
		}
	}
}

func (s *shelf) put(row Row, attributes string) {
	for id, other := range s.rows {
		if id != row.ID && (row.UserID != "" && row.UserID == other.UserID || row.LineID != "" && row.LineID == other.LineID) {
			s.t.Errorf("%+v has an id of %+v", row, other)
		}
	}
	if row.UserID == "" && row.LineID == "" {
		s.t.Errorf("%+v has no id", row)
	}
	s.rows[row.ID], s.attrs[row.ID] = row, attributes
}

// people are the rows without their ids, which depend on the order of writing.
func (s *shelf) people() map[string]string {
	people := map[string]string{}
	for id, row := range s.rows {
		people[row.UserID+"/"+row.LineID] = s.attrs[id]
	}
	return people
}

func patch(userID, lineID string, attributes ...string) Patch {
	p := Patch{UserID: userID, LineID: lineID}
	for _, a := range attributes {
		name, value, _ := strings.Cut(a, "=")
		p.Attributes = append(p.Attributes, Attribute{name, Value(value)})
	}
	return p
}

func statuses(outcomes []Outcome) string {
	var list []string
	for _, o := range outcomes {
		s := string(o.Status)
		if o.Err != nil {
			s += " " + o.Err.Code
		}
		list = append(list, s)
	}
	return strings.Join(list, ", ")
}

func TestBook(t *testing.T) {
	t.Parallel()
	add := func(p Patch, name, value string) Patch { p.Add = []Attribute{{name, Value(value)}}; return p }
	remove := func(p Patch, name, value string) Patch { p.Remove = []Attribute{{name, Value(value)}}; return p }
	on := func(p Patch, c OnConflict) Patch { p.OnConflict = c; return p }
	for name, c := range map[string]struct {
		patches  []Patch
		statuses string
		people   map[string]string
	}{
		"create, update, nothing": {
			[]Patch{patch("a", "", `n=1`), patch("a", "", `n=2`, `m="x"`), patch("a", "", `m="x"`)},
			"created, updated, unchanged", map[string]string{"a/": `{"m":"x","n":2}`},
		},
		"null removes":          {[]Patch{patch("a", "", `n=1`, `m=2`), patch("a", "", `n=`, `q=`), patch("a", "", `n=`)}, "created, updated, unchanged", map[string]string{"a/": `{"m":2}`}},
		"an id alone":           {[]Patch{patch("a", ""), patch("", "x"), patch("a", "")}, "created, created, unchanged", map[string]string{"a/": `{}`, "/x": `{}`}},
		"ids come together":     {[]Patch{patch("a", "", `n=1`), patch("a", "x"), patch("", "x", `m=1`)}, "created, updated, updated", map[string]string{"a/x": `{"m":1,"n":1}`}},
		"merged, gaps filled":   {[]Patch{patch("a", "", `n=1`), patch("", "x", `n=2`, `m=2`), patch("a", "x", `q=3`)}, "created, created, updated", map[string]string{"a/x": `{"m":2,"n":1,"q":3}`}},
		"a line_id moves":       {[]Patch{patch("a", "x"), patch("a", "y"), patch("b", "x")}, "created, updated, created", map[string]string{"a/y": `{}`, "b/x": `{}`}},
		"a taken line_id":       {[]Patch{patch("a", "x"), patch("b", "x", `n=1`), patch("b", "")}, "created, rejected user.line_id_taken, created", map[string]string{"a/x": `{}`, "b/": `{}`}},
		"elements":              {[]Patch{add(patch("a", ""), "t", `["p","q"]`), add(patch("a", ""), "t", `["q","r",1]`), remove(patch("a", ""), "t", `["p",2]`), add(patch("a", ""), "t", `["r"]`)}, "created, updated, updated, unchanged", map[string]string{"a/": `{"t":["q","r",1]}`}},
		"elements of nothing":   {[]Patch{remove(patch("a", ""), "t", `["p"]`), add(patch("a", ""), "t", `[]`)}, "created, unchanged", map[string]string{"a/": `{}`}},
		"elements of a text":    {[]Patch{patch("a", "", `t="p"`), add(patch("a", "x", `n=1`), "t", `["q"]`)}, "created, rejected user.not_an_array", map[string]string{"a/": `{"t":"p"}`}},
		"skip":                  {[]Patch{on(patch("a", "", `n=1`), Skip), on(patch("a", "x", `n=2`), Skip)}, "created, unchanged", map[string]string{"a/": `{"n":1}`}},
		"replace":               {[]Patch{patch("a", "", `n=1`, `m=1`), on(patch("a", "", `n=1`), Replace), on(patch("a", "", `n=1`), Replace)}, "created, updated, unchanged", map[string]string{"a/": `{"n":1}`}},
		"objects and PG's text": {[]Patch{patch("a", "", `o={"zip":"100","city":"東"}`), patch("a", "", `o={"zip":"100","city":"東"}`)}, "created, unchanged", map[string]string{"a/": `{"o":{"zip":"100","city":"東"}}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			together, apart := newShelf(t), newShelf(t)
			if got := statuses(together.apply(c.patches...)); got != c.statuses {
				t.Errorf("got  %s\nwant %s", got, c.statuses)
			}
			if diff := cmp.Diff(c.people, together.people()); diff != "" {
				t.Error(diff)
			}
			for _, p := range c.patches {
				apart.apply(p)
			}
			if diff := cmp.Diff(c.people, apart.people()); diff != "" {
				t.Errorf("one at a time: %s", diff)
			}
		})
	}
}

// Where batches end never matters: the same patches in any batches give the
// same users and the same statuses.
func TestBatchesDoNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		patches := randomPatches(random, 60)
		one, many := newShelf(t), newShelf(t)
		var want, got []string
		for _, p := range patches {
			want = append(want, statuses(one.apply(p)))
		}
		for rest := patches; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(30))
			for _, o := range many.apply(rest[:n]...) {
				got = append(got, statuses([]Outcome{o}))
				if id := o.ID(); o.Err == nil && many.rows[id].ID == 0 {
					t.Errorf("seed %d: an outcome names %s, which is not there", seed, id)
				}
			}
			rest = rest[n:]
		}
		if diff := cmp.Diff(want, got) + cmp.Diff(one.people(), many.people()) + cmp.Diff(whats(one.log), whats(many.log)); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func whats(log []IdentityChange) (list []string) {
	for _, l := range log {
		list = append(list, l.What+" "+l.OldLineID+" "+l.NewLineID)
	}
	return list
}

// randomPatches makes patches of few people, so that they meet.
func randomPatches(random *rand.Rand, n int) []Patch {
	values := []string{"1", "2", `"a"`, "", `["p"]`, `["p","q"]`, "true", `{"k":1}`}
	patches := make([]Patch, n)
	for i := range patches {
		p := &patches[i]
		kind := random.IntN(3)
		if kind != 0 {
			p.UserID = fmt.Sprintf("c%d", random.IntN(4))
		}
		if kind != 1 {
			p.LineID = fmt.Sprintf("U%032x", random.IntN(4))
		}
		for range random.IntN(3) {
			p.Attributes = append(p.Attributes, Attribute{fmt.Sprintf("n%d", random.IntN(3)), Value(values[random.IntN(len(values))])})
		}
		if random.IntN(4) == 0 {
			p.Add = []Attribute{{"n0", `["p","r"]`}}
		}
		if random.IntN(4) == 0 {
			p.Remove = []Attribute{{"n0", `["q"]`}}
		}
		p.OnConflict = []OnConflict{"", Update, Skip, Replace}[random.IntN(4)]
	}
	return patches
}

func TestLimitsOfAUser(t *testing.T) {
	t.Parallel()
	many := func(from, n int, value string) Patch {
		p := Patch{UserID: "a"}
		for i := range n {
			p.Attributes = append(p.Attributes, Attribute{fmt.Sprintf("n%04d", from+i), Value(value)})
		}
		return p
	}
	large := `"` + strings.Repeat("x", 7000) + `"`
	s := newShelf(t)
	for i, c := range []struct {
		patch Patch
		want  string
	}{
		{many(0, MaxAttributes+1, "1"), "rejected user.too_many_attributes"},
		{many(0, MaxAttributes, "1"), "created"},
		{many(MaxAttributes, 1, "1"), "rejected user.too_many_attributes"},
		{many(0, 9, large), "updated"},
		{many(9, 1, large), "rejected user.attributes_too_large"},
		{many(0, 9, ""), "updated"},
		{Patch{UserID: "a", Attributes: []Attribute{{"t", Value("[" + large + "]")}}}, "updated"},
		{Patch{UserID: "a", Add: []Attribute{{"t", Value(`["` + strings.Repeat("y", 2000) + `"]`)}}}, "rejected user.value_too_large"},
	} {
		if got := statuses(s.apply(c.patch)); got != c.want {
			t.Errorf("step %d: got %s, want %s", i, got, c.want)
		}
	}
}

func TestSightings(t *testing.T) {
	t.Parallel()
	book := NewBook(0)
	for _, p := range []Patch{patch("a", "", `n=1`, `d="2026-01-31"`), patch("b", "", `n="x"`, `gone=`), patch("c", "", `n=2`, `d="soon"`)} {
		book.Apply(&p)
	}
	rejected := Patch{UserID: "d", Add: []Attribute{{"n", `["a"]`}}, Attributes: []Attribute{{"n", "1"}}}
	book.Apply(&rejected)
	var got []string
	for _, s := range book.Sightings() {
		got = append(got, fmt.Sprint(s.Name, " ", s.First, " ", s.Drift(s.First), " ", s.Drift(String)))
	}
	if diff := cmp.Diff([]string{"d datetime 1 0", "n number 1 2"}, got); diff != "" {
		t.Error(diff)
	}
}
