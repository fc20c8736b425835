package line

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
)

// testToken looks like a long-lived token; it must never be seen in a text.
const testToken = "eyJhbGciOiJIUzI1NiJ9.ZmFrZS10b2tlbg/Zm9yLXRlc3Rz+only=="

// testKey is LINE's example of a retry key.
var testKey = uuid.MustParse("123e4567-e89b-12d3-a456-426614174000")

// newTestClient makes a client of base with short limits.
func newTestClient(t *testing.T, base string, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{APIBase: base, Token: testToken, Timeout: 5 * time.Second}
	for _, f := range change {
		f(&o)
	}
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// serve starts a LINE that answers as handler does, and a client of it.
func serve(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newTestClient(t, server.URL)
}

// respond is a LINE that gives every request one answer.
func respond(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}
