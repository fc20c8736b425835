package line

import (
	"net"
	"net/http"
	"time"
)

// Limits of a connection. A call has its own, Options.Timeout; a second timer
// for the headers alone would cost each call three allocations and end it
// hardly earlier.
const (
	tlsTimeout  = 5 * time.Second
	idleTimeout = 90 * time.Second
)

// newHTTPClient makes a client with connections of its own.
//
// The transport repeats a request by itself only when not one byte of it was
// written, as Go does for every POST. The retry key would make more repeats
// safe, but hidden ones would break the rate limits: see X-Idempotency-Key in
// net/http, which is deliberately not set.
func newHTTPClient(o Options) *http.Client {
	dialer := &net.Dialer{Timeout: o.DialTimeout, KeepAlive: 30 * time.Second}
	return &http.Client{
		Timeout: o.Timeout,
		// A redirect is an answer to judge: following it would hand the token
		// and the message to another address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:               o.Proxy,
			DialContext:         dialer.DialContext,
			ForceAttemptHTTP2:   true,
			MaxIdleConns:        o.MaxInFlight,
			MaxIdleConnsPerHost: o.MaxInFlight,
			IdleConnTimeout:     idleTimeout,
			TLSHandshakeTimeout: tlsTimeout,
			DisableCompression:  true, // answers are some hundred bytes
		},
	}
}
