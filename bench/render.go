package main

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
)

// benchRender composes one message as sending does: render, LINE's rules,
// hash, retry key.
func benchRender(_ context.Context, _ sizes, out io.Writer) error {
	composer, err := delivery.NewComposer(campaign.Definition{Content: campaign.Content{Body: greeting}}, delivery.Run{})
	if err != nil {
		return err
	}
	recipient := &delivery.Recipient{ID: 1, UserID: "u1", LineID: "U00000000000000000000000000000001",
		Attributes: []byte(`{"city": "Bangkok", "name": "สมชาย", "tier": "gold", "points": 4200}`)}
	now := time.Now()
	if made := composer.Compose(recipient, now); made.Message == nil {
		return fmt.Errorf("not composed: %+v", made)
	}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			composer.Compose(recipient, now)
		}
	})
	fmt.Fprintf(out, "compose: %d ns/op, %d B/op, %d allocs/op\n", result.NsPerOp(), result.AllocedBytesPerOp(), result.AllocsPerOp())
	return nil
}
