package line

import (
	"net"
	"net/http"
	"time"
)

// Limits of a call besides the total: a server that is up answers the TLS
// handshake and sends its headers well before them.
const (
	tlsTimeout    = 5 * time.Second
	headerTimeout = 10 * time.Second
	idleTimeout   = 90 * time.Second // LINE closes idle connections itself
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
			Proxy:                 o.Proxy,
			DialContext:           dialer.DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          o.MaxInFlight,
			MaxIdleConnsPerHost:   o.MaxInFlight,
			IdleConnTimeout:       idleTimeout,
			TLSHandshakeTimeout:   tlsTimeout,
			ResponseHeaderTimeout: min(headerTimeout, o.Timeout),
			DisableCompression:    true, // answers are some hundred bytes
		},
	}
}
