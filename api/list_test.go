package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/internal/access"
)

type numbersQuery struct {
	paging
	Odd bool `query:"odd"`
}

// numbers is a list of 1 to 10, or of the odd ones.
func numbers(_ context.Context, in numbersQuery) (page[int], error) {
	start, err := after[int](&in.paging)
	if err != nil {
		return page[int]{}, err
	}
	entries := []int{}
	for n := start + 1; n <= 10 && len(entries) < in.size()+1; n++ {
		if !in.Odd || n%2 == 1 {
			entries = append(entries, n)
		}
	}
	return pageOf(&in.paging, entries, func(n int) int { return n })
}

func newList(t *testing.T) *frame {
	return newFrame(t, nil, route{get, "/numbers", access.Admin, "numbers", handle(200, numbers), 0},
		route{get, "/others", access.Admin, "others", handle(200, numbers), 0})
}

func TestPages(t *testing.T) {
	t.Parallel()
	f := newList(t)
	for _, limit := range []int{1, 3, 5, 9, 10, 11, 200} {
		for filter, want := range map[string][]int{"": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, "&odd=true": {1, 3, 5, 7, 9}} {
			var got []int
			for cursor := ""; ; {
				w := f.call("GET", fmt.Sprintf("/numbers?limit=%d%s%s", limit, filter, cursor), "")
				var p page[int]
				if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || len(p.Data) > limit || len(p.Data) == 0 {
					t.Fatalf("limit %d: %v %s", limit, err, w.Body)
				}
				got = append(got, p.Data...)
				if p.NextCursor == nil {
					break
				}
				cursor = "&cursor=" + *p.NextCursor
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("limit %d%s: %s", limit, filter, diff)
			}
		}
	}
}

func TestPageWithoutEntries(t *testing.T) {
	t.Parallel()
	empty := func(context.Context, paging) (page[int], error) {
		return pageOf(&paging{}, []int{}, func(n int) int { return n })
	}
	f := newFrame(t, nil, route{get, "/empty", access.Admin, "empty", handle(200, empty), 0})
	if got := f.call("GET", "/empty", "").Body.String(); got != `{"data":[],"next_cursor":null}`+"\n" {
		t.Error(got)
	}
}

// A cursor is good for its list, its filter and any limit, and for nothing
// else.
func TestCursors(t *testing.T) {
	t.Parallel()
	f := newList(t)
	var first page[int]
	if err := json.Unmarshal(f.call("GET", "/numbers?odd=true&limit=2", "").Body.Bytes(), &first); err != nil {
		t.Fatal(err)
	}
	good := *first.NextCursor
	if w := f.call("GET", "/numbers?cursor="+good+"&odd=true&limit=1", ""); !strings.HasPrefix(w.Body.String(), `{"data":[5]`) {
		t.Errorf("another limit: %s", w.Body)
	}
	for _, path := range []string{
		"/numbers?cursor=" + good, "/numbers?odd=false&cursor=" + good, "/others?odd=true&cursor=" + good,
		"/numbers?odd=true&cursor=" + good[1:], "/numbers?odd=true&cursor=x", "/numbers?odd=true&cursor=" + good + "!",
		"/numbers?odd=true&cursor=eyJhIjoxfQ", // {"a":1}
	} {
		p := problemOf(t, f.call("GET", path, ""))
		if p.Code != "request.bad_cursor" || p.Status != 400 || len(p.Errors) != 1 || p.Errors[0].Pointer != "?cursor" {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	f := newList(t)
	for _, bad := range []string{"0", "-1", "201", "", "x", "1.0", "+5", "05", "9999999999999999999"} {
		if p := problemOf(t, f.call("GET", "/numbers?limit="+bad, "")); !slices.Contains([]string{"request.bad_limit"}, p.Code) || p.Errors[0].Pointer != "?limit" {
			t.Errorf("limit %q: %+v", bad, p)
		}
	}
	if (&paging{}).size() != 50 || (&paging{Limit: 200}).size() != 200 {
		t.Error("the default is not 50, or 200 is not 200")
	}
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ifMatch{`"1"`: 1, `"42"`: 42, `*`: 0} {
		var m ifMatch
		if err := m.UnmarshalText([]byte(text)); err != nil || m != want {
			t.Errorf("%s: %d, %v", text, m, err)
		}
	}
	for _, bad := range []string{``, `1`, `"0"`, `"-1"`, `"01"`, `"x"`, `W/"1"`, `"1", "2"`, `"1`, `1"`, `""`} {
		var m ifMatch
		if err := m.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%s reads as %d", bad, m)
		}
	}
	if etag(3) != `"3"` {
		t.Error(etag(3))
	}
}
