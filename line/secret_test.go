package line

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/linecast/linecast/errs"
)

// A user id as it might stand in a URL or an answer.
const testUser = "U4af4980629000000000000000000718a"

// rawServer answers every connection with the bytes that reply makes of the
// request it read, and then cuts it.
func rawServer(t *testing.T, reply func(request string) string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			buf := make([]byte, 64<<10)
			n, _ := conn.Read(buf)
			_, _ = io.WriteString(conn, reply(string(buf[:n])))
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// refusedBase is an address where nobody listens.
func refusedBase(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

// echo returns the request's header lines, as a debugging proxy does.
func echo(request string) string {
	var lines []string
	for l := range strings.Lines(request) {
		lines = append(lines, strings.TrimSpace(l))
	}
	return strings.Join(lines, " ")
}

// Whatever goes wrong, and whatever a server puts into its answer, neither the
// token nor the user id asked for is in an error, an answer or a log.
func TestNothingLeaksASecret(t *testing.T) {
	t.Parallel()
	tls := httptest.NewTLSServer(respond(200, "{}")) // whose certificate nobody knows
	tls.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(tls.Close)
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(hang) })
	echoing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Line-Request-Id", r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(answerBody{Message: r.Header.Get("Authorization"),
			Details: []Detail{{testToken, testToken}}})
	}))
	t.Cleanup(echoing.Close)

	for _, c := range []struct{ name, base string }{
		{"refused connection", refusedBase(t)},
		{"unknown host", "http://line.invalid"},
		{"unknown certificate", tls.URL},
		{"TLS where there is none", strings.Replace(slow.URL, "http:", "https:", 1)},
		{"no answer", slow.URL},
		{"cut connection", rawServer(t, func(string) string { return "" })},
		{"not HTTP, with the request in it", rawServer(t, echo)},
		{"a bad header, with the request in it", rawServer(t, func(r string) string { return "HTTP/1.1 200 OK\r\n" + testToken + "\r\n\r\n" })},
		{"a redirect to nowhere", rawServer(t, func(string) string {
			return "HTTP/1.1 302 Found\r\nLocation: ://" + testToken + "\r\nContent-Length: 0\r\n\r\n"
		})},
		{"401 with the request in it", rawServer(t, func(r string) string {
			return fmt.Sprintf("HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%s", len(echo(r)), echo(r))
		})},
		{"200 with the request in it", rawServer(t, func(r string) string {
			return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(echo(r)), echo(r))
		})},
		{"a message with the token", echoing.URL},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, c.base, func(o *Options) { o.Timeout = 250 * time.Millisecond })
			body := []byte(`{"to":"` + testUser + `"}`)
			answer := client.Push(t.Context(), body, testKey)
			_, info := client.BotInfo(t.Context())
			_, profile := client.Profile(t.Context(), testUser)
			if answer.Status/100 == 2 && answer.Err != nil || answer.Status == 0 && answer.Err == nil {
				t.Errorf("the failure does not show: %+v", answer)
			}
			if info == nil || profile == nil {
				t.Fatalf("the failure does not show: %v, %v", info, profile)
			}
			assertNoSecret(t, answer, answer.Problem("push"), info, profile, Judge(answer), client)
			for err := range chain(info, profile, answer.Err) {
				assertNoSecret(t, err)
			}
		})
	}
}

// chain goes through errs and all they wrap.
func chain(list ...error) func(func(error) bool) {
	return func(yield func(error) bool) {
		for _, err := range list {
			for ; err != nil; err = errors.Unwrap(err) {
				if !yield(err) {
					return
				}
			}
		}
	}
}

// assertNoSecret prints values in every way they may be printed.
func assertNoSecret(t *testing.T, values ...any) {
	t.Helper()
	var log bytes.Buffer
	text := slog.New(slog.NewTextHandler(&log, nil))
	asJSON := slog.New(slog.NewJSONHandler(&log, nil))
	for _, v := range values {
		text.Info("text", "value", v)
		asJSON.Info("json", "value", v)
		fmt.Fprintf(&log, "%v %+v %#v %s %q %x\n", v, v, v, v, v, v)
		if b, err := json.Marshal(v); err == nil {
			log.Write(b)
		}
	}
	for _, secret := range []string{testToken, testUser, fmt.Sprintf("%x", testToken)} {
		if i := strings.Index(log.String(), secret); i >= 0 {
			t.Errorf("a secret shows: %.300s", log.String()[max(0, i-200):])
		}
	}
}

// Clients and their options can be logged.
func TestOptionsHideTheToken(t *testing.T) {
	t.Parallel()
	o := Options{Token: testToken, APIBase: "https://api.line.me"}
	assertNoSecret(t, o, &o, struct{ O Options }{o}, []Options{o}, newTestClient(t, o.APIBase))
	if got := fmt.Sprintf("%+v", o); got != "line.Options(https://api.line.me)" {
		t.Errorf("got %s", got)
	}
}

// A bad user id may be a name or an address in the wrong column.
func TestBadUserIDIsNotRepeated(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, refusedBase(t))
	for _, id := range []string{"hanako@example.com", "../info", testUser + "/../../info", ""} {
		_, err := c.Profile(context.Background(), id)
		if !errs.Is(err, "line.bad_user_id") {
			t.Errorf("%q: %v", id, err)
		}
		if id != "" && strings.Contains(err.Error(), id) {
			t.Errorf("%v repeats what it refuses", err)
		}
	}
}
