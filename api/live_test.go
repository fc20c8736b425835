package api_test

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/access"
)

// serve answers on a real port until the test ends.
func (s *stage) serve() (url string) {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	server := s.api.NewServer(s.api)
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	s.t.Cleanup(func() {
		s.api.Stop()
		_ = server.Close()
		<-done
	})
	return "http://" + listener.Addr().String()
}

// A run is followed over a real connection while it is sent, until its end.
func TestFollowARun(t *testing.T) {
	t.Parallel()
	const users = 60
	s := newStage(t, stageOptions{channel: true, users: users})
	url := s.serve()
	c := s.draft(draftOf("Live", `"delivery": {"max_per_second": 30}`))
	s.expect(200, "POST", c+"/publish", "")
	s.work()
	run := s.run(c)
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+run+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.tokens[access.ReportsRead])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Header.Get("Content-Type") != "text/event-stream" || answer.Header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("%v", answer.Header)
	}
	var seen []delivery.Progress
	var names []string
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			names = append(names, name)
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var p delivery.Progress
			if err := json.Unmarshal([]byte(data), &p); err != nil {
				t.Fatal(err)
			}
			seen = append(seen, p)
		}
	}
	if err := lines.Err(); err != nil {
		t.Error(err)
	}
	for i := range seen[1:] {
		if seen[i+1].Counts.Accepted < seen[i].Counts.Accepted {
			t.Errorf("the count goes back from %d to %d", seen[i].Counts.Accepted, seen[i+1].Counts.Accepted)
		}
	}
	last := seen[len(seen)-1]
	if names[len(names)-1] != "end" || last.State != delivery.RunFinished || last.Counts.Accepted != users || len(seen) < 3 {
		t.Errorf("%d events %v, the last %+v", len(seen), names, last)
	}
}
