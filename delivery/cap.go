package delivery

import (
	"context"
	"time"
)

// Cap is a campaign's own limit, in recipients a second over all processes. It
// is no promise to LINE, so it goes by chunks: whoever was allowed some may ask
// them as soon as the channel's rate lets him, and loses none of them by waiting
// for it. A second may so see a chunk or two more than the cap says, a longer time
// does not. It is safe for concurrent use; a nil Cap allows everything.
type Cap struct {
	lender Lender
	size   int
}

// NewCap allows at most perSecond recipients of this process together with all
// others that borrow from lender. Chunks are an eighth of a second.
func NewCap(lender Lender, perSecond int) *Cap {
	return &Cap{lender: lender, size: max(1, perSecond/8)}
}

// Wait returns how many of requests, which must not be empty, may be made now:
// the first, and those after it that are in the same chunk. Its error is ctx's,
// or the lender's.
func (c *Cap) Wait(ctx context.Context, requests []*Request) (n int, err error) {
	if c == nil {
		return len(requests), nil
	}
	n, recipients := 1, len(requests[0].To)
	for n < len(requests) && recipients+len(requests[n].To) <= c.size {
		recipients += len(requests[n].To)
		n++
	}
	for {
		grant, err := c.lender.Lend(ctx, recipients)
		if err != nil {
			return 0, err
		}
		if err := sleepUntil(ctx, time.Now().Add(grant.Wait)); err != nil || grant.N > 0 {
			return n, err
		}
	}
}
