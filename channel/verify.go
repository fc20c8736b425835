package channel

import (
	"context"
	"fmt"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/ref"
)

// Verification is what LINE says of a channel's settings.
type Verification struct {
	OK     bool       `json:"ok"`
	Checks []Verified `json:"checks"`
}

// Verified is one setting looked at.
type Verified struct {
	Name   string `json:"name"` // token, plan, webhook
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Fix    string `json:"fix,omitempty"`
}

// Verify asks LINE whose token it is, what the plan allows and where the
// webhook points, and says which of them is wrong.
func (s Service) Verify(ctx context.Context, id ref.Channel) (Verification, error) {
	c, client, err := s.Open(ctx, id)
	if err != nil {
		return Verification{}, err
	}
	v := Verification{OK: true}
	bot, err := client.BotInfo(ctx)
	v.add("token", bot.DisplayName+" ("+bot.BasicID+"), chat mode "+bot.ChatMode, err)
	if err == nil && bot.UserID != c.BotUserID {
		v.add("account", "", errs.New("channel.other_bot", bot.BasicID, c.BasicID))
	}
	quota, err := client.Quota(ctx)
	v.add("plan", describeQuota(quota), err)
	hook, err := client.WebhookEndpoint(ctx)
	switch {
	case errs.Is(err, "line.not_found"):
		v.add("webhook", "none is set; needed only to learn of followers and blocks", nil)
	default:
		v.add("webhook", hook.Endpoint, err)
	}
	return v, nil
}

func (v *Verification) add(name, detail string, err error) {
	row := Verified{Name: name, OK: err == nil, Detail: detail}
	if err != nil {
		e := errs.From(err)
		row.Detail, row.Fix, v.OK = e.Detail, e.Fix(), false
	}
	v.Checks = append(v.Checks, row)
}

// Quota is a channel's month.
type Quota struct {
	Limited  bool  `json:"limited"`
	Limit    int64 `json:"limit"` // 0 when not limited
	Used     int64 `json:"used"`  // LINE's count; approximate, and shared with LINE's own console
	Reserved int64 `json:"reserved"`
	Left     int64 `json:"left"` // for campaigns; 0 when not limited
}

// Quota asks LINE for the month's limit and use.
func (s Service) Quota(ctx context.Context, id ref.Channel) (Quota, error) {
	c, client, err := s.Open(ctx, id)
	if err != nil {
		return Quota{}, err
	}
	limit, err := client.Quota(ctx)
	if err != nil {
		return Quota{}, err
	}
	used, err := client.Consumption(ctx)
	if err != nil {
		return Quota{}, err
	}
	q := Quota{Limited: limit.Limited, Used: used, Reserved: int64(c.QuotaReserve)}
	if limit.Limited {
		q.Limit, q.Left = limit.Value, max(0, limit.Value-used-q.Reserved)
	}
	return q, nil
}

func describeQuota(q line.Quota) string {
	if !q.Limited {
		return "no monthly limit"
	}
	return fmt.Sprintf("%d messages a month", q.Value)
}
