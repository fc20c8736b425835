package simulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"
)

// page is an answer of followers/ids.
type page struct {
	UserIDs []string `json:"userIds"`
	Next    string   `json:"next"`
}

func (s *Simulator) page(t *testing.T, limit int, start string) page {
	t.Helper()
	a := s.ask("GET", fmt.Sprintf("/v2/bot/followers/ids?limit=%d&start=%s", limit, url.QueryEscape(start)), "")
	a.want(t, 200, "userIds")
	var p page
	if err := json.Unmarshal([]byte(a.Body), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// Reading all pages gives every friend who does not block, once.
func TestFollowersAreComplete(t *testing.T) {
	t.Parallel()
	s := newTest(t, func(_ *Options, c *Channel) { c.Followers, c.FollowerCount = []string{u1}, 2345 })
	if err := s.account().Befriend(UserID(9_999_999), UserID(3)); err != nil { // one new, one known
		t.Fatal(err)
	}
	if err := s.account().Block(UserID(0), UserID(1500), UserID(2344)); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	short := 0
	for start, more := "", true; more; {
		p := s.page(t, 500, start)
		if len(p.UserIDs) < 500 && p.Next != "" {
			short++
		}
		for _, id := range p.UserIDs {
			seen[id]++
		}
		start, more = p.Next, p.Next != ""
	}
	if len(seen) != 1+2345+1-3 || seen[u1] != 1 || seen[UserID(3)] != 1 || seen[UserID(9_999_999)] != 1 || seen[UserID(1500)] != 0 {
		t.Errorf("%d friends", len(seen))
	}
	if short == 0 {
		t.Error("no page was shorter than its limit with more to come, as LINE warns")
	}
}

func TestFollowersPaging(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := newTest(t, func(o *Options, c *Channel) { o.Clock, c.FollowerCount = clock.Now, 1000 })
	if p := s.page(t, 1000, ""); len(p.UserIDs) != 1000 || p.Next != "" {
		t.Errorf("%d ids, next %q", len(p.UserIDs), p.Next)
	}
	var first page
	a := s.ask("GET", "/v2/bot/followers/ids", "")
	if err := json.Unmarshal([]byte(a.Body), &first); err != nil || len(first.UserIDs) != 300 {
		t.Fatalf("%d ids by default, %v", len(first.UserIDs), err)
	}
	clock.Add(24*time.Hour - 1)
	if p := s.page(t, 300, first.Next); p.UserIDs[0] != UserID(300) {
		t.Errorf("the second page begins with %s", p.UserIDs[0])
	}
	clock.Add(1)
	bad := func(query string) answer { return s.ask("GET", "/v2/bot/followers/ids?"+query, "") }
	bad("start="+first.Next).want(t, 400, textBadStart)
	bad("start=yANU9IA").want(t, 400, textBadStart)
	bad("limit=0").want(t, 400, "limit")
	bad("limit=1001").want(t, 400, "limit")
	bad("limit=ten").want(t, 400, "limit")

	other := newTest(t, func(_ *Options, c *Channel) { c.ID, c.FollowerCount = "another", 1000 })
	foreign := other.page(t, 1, "").Next
	s.ask("GET", "/v2/bot/followers/ids?start="+foreign, "").want(t, 400, textBadStart)

	unverified := newTest(t, func(_ *Options, c *Channel) { c.Verified = false })
	unverified.ask("GET", "/v2/bot/followers/ids", "").want(t, 403, textForbidden)
}

func TestProfile(t *testing.T) {
	t.Parallel()
	s := newTest(t, func(_ *Options, c *Channel) {
		c.Followers = []string{u1}
		c.Unknown = func(id string) bool { return id == UserID(4) }
	})
	if err := s.account().Block(UserID(2)); err != nil {
		t.Fatal(err)
	}
	get := func(id string) answer { return s.ask("GET", "/v2/bot/profile/"+id, "") }
	get(u1).want(t, 200, `"displayName":"User 4af4"`)
	get(UserID(1)).want(t, 200, `"userId":"`+UserID(1)+`"`)
	get(UserID(2)).want(t, 404, textNotFound)     // blocks
	get(UserID(4)).want(t, 404, textNotFound)     // does not exist
	get(UserID(7_777)).want(t, 404, textNotFound) // no friend
	get("hanako").want(t, 400, "userId")
	get(c1).want(t, 400, "userId")
	s.ask("GET", "/v2/bot/info", "").want(t, 200, `"basicId":"@simulator"`)
}

func TestFriendsRefuse(t *testing.T) {
	t.Parallel()
	a := newTest(t, nil).account()
	if err := a.Block(UserID(1), "hanako"); err == nil {
		t.Error("a malformed id was blocked")
	}
	if a.friends.is(userID(1)) == false {
		t.Error("half of a refused list was blocked")
	}
	if a.Befriend(c1) == nil {
		t.Error("a group became a friend")
	}
	if _, err := New(Options{Channels: []Channel{{ID: "1", Token: "t", Followers: []string{"hanako"}}}}); err == nil {
		t.Error("a malformed follower")
	}
	if _, err := New(Options{Channels: []Channel{Demo(), Demo()}}); err == nil {
		t.Error("two channels with one token")
	}
	if _, err := New(Options{Channels: []Channel{{ID: "1"}}}); err == nil {
		t.Error("a channel without a token")
	}
}
