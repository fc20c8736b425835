package simulator

import (
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"time"
)

// Paging of followers (LINE reference, Get a list of users who added your LINE
// Official Account as a friend).
const (
	defaultPage = 300
	maxPage     = 1000
	tokenLife   = 24 * time.Hour
)

// followerIDs answers GET /v2/bot/followers/ids. A page covers limit places of
// the list and leaves out who blocked the account, so it may hold fewer ids
// while there are more to come, as LINE warns.
func followerIDs(c *request) reply {
	a := c.account
	query := c.http.URL.Query()
	limit, err := strconv.Atoi(orElse(query.Get("limit"), strconv.Itoa(defaultPage)))
	switch {
	case !a.channel.Verified:
		return failure(http.StatusForbidden, textForbidden)
	case err != nil || limit < 1 || limit > maxPage:
		return failure(http.StatusBadRequest, textBadLimit)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.sim.options.Clock()
	start, valid := 0, true
	if token := query.Get("start"); token != "" {
		start, valid = a.readToken(token, now)
	}
	if !valid {
		return failure(http.StatusBadRequest, textBadStart)
	}
	page := struct {
		UserIDs []string `json:"userIds"`
		Next    string   `json:"next,omitempty"`
	}{UserIDs: make([]string, 0, limit)}
	end := min(start+limit, a.friends.len())
	for i := start; i < end; i++ {
		if id := a.friends.at(i); a.friends.is(id) {
			page.UserIDs = append(page.UserIDs, id.String())
		}
	}
	if end < a.friends.len() {
		page.Next = a.makeToken(end, now)
	}
	return ok(page)
}

// makeToken makes a continuation token: place, time and a check that it is of
// this channel and unchanged.
func (a *Account) makeToken(place int, now time.Time) string {
	var b [24]byte
	binary.BigEndian.PutUint64(b[0:], uint64(place))
	binary.BigEndian.PutUint64(b[8:], uint64(now.UnixNano()))
	binary.BigEndian.PutUint64(b[16:], a.tokenCheck(b[:16]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (a *Account) tokenCheck(b []byte) uint64 {
	return bodyHash(append([]byte(a.channel.ID+"\x00"), b...))
}

// readToken is the place of a token made less than 24 hours before now.
func (a *Account) readToken(token string, now time.Time) (place int, valid bool) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 24 || binary.BigEndian.Uint64(b[16:]) != a.tokenCheck(b[:16]) {
		return 0, false
	}
	made := time.Unix(0, int64(binary.BigEndian.Uint64(b[8:])))
	return int(binary.BigEndian.Uint64(b)), now.Sub(made) < tokenLife
}
