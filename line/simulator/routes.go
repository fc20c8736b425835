package simulator

import (
	"net/http"

	"github.com/google/uuid"
)

// route is one of LINE's endpoints.
type route struct {
	method, path string
	rate         rate
	answer       func(*request) reply
	body         bool // has a JSON body
	sends        bool // sends messages: takes a retry key, is metered
	kind         kind // of a route that sends
}

// routes is every endpoint the simulator knows (LINE reference). One more
// endpoint is one more row.
var routes = []*route{
	{method: "POST", path: "/v2/bot/message/push", rate: ratePush, answer: push, body: true, sends: true, kind: kindPush},
	{method: "POST", path: "/v2/bot/message/multicast", rate: rateMulticast, answer: push, body: true, sends: true, kind: kindMulticast},
	{method: "POST", path: "/v2/bot/message/validate/push", rate: rateOther, answer: validate, body: true},
	{method: "POST", path: "/v2/bot/message/validate/multicast", rate: rateOther, answer: validate, body: true},
	{method: "POST", path: "/v2/bot/message/validate/narrowcast", rate: rateOther, answer: validate, body: true},
	{method: "POST", path: "/v2/bot/message/validate/broadcast", rate: rateOther, answer: validate, body: true},
	{method: "POST", path: "/v2/bot/message/validate/reply", rate: rateOther, answer: validate, body: true},
	{method: "GET", path: "/v2/bot/message/quota", rate: rateOther, answer: quota},
	{method: "GET", path: "/v2/bot/message/quota/consumption", rate: rateOther, answer: consumption},
	{method: "GET", path: "/v2/bot/message/aggregation/info", rate: rateOther, answer: unitsUsed},
	{method: "GET", path: "/v2/bot/info", rate: rateOther, answer: botInfo},
	{method: "GET", path: "/v2/bot/followers/ids", rate: rateOther, answer: followerIDs},
	{method: "GET", path: "/v2/bot/profile/{userId}", rate: rateOther, answer: profile},
	{method: "GET", path: "/v2/bot/channel/webhook/endpoint", rate: rateWebhook, answer: getWebhook},
	{method: "PUT", path: "/v2/bot/channel/webhook/endpoint", rate: rateWebhook, answer: putWebhook, body: true},
	{method: "POST", path: "/v2/bot/channel/webhook/test", rate: rateHookTest, answer: testWebhook, body: true},
}

// reply is an answer to write.
type reply struct {
	status     int
	body       []byte
	acceptedID uuid.UUID // X-Line-Accepted-Request-Id, unless zero
	retryAfter string    // Retry-After, unless empty
	cut        bool      // close the connection instead
}

// Handler is the simulator as a handler: LINE's endpoints and /_simulator/.
func (s *Simulator) Handler() http.Handler { return s.mux }

// routes puts the two tables of routes into a mux.
func (s *Simulator) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) { s.serve(w, h, r) }))
	}
	for _, r := range adminRoutes {
		mux.Handle(r.pattern, s.admin(r.serve))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.write(w, s.requests.Add(1), failure(http.StatusNotFound, textNotFound))
	})
	return mux
}

// write sends r with the headers LINE documents.
func (s *Simulator) write(w http.ResponseWriter, number uint64, r reply) {
	if r.cut {
		panic(http.ErrAbortHandler) // net/http's way to close without an answer
	}
	h := w.Header()
	h["Content-Type"] = []string{"application/json"}
	h["X-Line-Request-Id"] = []string{requestID(number).String()}
	if r.acceptedID != (uuid.UUID{}) {
		h["X-Line-Accepted-Request-Id"] = []string{r.acceptedID.String()}
	}
	if r.retryAfter != "" {
		h["Retry-After"] = []string{r.retryAfter}
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
}
