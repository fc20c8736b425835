package simulator

import (
	"fmt"
	"strings"
	"testing"
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
