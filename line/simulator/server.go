package simulator

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/linecast/linecast/errs"
)

// running is a server that was started.
type running struct {
	http     *http.Server
	url      string
	stopping chan struct{} // closed when answers need not be kept back any more
	done     chan error
}

// Start serves on addr, such as "127.0.0.1:0", until Stop. It returns when the
// port is open. A second Start without a Stop is an error.
func (s *Simulator) Start(addr string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return errors.New("simulator: already started")
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return errs.New("config.cannot_listen", addr+", for the simulator", err).Because(err)
	}
	r := &running{
		url: "http://" + listener.Addr().String(), stopping: make(chan struct{}), done: make(chan error, 1),
		http: &http.Server{
			Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
			ErrorLog: log.New(io.Discard, "", 0), // cut connections are meant
		},
	}
	go func() { r.done <- r.http.Serve(listener) }()
	s.server = r
	return nil
}

// Stop closes the port, lets requests in flight end until ctx does, and writes
// out the log. The simulator keeps what it knows and can be started again, on
// the same address too: to a client that is an outage with connections
// refused. Stopping what is not running does nothing.
func (s *Simulator) Stop(ctx context.Context) error {
	s.mu.Lock()
	r := s.server
	s.server = nil
	s.mu.Unlock()
	if r == nil {
		return s.Flush()
	}
	close(r.stopping)
	err := r.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, r.http.Close())
	}
	if served := <-r.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return errors.Join(err, s.Flush())
}

// URL is the address of a started simulator, such as "http://127.0.0.1:41641";
// "" when it is not running.
func (s *Simulator) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return ""
	}
	return s.server.url
}

// stopping is closed when the server stops; nil, which blocks, when the
// handler is served by somebody else.
func (s *Simulator) stopping() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return s.server.stopping
}
