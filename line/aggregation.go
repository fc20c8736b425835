package line

import "context"

// MaxAggregationUnits is for how many unit names LINE keeps statistics in a
// calendar month. A message with one more is sent, and its name is dropped
// without a word (LINE reference, Send push message).
const MaxAggregationUnits = 1000

// AggregationUnits asks how many unit names were used this month (LINE
// reference, Get number of units used this month).
func (c *Client) AggregationUnits(ctx context.Context) (int, error) {
	var used struct {
		Units int `json:"numOfCustomAggregationUnits"`
	}
	err := c.get(ctx, "message/aggregation/info", c.base.JoinPath("/v2/bot/message/aggregation/info"), &used)
	return used.Units, err
}
