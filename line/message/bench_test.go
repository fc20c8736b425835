package message

import (
	"encoding/json"
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

// BenchmarkYardstick is what the standard library takes for the same body, so
// that numbers from different machines can be compared.
func BenchmarkYardstick(b *testing.B) {
	flex, err := os.ReadFile("../../examples/messages/flex-coupon.json")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("json.Valid", func(b *testing.B) {
		for b.Loop() {
			json.Valid(flex)
		}
	})
	b.Run("json.Unmarshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v any
			if err := json.Unmarshal(flex, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
