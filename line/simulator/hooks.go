package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/linecast/linecast/line"
)

// Limits of webhooks (LINE docs, Check webhook error causes and statistics;
// LINE reference, Set webhook endpoint URL).
const (
	hookTimeout = 2 * time.Second
	maxHookURL  = 500
)

// SendWebhook sends events to the channel's webhook, in one signed request,
// and lets their users do what they say (a follower becomes a friend). It
// returns the events as they were sent, ids filled in, to send them again as
// redeliveries. Any answer but 2xx within 2 s is an error, as it is to LINE.
func (s *Simulator) SendWebhook(ctx context.Context, channelID string, events ...Event) ([]Event, error) {
	a := s.Account(channelID)
	if a == nil {
		return nil, fmt.Errorf("simulator: no channel %s", channelID)
	}
	sentEvents := make([]Event, len(events))
	list := make([]json.RawMessage, len(events))
	for i, e := range events {
		n := s.events.Add(1)
		e, err := a.take(e, n)
		if err != nil {
			return nil, fmt.Errorf("simulator: event %d: %w", i, err)
		}
		if list[i], err = e.wire(n); err != nil {
			return nil, fmt.Errorf("simulator: event %d: %w", i, err)
		}
		sentEvents[i] = e
	}
	a.mu.Lock()
	endpoint := a.webhook
	a.mu.Unlock()
	if endpoint == "" {
		return nil, fmt.Errorf("simulator: channel %s has no webhook", channelID)
	}
	status, err := a.post(ctx, endpoint, list)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("simulator: the webhook answered %d", status)
	}
	return sentEvents, err
}

// post sends a webhook request and returns the status of its answer.
func (a *Account) post(ctx context.Context, endpoint string, events []json.RawMessage) (int, error) {
	body, err := json.Marshal(struct {
		Destination string            `json:"destination"`
		Events      []json.RawMessage `json:"events"`
	}{a.channel.BotUserID, events})
	if err != nil {
		return 0, fmt.Errorf("simulator: encoding events: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("simulator: the webhook's URL: %w", err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "LineBotWebhook/2.0")
	req.Header.Set(line.SignatureHeader, line.Sign(a.channel.Secret, body))
	resp, err := a.sim.hooks.Do(req)
	if err != nil {
		return 0, fmt.Errorf("simulator: calling the webhook: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 1<<20)
	return resp.StatusCode, nil
}

// getWebhook answers GET /v2/bot/channel/webhook/endpoint.
func getWebhook(c *request) reply {
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	if c.account.webhook == "" {
		return failure(http.StatusNotFound, textNoHook)
	}
	return ok(map[string]any{"endpoint": c.account.webhook, "active": true})
}

// putWebhook answers PUT /v2/bot/channel/webhook/endpoint.
func putWebhook(c *request) reply {
	endpoint, r := c.readEndpoint()
	if r != nil {
		return *r
	}
	if endpoint == "" {
		return failure(http.StatusBadRequest, textBadHook)
	}
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	c.account.webhook = endpoint
	return ok(struct{}{})
}

// testWebhook answers POST /v2/bot/channel/webhook/test: it really sends a
// request without events.
func testWebhook(c *request) reply {
	endpoint, r := c.readEndpoint()
	if r != nil {
		return *r
	}
	if endpoint == "" {
		c.account.mu.Lock()
		endpoint = c.account.webhook
		c.account.mu.Unlock()
	}
	if endpoint == "" {
		return failure(http.StatusNotFound, textNoHook)
	}
	status, err := c.account.post(c.http.Context(), endpoint, []json.RawMessage{})
	reason, detail := hookReason(status, err)
	return ok(map[string]any{
		"success": reason == "OK", "statusCode": status, "reason": reason, "detail": detail,
		"timestamp": c.account.sim.options.Clock().UTC().Format("2006-01-02T15:04:05.000Z"),
	})
}

// hookReason is what LINE calls the result of calling a webhook.
func hookReason(status int, err error) (reason, detail string) {
	var network net.Error
	switch {
	case err == nil && status/100 == 2:
		return "OK", strconv.Itoa(status)
	case err == nil:
		return "ERROR_STATUS_CODE", strconv.Itoa(status)
	case errors.As(err, &network) && network.Timeout():
		return "REQUEST_TIMEOUT", "Request timeout"
	}
	return "COULD_NOT_CONNECT", "Connection failed"
}

// readEndpoint reads {"endpoint": …}, which may be left out.
func (c *request) readEndpoint() (string, *reply) {
	var v struct {
		Endpoint string `json:"endpoint"`
	}
	if err := json.Unmarshal(c.body, &v); err != nil {
		r := failure(http.StatusBadRequest, "The request body could not be parsed as JSON (line: -, column: -)")
		return "", &r
	}
	if v.Endpoint != "" && !hookURL(v.Endpoint) {
		r := failure(http.StatusBadRequest, textBadHook)
		return "", &r
	}
	return v.Endpoint, nil
}

// hookURL reports an https URL of at most 500 characters. Other than LINE it
// lets http through to this machine and to names without a dot, as they are
// used between containers.
func hookURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || len(s) > maxHookURL {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	near := ip != nil && ip.IsLoopback() || ip == nil && !hasDot(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && near
}

func hasDot(s string) bool {
	for i := range len(s) {
		if s[i] == '.' {
			return true
		}
	}
	return false
}
