package line

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// BotInfo is the official account behind a channel (LINE reference, Get bot
// info). UserID is the "destination" of its webhooks.
type BotInfo struct {
	UserID      string `json:"userId"`
	BasicID     string `json:"basicId"`
	PremiumID   string `json:"premiumId"` // empty when not set
	DisplayName string `json:"displayName"`
	PictureURL  string `json:"pictureUrl"` // empty when not set
	ChatMode    string `json:"chatMode"`   // chat or bot
}

// BotInfo asks who the token belongs to: the right call to test a token.
func (c *Client) BotInfo(ctx context.Context) (BotInfo, error) {
	var info BotInfo
	err := c.get(ctx, "bot/info", c.base.JoinPath("/v2/bot/info"), &info)
	return info, err
}

// Profile is what a user shows (LINE reference, Get profile). LINE leaves out
// what the user has not set or not consented to.
type Profile struct {
	UserID        string `json:"userId"`
	DisplayName   string `json:"displayName"`
	PictureURL    string `json:"pictureUrl"`
	StatusMessage string `json:"statusMessage"`
	Language      string `json:"language"` // BCP 47
}

// Profile asks for a user's profile. line.bad_user_id: the id has the wrong
// form and was not sent. line.not_found: no such user, not a friend, blocked
// us, or did not consent; LINE does not tell which.
func (c *Client) Profile(ctx context.Context, userID string) (Profile, error) {
	var p Profile
	if !ValidUserID(userID) {
		return p, errBadUserID(userID)
	}
	err := c.get(ctx, "profile", c.base.JoinPath("/v2/bot/profile", userID), &p)
	return p, err
}

// get asks for the JSON at u. Errors are the line.* rows of the catalogue.
func (c *Client) get(ctx context.Context, name string, u *url.URL, into any) error {
	req := c.request(ctx, http.MethodGet, u, nil)
	return c.do(call{name: name, limit: otherAnswerLimit, into: into}, req).Problem(name)
}

// submit sends v as JSON to u and reads the JSON answer.
func (c *Client) submit(ctx context.Context, name, method string, u *url.URL, v, into any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding the request to %s: %w", name, err)
	}
	req := c.request(ctx, method, u, body)
	return c.do(call{name: name, limit: otherAnswerLimit, into: into}, req).Problem(name)
}
