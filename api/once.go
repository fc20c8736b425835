package api

import (
	"context"
	"errors"
	"io"
	"maps"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

// Answers is where the answers of requests with an Idempotency-Key are kept,
// for 24 hours.
type Answers interface {
	// ClaimRequest is nil when the request may run, and otherwise what is
	// stored under its name, with Status 0 while it runs.
	ClaimRequest(ctx context.Context, c access.Claim, now time.Time) (*access.Stored, error)
	TouchRequest(ctx context.Context, c access.Claim, now time.Time) error
	FinishRequest(ctx context.Context, c access.Claim, s access.Stored) error
	ReleaseRequest(ctx context.Context, c access.Claim) error
}

// once runs a request unless its Idempotency-Key was used before, and then
// gives the stored answer again. Only answers of success are stored: a request
// that was refused had no effect and may be sent again, corrected, under the
// same key. Streamed answers are not stored either.
//
// A process that dies between the effect and the storing leaves the key
// "running" for access.StaleAfter; then the same request runs again.
func (a *API) once(ctx context.Context, r *request, name string) (*answer, error) {
	if err := checkIdempotencyKey(name); err != nil {
		return nil, err
	}
	claim := access.Claim{Key: access.From(ctx).Key, Name: name, Request: r.digest()}
	stored, err := a.deps.Answers.ClaimRequest(ctx, claim, a.deps.Now())
	if err != nil {
		return nil, err
	}
	if stored != nil {
		return replay(r, claim, stored)
	}
	stop := a.keepAlive(ctx, claim)
	answer, err := a.call(ctx, r)
	stop()
	a.settle(ctx, r, claim, answer, err)
	return answer, err
}

func checkIdempotencyKey(name string) error {
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' {
			return errs.New("idempotency.bad_key", len(name)).At("Idempotency-Key:")
		}
	}
	if len(name) > 255 {
		return errs.New("idempotency.bad_key", len(name)).At("Idempotency-Key:")
	}
	return nil
}

// replay compares the request with the one that is stored. A body that comes
// as a stream is read for that, and thrown away.
func replay(r *request, claim access.Claim, stored *access.Stored) (*answer, error) {
	reused := errs.New("idempotency.reused", claim.Name).At("Idempotency-Key:")
	switch {
	case stored.Status == 0 && stored.Request == claim.Request:
		return nil, errs.New("idempotency.running", claim.Name)
	case stored.Status == 0:
		return nil, reused
	}
	if err := r.drain(); err != nil {
		return nil, err
	}
	if r.digest() != stored.Request {
		return nil, reused
	}
	headers := map[string]string{"Idempotent-Replayed": "true"}
	maps.Copy(headers, stored.Headers)
	return &answer{status: stored.Status, headers: headers, body: stored.Body}, nil
}

// drain reads what is left of a streamed body, for its digest.
func (r *request) drain() error {
	if r.content == nil {
		return nil
	}
	if r.content.Media != "multipart/form-data" {
		_, err := io.Copy(io.Discard, r.content)
		return err
	}
	parts := r.content.Parts()
	for {
		part, err := parts.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, part); err != nil {
			return err
		}
	}
}

// keepAlive shows that the request still runs, until the function it returns
// is called, which waits for the last sign of life.
func (a *API) keepAlive(ctx context.Context, claim access.Claim) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(access.TouchEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := a.deps.Answers.TouchRequest(ctx, claim, a.deps.Now()); err != nil && ctx.Err() == nil {
				a.log.Warn("idempotency key not renewed", "key", claim.Key, "error", safe(err))
			}
		}
	}()
	return func() { cancel(); <-done }
}

// settle stores a success and frees the key of anything else. It does so even
// when the client has gone: it will ask again with the same key.
func (a *API) settle(ctx context.Context, r *request, claim access.Claim, ans *answer, failed error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	var err error
	if failed != nil || ans.stream != nil {
		err = a.deps.Answers.ReleaseRequest(ctx, claim)
	} else {
		s := access.Stored{Request: r.digest(), Status: ans.status, Headers: ans.headers, Body: ans.body}
		if ans.stored != nil {
			s.Body = ans.stored
		}
		err = a.deps.Answers.FinishRequest(ctx, claim, s)
	}
	if err != nil {
		a.log.Error("answer not stored", "request_id", requestID(r.c), "route", r.route.ID, "error", safe(err))
	}
}

// settleLimit bounds the storing of an answer after the request's own time.
const settleLimit = 5 * time.Second
