package simulator

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// A text of 60 bytes, and a Flex Message of 2.6 KB.
var (
	textBody = fmt.Sprintf(`{"to":"%s","messages":[{"type":"text","text":"Hello Hanako, your 1,234 points expire on Friday. See you!!"}]}`, UserID(1))
	flexBody = fmt.Sprintf(`{"to":"%s","messages":[{"type":"flex","altText":"An offer","contents":`+
		`{"type":"bubble","body":{"type":"box","layout":"vertical","contents":[%s]}}}]}`, UserID(1),
		strings.Repeat(flexRow+",", 9)+flexRow)
	flexRow = `{"type":"box","layout":"horizontal","contents":[{"type":"text","text":"Points for you","size":"sm","color":"#555555","flex":1},` +
		`{"type":"image","url":"https://example.com/images/offer-1234567890.png","aspectRatio":"20:13","aspectMode":"cover"}]}`
)

func BenchmarkCheck(b *testing.B) {
	for _, c := range []struct{ name, body string }{{"text", textBody}, {"flex", flexBody}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.body)))
			body := []byte(c.body)
			for b.Loop() {
				check := checker{toNeeded: true}
				if bad := check.check(body); bad != nil {
					b.Fatalf("%s", bad.body)
				}
			}
		})
	}
}

// The simulator's share of a push: all that net/http does not do.
func BenchmarkHandler(b *testing.B) {
	for _, c := range []struct{ name, body string }{{"text", textBody}, {"flex", flexBody}} {
		b.Run(c.name, func(b *testing.B) {
			s := newTest(b, nil)
			b.ReportAllocs()
			n := uint64(0)
			for b.Loop() {
				n++
				r, err := http.NewRequest("POST", "/v2/bot/message/push", strings.NewReader(c.body))
				if err != nil {
					b.Fatal(err)
				}
				var key uuid.UUID
				binary.BigEndian.PutUint64(key[:], mix(n))
				r.Header["Authorization"] = []string{"Bearer " + Demo().Token}
				r.Header["Content-Type"] = []string{"application/json"}
				r.Header[retryKeyHeader] = []string{key.String()}
				w := httptest.NewRecorder()
				if s.Handler().ServeHTTP(w, r); w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

// What a million accepted pushes, each to another person with its own key,
// cost in time and stay in memory: run it with -benchtime 1000000x.
func BenchmarkAccept(b *testing.B) {
	s := newTest(b, nil)
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := heap()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		m := message{body: []byte(textBody), to: []personID{userID(i)}, messages: 1, quotable: 1, keyed: true, request: uint64(i)}
		binary.BigEndian.PutUint64(m.key[:], mix(uint64(i)))
		if r := s.account().accept(m); r.status != 200 {
			b.Fatalf("%s", r.body)
		}
	}
	b.StopTimer()
	b.ReportMetric((heap()-before)/float64(b.N), "B/recipient")
	if len(s.account().keys) != b.N || s.account().keys[uuid.Nil].place != 0 {
		b.Fatal("keys are missing")
	}
}
