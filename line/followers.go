package line

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// MaxFollowerIDs is the most user ids a page may hold (LINE reference, Get a
// list of users who added your LINE Official Account as a friend).
const MaxFollowerIDs = 1000

// Page is a part of the list of friends. It may hold fewer ids than asked
// for, even none, while there are more: only an empty Next ends the list.
type Page struct {
	IDs  []string `json:"userIds"`
	Next string   `json:"next"`
}

// FollowerIDs asks for up to limit (1 to 1,000) ids from start on; "" is the
// beginning, later pages start at the Next before. Deleted, blocked and
// non-consenting users are not listed. Errors: line.forbidden when the account
// is neither verified nor premium; line.expired_page when start is older than
// 24 hours, then the list must be read again from its beginning.
func (c *Client) FollowerIDs(ctx context.Context, start string, limit int) (Page, error) {
	var page Page
	if limit < 1 || limit > MaxFollowerIDs {
		return page, errs.New("request.bad_limit", strconv.Itoa(limit), MaxFollowerIDs)
	}
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if start != "" {
		query.Set("start", start)
	}
	u := c.base.JoinPath("/v2/bot/followers/ids")
	u.RawQuery = query.Encode()
	answer := c.do(call{name: "followers/ids", limit: otherAnswerLimit, into: &page},
		c.request(ctx, http.MethodGet, u, nil))
	if answer.Status == http.StatusBadRequest && strings.Contains(strings.ToLower(answer.Message), "start") {
		return Page{}, errs.New("line.expired_page", answer.Text())
	}
	return page, answer.Problem("followers/ids")
}

// errBadUserID refuses an id without repeating more of it than its length: it
// may be a name or an e-mail address in the wrong column.
func errBadUserID(s string) error { return errs.New("line.bad_user_id", len(s)) }
