package simulator

import (
	"encoding/json"
	"net/http"
)

// ok is a 200 with v as JSON.
func ok(v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // structs of strings and numbers cannot fail
	}
	return reply{status: http.StatusOK, body: body}
}

// botInfo answers GET /v2/bot/info.
func botInfo(c *request) reply {
	channel := c.account.channel
	return ok(map[string]string{
		"userId": channel.BotUserID, "basicId": channel.BasicID, "displayName": channel.DisplayName,
		"chatMode": "bot", "markAsReadMode": "auto",
	})
}

// quota answers GET /v2/bot/message/quota.
func quota(c *request) reply {
	if q := c.account.quota.Load(); q != 0 {
		return ok(map[string]any{"type": "limited", "value": max(0, q)})
	}
	return ok(map[string]any{"type": "none"})
}

// consumption answers GET /v2/bot/message/quota/consumption, exactly.
func consumption(c *request) reply {
	a := c.account
	a.mu.Lock()
	defer a.mu.Unlock()
	a.thisMonthLocked(a.sim.options.Clock())
	return ok(map[string]int64{"totalUsage": a.used})
}

// unitsUsed answers GET /v2/bot/message/aggregation/info.
func unitsUsed(c *request) reply {
	a := c.account
	a.mu.Lock()
	defer a.mu.Unlock()
	a.thisMonthLocked(a.sim.options.Clock())
	return ok(map[string]int{"numOfCustomAggregationUnits": len(a.units)})
}

// profile answers GET /v2/bot/profile/{userId}. Who blocked the account, is no
// friend of it or does not exist is not found, as with LINE.
func profile(c *request) reply {
	s := c.http.PathValue("userId")
	id, valid := parseID([]byte(s))
	if !valid || id[0] != 'U' {
		return failure(http.StatusBadRequest, textBadUser)
	}
	a := c.account
	a.mu.Lock()
	friend := a.friends.is(id)
	a.mu.Unlock()
	if !friend || c.unknown(id) {
		return failure(http.StatusNotFound, textNotFound)
	}
	return ok(map[string]string{"userId": s, "displayName": "User " + s[1:5], "language": "ja"})
}
