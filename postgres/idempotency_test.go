package postgres_test

import (
	"context"
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
)

func TestClaims(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	claim := access.Claim{Key: 1, Name: "k", Request: sha256.Sum256([]byte("POST /things {}"))}
	other := claim
	other.Request = sha256.Sum256([]byte("POST /things []"))
	stored := access.Stored{Request: claim.Request, Status: 201, Headers: map[string]string{"Location": "/things/1"}, Body: []byte("{}\n")}
	running := &access.Stored{Request: claim.Request, Headers: map[string]string{}}

	finish := func(ctx context.Context, db *postgres.DB) error { return db.FinishRequest(ctx, claim, stored) }
	release := func(ctx context.Context, db *postgres.DB) error { return db.ReleaseRequest(ctx, claim) }
	touch := func(ctx context.Context, db *postgres.DB) error {
		return db.TouchRequest(ctx, claim, start.Add(50*time.Second))
	}
	for name, c := range map[string]struct {
		between []func(context.Context, *postgres.DB) error
		again   access.Claim
		after   time.Duration
		want    *access.Stored // nil: it may run
	}{
		"running":                    {nil, claim, 59 * time.Second, running},
		"running, another request":   {nil, other, 59 * time.Second, running},
		"another name":               {nil, access.Claim{Key: 1, Name: "l", Request: claim.Request}, 0, nil},
		"another caller":             {nil, access.Claim{Key: 2, Name: "k", Request: claim.Request}, 0, nil},
		"its process died":           {nil, claim, time.Minute, nil},
		"died, another request":      {nil, other, time.Minute, running},
		"alive":                      {[]func(context.Context, *postgres.DB) error{touch}, claim, 109 * time.Second, running},
		"alive and then died":        {[]func(context.Context, *postgres.DB) error{touch}, claim, 110 * time.Second, nil},
		"finished":                   {[]func(context.Context, *postgres.DB) error{finish}, claim, time.Hour, &stored},
		"finished, another request":  {[]func(context.Context, *postgres.DB) error{finish}, other, time.Hour, &stored},
		"finished, then released":    {[]func(context.Context, *postgres.DB) error{finish, release, touch}, claim, time.Hour, &stored},
		"a day later":                {[]func(context.Context, *postgres.DB) error{finish}, claim, 24 * time.Hour, nil},
		"a day later, other request": {[]func(context.Context, *postgres.DB) error{finish}, other, 24 * time.Hour, nil},
		"released":                   {[]func(context.Context, *postgres.DB) error{release}, other, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
			if got, err := db.ClaimRequest(ctx, claim, start); err != nil || got != nil {
				t.Fatalf("the first claim: %+v, %v", got, err)
			}
			for _, step := range c.between {
				if err := step(ctx, db); err != nil {
					t.Fatal(err)
				}
			}
			got, err := db.ClaimRequest(ctx, c.again, start.Add(c.after))
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
}

// Of many claims at one moment exactly one may run.
func TestClaimRace(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Pool(t)), t.Context()
	now := time.Now()
	claim := access.Claim{Key: 1, Name: "k"}
	for round := range 5 {
		var mayRun sync.Map
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				got, err := db.ClaimRequest(ctx, claim, now)
				if err != nil {
					t.Error(err)
				}
				if got == nil {
					mayRun.Store(i, true)
				}
			})
		}
		group.Wait()
		n := 0
		mayRun.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("round %d: %d requests run", round, n)
		}
		now = now.Add(access.StaleAfter) // the next round takes a dead one over
	}
}

func TestForgetRequests(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for i, name := range []string{"a", "b", "c"} {
		claim := access.Claim{Key: 1, Name: name}
		if _, err := db.ClaimRequest(ctx, claim, start.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := db.ForgetRequests(ctx, start.Add(25*time.Hour)); n != 2 || err != nil {
		t.Errorf("forgot %d, %v; want 2", n, err)
	}
	if got, err := db.ClaimRequest(ctx, access.Claim{Key: 1, Name: "c"}, start.Add(2*time.Hour)); got == nil || err != nil {
		t.Errorf("c is gone too: %v", err)
	}
}
