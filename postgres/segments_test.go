package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// createSegment stores a definition; %s in it is the id of an earlier segment.
func createSegment(t *testing.T, db *postgres.DB, name, definition string, ids ...any) segment.Stored {
	t.Helper()
	s, err := db.CreateSegment(context.Background(), segment.Draft{Name: name, Definition: json.RawMessage(fmt.Sprintf(definition, ids...))})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantCode(t *testing.T, err error, code, contains string) {
	t.Helper()
	if !errs.Is(err, code) || !strings.Contains(errs.From(err).Where()+errs.From(err).Detail, contains) {
		t.Errorf("error is %v, want %s with %q", err, code, contains)
	}
}

func TestSegmentIsKeptAsWritten(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := postgres.New(pgtest.Tx(t))
	const text = "{ \"any\" : [ ],\n  \"time_zone\": \"UTC\" }"
	made := createSegment(t, db, " VIPs ", text)
	if made.Name != "VIPs" || made.Version != 1 || made.LastCount != nil {
		t.Errorf("made %+v", made)
	}
	read, err := db.Segment(ctx, made.ID)
	if err != nil || string(read.Definition) != text {
		t.Errorf("read %s, %v", read.Definition, err)
	}
	at := made.CreatedAt.Add(time.Hour)
	for _, count := range []struct {
		version int
		n       int64
		at      time.Time
	}{{1, 10, at}, {2, 99, at.Add(time.Hour)}, {1, 5, at.Add(-time.Minute)}} { // another version, and an older count
		if err := db.StoreSegmentCount(ctx, made.ID, count.version, count.n, count.at); err != nil {
			t.Fatal(err)
		}
	}
	renamed, err := db.UpdateSegment(ctx, made.ID, 1, segment.Draft{Name: "People", Definition: read.Definition})
	if err != nil || renamed.Version != 2 || renamed.LastCount == nil || *renamed.LastCount != 10 {
		t.Errorf("renamed to %+v, %v; the count of the same definition should stay 10", renamed, err)
	}
	changed, err := db.UpdateSegment(ctx, made.ID, 0, segment.Draft{Name: "People", Definition: json.RawMessage(`{"all": []}`)})
	if err != nil || changed.Version != 3 || changed.LastCount != nil || changed.CountedAt != nil {
		t.Errorf("changed to %+v, %v; the count should be gone", changed, err)
	}
	_, err = db.UpdateSegment(ctx, made.ID, 2, segment.Draft{Name: "People", Definition: json.RawMessage(`{"all": []}`)})
	wantCode(t, err, "version.mismatch", "If-Match names version 2; the present version is 3")
	wantCode(t, db.DeleteSegment(ctx, made.ID, 2), "version.mismatch", "")
	if err := db.DeleteSegment(ctx, made.ID, 3); err != nil {
		t.Error(err)
	}
	_, err = db.Segment(ctx, made.ID)
	wantCode(t, err, "segment.not_found", made.ID.String())
	wantCode(t, db.DeleteSegment(ctx, made.ID, 0), "segment.not_found", made.ID.String())
	_, err = db.UpdateSegment(ctx, made.ID, 0, segment.Draft{Name: "x", Definition: json.RawMessage(`{"all": []}`)})
	wantCode(t, err, "segment.not_found", made.ID.String())
}

func TestCreateSegmentRefuses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tx := pgtest.Tx(t)
	db := postgres.New(tx)
	createSegment(t, db, "Gold", `{"all": []}`)
	insertPeople(t, tx, oddPeople()[:5])
	channel := insertFriendships(t, tx, time.Now())
	if _, err := tx.Exec(ctx, `update channels set state = 'deleted' where id = $1`, channel); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, definition, code, contains string }{
		{"", `{"all": []}`, "request.required", "/name"},
		{"GOLD", `{"all": []}`, "segment.name_taken", `a segment called "GOLD" exists`},
		{"a", `{"all": [{"attribute": "x", "is": "like"}]}`, "segment.unknown_operator", "/definition/all/0/is"},
		{"a", `{"not": {"segment": "seg_404404"}}`, "segment.not_found", "/definition/not/segment: no segment seg_404404"},
		{"a", `{"friend_of": "` + channel.String() + `", "state": "friend"}`, "channel.not_found", "/definition/friend_of: no channel"},
	} {
		_, err := db.CreateSegment(ctx, segment.Draft{Name: c.name, Definition: json.RawMessage(c.definition)})
		wantCode(t, err, c.code, c.contains)
	}
	if list, err := db.ListSegments(ctx, 0, 10); err != nil || len(list) != 1 {
		t.Errorf("%d segments, %v; refused ones should not be stored", len(list), err)
	}
}

func TestListSegments(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := postgres.New(pgtest.Tx(t))
	if list, err := db.ListSegments(ctx, 0, 10); err != nil || list == nil || len(list) != 0 {
		t.Errorf("no segments are %v, %v", list, err)
	}
	for i := range 5 {
		createSegment(t, db, fmt.Sprint("s", i), `{"all": []}`)
	}
	var names []string
	var after ref.Segment
	for range 3 {
		page, err := db.ListSegments(ctx, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page {
			names, after = append(names, s.Name), s.ID
		}
	}
	if diff := cmp.Diff([]string{"s0", "s1", "s2", "s3", "s4"}, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSegmentInUseStays(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tx := pgtest.Tx(t)
	db := postgres.New(tx)
	insertPeople(t, tx, oddPeople()[:3])
	channel := insertFriendships(t, tx, time.Now())
	used := createSegment(t, db, "used", `{"all": []}`)
	campaign := func(name, status, definition string) (id ref.Campaign) {
		const sql = `insert into campaigns (name, channel_id, kind, status, definition) values ($1, $2, 'one_time', $3, $4) returning id`
		if err := tx.QueryRow(ctx, sql, name, channel, status, definition).Scan(&id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	audience := `{"audience": {"segment": "` + used.ID.String() + `"}}`
	campaign("done", "finished", audience)
	campaign("other", "draft", `{"audience": {"segment": "`+used.ID.String()+`0"}}`)
	a := campaign("to them", "draft", audience)
	b := campaign("not to them", "running", `{"audience": {"exclude": ["seg_1", "`+used.ID.String()+`"]}}`)
	outer := createSegment(t, db, "outer", `{"any": [{"not": {"segment": %q}}, {"attribute": "segment", "is": "equals", "value": "x"}]}`, used.ID)
	wantCode(t, db.DeleteSegment(ctx, used.ID, 0), "segment.in_use",
		fmt.Sprintf("is used by %s (to them), %s (not to them), %s (outer)", a, b, outer.ID))
	if _, err := tx.Exec(ctx, `update campaigns set status = 'archived'`); err != nil {
		t.Fatal(err)
	}
	if err := db.DeleteSegment(ctx, outer.ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := db.DeleteSegment(ctx, used.ID, 0); err != nil {
		t.Error(err)
	}
}

func TestSegmentsMakeNoCircle(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := postgres.New(pgtest.Tx(t))
	a := createSegment(t, db, "a", `{"all": []}`)
	b := createSegment(t, db, "b", `{"segment": %q}`, a.ID)
	c := createSegment(t, db, "c", `{"any": [{"segment": %q}, {"segment": %q}]}`, a.ID, b.ID)
	for _, to := range []ref.Segment{a.ID, b.ID, c.ID} {
		_, err := db.UpdateSegment(ctx, a.ID, 0, segment.Draft{Name: "a", Definition: json.RawMessage(`{"not": {"segment": "` + to.String() + `"}}`)})
		wantCode(t, err, "segment.cycle", "/definition/not/segment: the segment would contain itself: "+a.ID.String()+" → "+to.String())
	}
	if _, err := db.UpdateSegment(ctx, c.ID, 0, segment.Draft{Name: "c", Definition: json.RawMessage(`{"segment": "` + a.ID.String() + `"}`)}); err != nil {
		t.Errorf("a change that makes no circle: %v", err)
	}
}

// TestSegmentsMakeNoCircleTogether lets two changes that are fine each meet.
func TestSegmentsMakeNoCircleTogether(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := postgres.New(pgtest.Pool(t))
	for round := range 5 {
		a := createSegment(t, db, fmt.Sprint("a", round), `{"all": []}`)
		b := createSegment(t, db, fmt.Sprint("b", round), `{"all": []}`)
		results := make([]error, 2)
		var both sync.WaitGroup
		for i, pair := range [][2]segment.Stored{{a, b}, {b, a}} {
			both.Go(func() {
				definition := json.RawMessage(`{"segment": "` + pair[1].ID.String() + `"}`)
				_, results[i] = db.UpdateSegment(ctx, pair[0].ID, 0, segment.Draft{Name: pair[0].Name, Definition: definition})
			})
		}
		both.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Fatalf("two changes that close a circle ended with %v and %v", results[0], results[1])
		}
	}
}

func TestLoadSegments(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tx := pgtest.Tx(t)
	db := postgres.New(tx)
	a := createSegment(t, db, "a", `{"all": []}`)
	b := createSegment(t, db, "b", `{"not": {"segment": %q}}`, a.ID)
	c := createSegment(t, db, "c", `{"any": [{"segment": %q}, {"segment": %q}]}`, b.ID, a.ID)
	createSegment(t, db, "d", `{"all": []}`)
	loaded, err := db.LoadSegments(ctx, []ref.Segment{c.ID})
	if err != nil || len(loaded) != 3 || loaded[a.ID] == nil || loaded[b.ID] == nil {
		t.Errorf("loaded %v, %v", loaded, err)
	}
	if loaded, err := db.LoadSegments(ctx, nil); err != nil || len(loaded) != 0 {
		t.Errorf("nothing loads %v, %v", loaded, err)
	}
	_, err = db.LoadSegments(ctx, []ref.Segment{a.ID, 404404})
	wantCode(t, err, "segment.not_found", "seg_404404")
	if _, err := tx.Exec(ctx, `update segments set definition = $2 where id = $1`, a.ID, `{"segment": "`+c.ID.String()+`"}`); err != nil {
		t.Fatal(err)
	}
	_, err = db.LoadSegments(ctx, []ref.Segment{c.ID})
	wantCode(t, err, "segment.cycle", c.ID.String()+" → "+b.ID.String()+" → "+a.ID.String()+" → "+c.ID.String())
}
