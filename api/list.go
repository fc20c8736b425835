package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"

	"github.com/linecast/linecast/errs"
)

// How many entries a page of a list has.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// paging is the part of a list's input that says which page. Embed it; its
// cursor belongs to the path and the filter it was given with.
type paging struct {
	Limit  limit  `query:"limit"`
	Cursor string `query:"cursor"`
	filter [8]byte
}

// bound notes what the list is a list of.
func (p *paging) bound(r *request) {
	query := r.c.Request().URL.Query()
	query.Del("limit")
	query.Del("cursor")
	sum := sha256.Sum256([]byte(r.c.Request().URL.EscapedPath() + "?" + query.Encode()))
	p.filter = [8]byte(sum[:8])
}

// limit is how many entries a page should have at most.
type limit int

// UnmarshalText reads a whole number from 1 to 200, or fails with
// request.bad_limit.
func (l *limit) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > maxLimit || strconv.Itoa(n) != string(text) {
		return errs.New("request.bad_limit", text, maxLimit)
	}
	*l = limit(n)
	return nil
}

// size is the number of entries to show.
func (p *paging) size() int {
	if p.Limit == 0 {
		return defaultLimit
	}
	return int(p.Limit)
}

// cursor is what a page's next_cursor holds: the filter's digest and the last
// entry's place.
type cursor[K any] struct {
	Filter []byte `json:"f"`
	After  K      `json:"a"`
}

// after is the place that the page starts behind, K's zero value for the first
// page. A cursor of another list, or of another filter, is request.bad_cursor.
func after[K any](p *paging) (K, error) {
	var c cursor[K]
	if p.Cursor == "" {
		return c.After, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || string(c.Filter) != string(p.filter[:]) {
		var none K
		return none, errs.New("request.bad_cursor", p.Cursor).At("?cursor")
	}
	return c.After, nil
}

// page is a list's answer.
type page[T any] struct {
	Data       []T     `json:"data"`
	NextCursor *string `json:"next_cursor"` // null on the last page
}

// pageOf makes a page of one entry more than it shows: that one says whether
// there is a next page. place is where an entry stands in the list's order.
func pageOf[T, K any](p *paging, entries []T, place func(T) K) (page[T], error) {
	if len(entries) <= p.size() {
		return page[T]{Data: entries}, nil
	}
	entries = entries[:p.size()]
	raw, err := json.Marshal(cursor[K]{p.filter[:], place(entries[len(entries)-1])})
	next := base64.RawURLEncoding.EncodeToString(raw)
	return page[T]{entries, &next}, err
}
