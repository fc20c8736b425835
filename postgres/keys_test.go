package postgres_test

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// aKey makes what a new key consists of.
func aKey(t *testing.T, name string, scopes ...access.Scope) access.NewKey {
	t.Helper()
	token, err := access.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := access.DigestOf(token)
	if err != nil {
		t.Fatal(err)
	}
	return access.NewKey{Name: name, Digest: digest, Last4: access.Last4(token), Scopes: scopes}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	later := time.Date(2036, 12, 31, 0, 0, 0, 0, time.UTC)
	crm := aKey(t, "crm", access.UsersWrite, access.ImportsWrite)
	crm.ExpiresAt = &later

	made, err := db.CreateKey(ctx, crm)
	if err != nil {
		t.Fatal(err)
	}
	want := access.Key{ID: made.ID, Name: "crm", Last4: crm.Last4, Scopes: crm.Scopes, CreatedAt: made.CreatedAt, ExpiresAt: &later}
	if diff := cmp.Diff(want, made, cmpopts.EquateApproxTime(0)); diff != "" || made.ID == 0 || made.CreatedAt.IsZero() {
		t.Error(diff)
	}
	other, err := db.CreateKey(ctx, aKey(t, "other", access.Admin))
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		after ref.Key
		limit int
		want  []ref.Key
	}{{0, 10, []ref.Key{made.ID, other.ID}}, {0, 1, []ref.Key{made.ID}}, {made.ID, 10, []ref.Key{other.ID}}, {other.ID, 10, []ref.Key{}}} {
		keys, err := db.Keys(ctx, c.after, c.limit)
		ids := []ref.Key{}
		for _, k := range keys {
			ids = append(ids, k.ID)
		}
		if diff := cmp.Diff(c.want, ids); err != nil || diff != "" || keys == nil {
			t.Errorf("after %v, %d: %v %s", c.after, c.limit, err, diff)
		}
	}
}

func TestUseKey(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	at := func(d time.Duration) *time.Time { t := now.Add(d); return &t }
	k := aKey(t, "crm", access.UsersWrite)
	k.ExpiresAt = at(time.Hour)
	made, err := db.CreateKey(ctx, k)
	if err != nil {
		t.Fatal(err)
	}
	lastUse := func() *time.Time {
		keys, err := db.Keys(ctx, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		return keys[0].LastUsedAt
	}

	// The use is noted at most once a minute, and never when it was refused.
	for _, c := range []struct{ at, noted time.Duration }{{0, 0}, {time.Minute, 0}, {61 * time.Second, 61 * time.Second},
		{90 * time.Second, 61 * time.Second}, {59 * time.Minute, 59 * time.Minute}} {
		got, err := db.UseKey(ctx, k.Digest, now.Add(c.at))
		if err != nil || got.ID != made.ID || !cmp.Equal(got.Scopes, k.Scopes) {
			t.Errorf("after %v: %+v, %v", c.at, got, err)
		}
		if diff := cmp.Diff(at(c.noted), lastUse()); diff != "" {
			t.Errorf("after %v: %s", c.at, diff)
		}
	}
	if _, err := db.UseKey(ctx, k.Digest, *k.ExpiresAt); !errs.Is(err, "auth.unknown") {
		t.Errorf("at its end: %v", err)
	}
	if _, err := db.UseKey(ctx, access.Digest{}, now); !errs.Is(err, "auth.unknown") {
		t.Errorf("unknown: %v", err)
	}

	if err := db.RevokeKey(ctx, made.ID, now); err != nil {
		t.Error(err)
	}
	if _, err := db.UseKey(ctx, k.Digest, now.Add(30*time.Minute)); !errs.Is(err, "auth.unknown") {
		t.Errorf("revoked: %v", err)
	}
	if diff := cmp.Diff(at(59*time.Minute), lastUse()); diff != "" {
		t.Errorf("a refused use was noted: %s", diff)
	}
	if err := db.RevokeKey(ctx, made.ID, now.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	keys, err := db.Keys(ctx, 0, 1)
	if diff := cmp.Diff(at(0), keys[0].RevokedAt); err != nil || diff != "" {
		t.Errorf("revoked twice: %v %s", err, diff)
	}
	if err := db.RevokeKey(ctx, made.ID+1, now); !errs.Is(err, "key.not_found") {
		t.Errorf("revoke what is not there: %v", err)
	}
}

func TestEnsureKey(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	k := aKey(t, "bootstrap", access.Admin)
	for _, want := range []bool{true, false} {
		if made, err := db.EnsureKey(ctx, k); err != nil || made != want {
			t.Errorf("made %v, %v; want %v", made, err, want)
		}
	}
	keys, err := db.Keys(ctx, 0, 10)
	if err != nil || len(keys) != 1 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	if err := db.RevokeKey(ctx, keys[0].ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	if made, err := db.EnsureKey(ctx, k); err != nil || made {
		t.Errorf("a revoked key comes back: %v, %v", made, err)
	}
	if _, err := db.UseKey(ctx, k.Digest, time.Now()); !errs.Is(err, "auth.unknown") {
		t.Errorf("and works: %v", err)
	}
}
