package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/linecast/linecast/internal/access"
)

// serveFrame runs the real server.
func serveFrame(t *testing.T, routes ...route) (f *frame, server *http.Server, address string) {
	t.Helper()
	f = newFrame(t, nil, routes...)
	server = f.NewServer(f)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		<-done
	})
	return f, server, listener.Addr().String()
}

func TestServerLimits(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil)
	s := f.NewServer(f)
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 30*time.Second || s.IdleTimeout != 120*time.Second ||
		s.WriteTimeout != time.Minute || s.MaxHeaderBytes != 64<<10 {
		t.Errorf("%+v", s)
	}
}

func TestHugeHeaders(t *testing.T) {
	t.Parallel()
	_, _, address := serveFrame(t)
	req, err := http.NewRequest("GET", "http://"+address+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Huge", strings.Repeat("x", 80<<10))
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("80 KiB of headers: %d", answer.StatusCode)
	}
}

// A sender that stands still is cut off by its read deadline, a sender that
// keeps moving may take longer than a whole request may otherwise.
func TestUploadsMayTakeLong(t *testing.T) {
	t.Parallel()
	type raw struct {
		Body *content `body:"text/csv"`
	}
	var times []time.Duration
	upload := handle(200, func(_ context.Context, in raw) (none, error) {
		extend := in.Body.extend
		in.Body.extend = func(d time.Duration) { times = append(times, d); extend(d / 300) }
		_, err := io.Copy(io.Discard, in.Body)
		return none{}, err
	})
	f, _, address := serveFrame(t, route{post, "/upload", access.Admin, "upload", upload, streams})

	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\na,b", f.keys[access.Admin])
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil) // comes when the sender's 100 ms are over
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if answer.StatusCode != 400 || !strings.Contains(string(body), "request.incomplete") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	if len(times) < 2 || times[0] != moveLimit {
		t.Errorf("the deadline moved by %v", times)
	}
}

// A stream lasts until its reader leaves or the server stops.
func TestStreamsEndWithTheServer(t *testing.T) {
	t.Parallel()
	_, server, address := serveFrame(t, route{get, "/ticks", access.Anyone, "ticks", gives(ticks{}), streams})
	answer, err := http.Get("http://" + address + "/ticks")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if line, err := bufio.NewReader(answer.Body).ReadString('\n'); err != nil || line != "data: 1\n" || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%q, %v", line, err)
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// ticks writes one line at once and then waits for the end.
type ticks struct{}

func (ticks) mediaType() string { return "text/event-stream" }
func (ticks) writeTo(ctx context.Context, w *stream) error {
	if _, err := io.WriteString(w, "data: 1\n"); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
