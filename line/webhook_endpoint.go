package line

import (
	"context"
	"net/http"
)

// WebhookEndpoint is where LINE sends a channel's events.
type WebhookEndpoint struct {
	Endpoint string `json:"endpoint"`
	Active   bool   `json:"active"` // "Use webhook" in the LINE Developers Console
}

// WebhookTest is the result of LINE calling a webhook.
type WebhookTest struct {
	Success    bool   `json:"success"`
	StatusCode int    `json:"statusCode"` // zero or below: no answer
	Reason     string `json:"reason"`     // OK, COULD_NOT_CONNECT, REQUEST_TIMEOUT, ERROR_STATUS_CODE or UNCLASSIFIED
	Detail     string `json:"detail"`
}

// WebhookEndpoint asks where events go. line.not_found: nowhere.
func (c *Client) WebhookEndpoint(ctx context.Context) (WebhookEndpoint, error) {
	var e WebhookEndpoint
	err := c.get(ctx, "webhook/endpoint", c.base.JoinPath("/v2/bot/channel/webhook/endpoint"), &e)
	return e, err
}

// SetWebhookEndpoint makes LINE send events to endpoint, an https URL of at
// most 500 characters. It takes effect within a minute.
func (c *Client) SetWebhookEndpoint(ctx context.Context, endpoint string) error {
	return c.submit(ctx, "webhook/endpoint", http.MethodPut, c.base.JoinPath("/v2/bot/channel/webhook/endpoint"),
		webhookURL{endpoint}, nil)
}

// TestWebhookEndpoint makes LINE send an empty webhook to endpoint, or to the
// one that is set when endpoint is "". LINE allows 60 tests an hour.
func (c *Client) TestWebhookEndpoint(ctx context.Context, endpoint string) (WebhookTest, error) {
	var result WebhookTest
	err := c.submit(ctx, "webhook/test", http.MethodPost, c.base.JoinPath("/v2/bot/channel/webhook/test"),
		webhookURL{endpoint}, &result)
	return result, err
}

type webhookURL struct {
	Endpoint string `json:"endpoint,omitempty"`
}
