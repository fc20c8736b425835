package app_test

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// gate is a way to PostgreSQL that cuts every connection until it is opened.
type gate struct{ opened atomic.Bool }

func (g *gate) open() { g.opened.Store(true) }

// newGate listens before the server of host, an address or the directory of
// its socket.
func newGate(t *testing.T, host string, port uint16) (*gate, *net.TCPAddr) {
	t.Helper()
	network, target := "tcp", net.JoinHostPort(host, strconv.Itoa(int(port)))
	if strings.HasPrefix(host, "/") {
		network, target = "unix", filepath.Join(host, ".s.PGSQL."+strconv.Itoa(int(port)))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	g := &gate{}
	go func() { // ends with the listener
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go g.pass(ctx, conn, network, target)
		}
	}()
	t.Cleanup(func() { cancel(); l.Close() })
	return g, l.Addr().(*net.TCPAddr)
}

func (g *gate) pass(ctx context.Context, conn net.Conn, network, target string) {
	defer conn.Close()
	if !g.opened.Load() {
		return
	}
	var d net.Dialer
	server, err := d.DialContext(ctx, network, target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, conn); server.Close() }()
	_, _ = io.Copy(conn, server)
}
