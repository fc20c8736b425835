package line

import "context"

// Quota is how many messages the account may send this month (LINE reference,
// Get the target limit for sending messages this month), free and additional
// ones together.
type Quota struct {
	Limited bool
	Value   int64 // meaningless unless Limited
}

// Quota asks for the month's quota. A type LINE adds tomorrow counts as
// limited when it comes with a value.
func (c *Client) Quota(ctx context.Context) (Quota, error) {
	var q struct {
		Type  string `json:"type"` // none or limited
		Value *int64 `json:"value"`
	}
	err := c.get(ctx, "message/quota", c.base.JoinPath("/v2/bot/message/quota"), &q)
	if err != nil || q.Value == nil || q.Type == "none" {
		return Quota{}, err
	}
	return Quota{Limited: true, Value: *q.Value}, nil
}

// Consumption asks how many messages were sent this month, those of the LINE
// Official Account Manager included. LINE calls the number approximate, so a
// plan on what is left needs a margin.
func (c *Client) Consumption(ctx context.Context) (int64, error) {
	var used struct {
		TotalUsage int64 `json:"totalUsage"`
	}
	err := c.get(ctx, "message/quota/consumption", c.base.JoinPath("/v2/bot/message/quota/consumption"), &used)
	return used.TotalUsage, err
}
