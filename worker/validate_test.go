package worker

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linecast/linecast/line"
)

// TestAskLINE counts how often LINE is asked.
func TestAskLINE(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answers []int // the last one again and again; 0: none in time
		asked   int32
		want    int
	}{
		{"at once", []int{200}, 1, 200},
		{"after a stray 500", []int{500, 200}, 2, 200},
		{"refused", []int{400}, 1, 400},
		{"an outage", []int{503}, 3, 503},
		{"after a 429", []int{429, 429, 200}, 3, 200},
		{"a LINE that hangs", []int{0}, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status := test.answers[min(int(asked.Add(1)), len(test.answers))-1]
				if status == 0 {
					_, _ = io.Copy(io.Discard, r.Body) // only then is the end of the connection noticed
					<-r.Context().Done()
					return
				}
				w.WriteHeader(status)
			}))
			t.Cleanup(server.Close)
			o := line.Options{APIBase: server.URL, Token: "token"}
			if test.want == 0 {
				o.Timeout = 100 * time.Millisecond
			}
			client, err := line.NewClient(o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.Close)
			a := askLINE(t.Context(), client, []byte(`{"messages":[{"type":"text","text":"hi"}]}`))
			if a.Status != test.want || asked.Load() != test.asked {
				t.Errorf("%d after %d requests, want %d after %d", a.Status, asked.Load(), test.want, test.asked)
			}
		})
	}
}
