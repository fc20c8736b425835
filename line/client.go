package line

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/line/line-bot-sdk-go/v8/linebot/messaging_api"

	"github.com/linecast/linecast/errs"
)

// LINE's hosts (LINE reference, Domain name).
const (
	DefaultAPIBase     = "https://api.line.me"
	DefaultDataAPIBase = "https://api-data.line.me"
)

// Options says how to reach LINE for one channel. Only Token is required.
type Options struct {
	// APIBase is LINE's address, or the simulator's. Empty: DefaultAPIBase.
	APIBase string
	// DataAPIBase serves uploads and content. Empty: DefaultDataAPIBase. No
	// call of this package goes there; it is checked beside APIBase so that a
	// wrong setting shows at start.
	DataAPIBase string
	// Token is the channel access token, without "Bearer".
	Token string `json:"-"`
	// MaxInFlight is how many requests the caller runs at once. That many idle
	// connections are kept; Go's default of 2 opens a connection for most
	// requests (207 instead of 28 in 1,330 paced requests). Zero: 256.
	MaxInFlight int
	// Timeout bounds a call from dialing to the last byte of its answer. Zero: 15 s.
	Timeout time.Duration
	// DialTimeout bounds the connecting alone. Zero: 3 s.
	DialTimeout time.Duration
	// Proxy picks the proxy of a request. Nil: none, and HTTP_PROXY and its
	// kin are not read, so that a stray variable cannot reroute tokens.
	// http.ProxyFromEnvironment opts in.
	Proxy func(*http.Request) (*url.URL, error)
	// Now is the clock that a Retry-After date is measured against. Nil: time.Now.
	Now func() time.Time
}

// WithDefaults returns a copy with every zero field set.
func (o Options) WithDefaults() Options {
	o.APIBase = orElse(o.APIBase, DefaultAPIBase)
	o.DataAPIBase = orElse(o.DataAPIBase, DefaultDataAPIBase)
	o.MaxInFlight = orElse(o.MaxInFlight, 256)
	o.Timeout = orElse(o.Timeout, 15*time.Second)
	o.DialTimeout = orElse(o.DialTimeout, 3*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Format hides the token from every fmt verb.
func (o Options) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("line.Options(" + o.APIBase + ")"))
}

// LogValue hides the token from slog.
func (o Options) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(o)) }

// Client calls LINE for one channel. It is safe for concurrent use. Its
// connections are its own, so that a slow channel delays no other; Close
// releases them.
type Client struct {
	api   *messaging_api.MessagingApiAPI
	http  *http.Client
	base  *url.URL
	token string
	now   func() time.Time

	push, multicast *url.URL
}

// NewClient makes a client. Errors: line.no_token, line.bad_token,
// line.bad_base. Nothing is sent.
func NewClient(o Options) (*Client, error) {
	o = o.WithDefaults()
	if err := checkToken(o.Token); err != nil {
		return nil, err
	}
	base, err := parseBase("APIBase", o.APIBase)
	if err != nil {
		return nil, err
	}
	if _, err := parseBase("DataAPIBase", o.DataAPIBase); err != nil {
		return nil, err
	}
	c := &Client{http: newHTTPClient(o), base: base, token: o.Token, now: o.Now}
	c.push, c.multicast = base.JoinPath(pathPush), base.JoinPath(pathMulticast)
	c.api, err = messaging_api.NewMessagingApiAPI(o.Token,
		messaging_api.WithHTTPClient(c.http), messaging_api.WithEndpoint(base.String()))
	if err != nil {
		return nil, fmt.Errorf("making the SDK's client: %w", err)
	}
	return c, nil
}

// Close closes the idle connections. Calls in flight end by themselves.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Format hides the token from every fmt verb.
func (c *Client) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("line.Client(" + c.base.String() + ")"))
}

// LogValue hides the token from slog.
func (c *Client) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// checkToken refuses what cannot stand in a header, before net/http would do
// it in the middle of a run.
func checkToken(token string) error {
	if token == "" {
		return errs.New("line.no_token")
	}
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return errs.New("line.bad_token", i+1)
		}
	}
	return nil
}

// parseBase reads an address of LINE. What it refuses is not repeated in the
// error: it may hold a password.
func parseBase(name, base string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(base, "/") + "/") // JoinPath needs a path to join
	switch {
	case err != nil:
		return nil, errs.New("line.bad_base", name, "it is not a URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errs.New("line.bad_base", name, "it does not begin with https:// or http://")
	case u.Host == "":
		return nil, errs.New("line.bad_base", name, "it names no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errs.New("line.bad_base", name, "it holds more than a scheme, a host and a path")
	}
	return u, nil
}
