package message

import (
	"os"
	"strings"
	"testing"
)

// BenchmarkCheck is the cost of one recipient; the numbers stand in doc.go.
func BenchmarkCheck(b *testing.B) {
	flex, err := os.ReadFile("../../examples/messages/flex-coupon.json")
	if err != nil {
		b.Fatal(err)
	}
	bodies := []struct{ name, body string }{
		{"text_90B", `{"to":"U0123456789abcdef0123456789abcdef","messages":[{"type":"text","text":"Hello, world"}]}`},
		{"text_thai_15KB", `{"messages":[{"type":"text","text":"` + strings.Repeat("สวัสดีครับ", 490) + `"}]}`},
		{"flex_coupon", string(flex)},
		{"one_error", `{"messages":[{"type":"text","text":""}]}`},
	}
	for _, test := range bodies {
		b.Run(test.name, func(b *testing.B) {
			body := []byte(test.body)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				Check(body)
			}
		})
	}
}
