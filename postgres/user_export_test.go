package postgres_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

func TestUserExport(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	u, _, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c1", "line_id": "`+lineID(9)+`"}`), audience.ByAPI)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c2"}`), audience.ByAPI)
	if err != nil {
		t.Fatal(err)
	}
	runs := deliveriesOf(t, tx, u.ID)
	if _, _, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c1", "line_id": "`+lineID(1)+`"}`), audience.ByAPI); err != nil {
		t.Fatal(err)
	}
	var changes []audience.IdentityChange
	err = db.EachIdentityChange(ctx, u.ID, func(at time.Time, c audience.IdentityChange) error {
		if at.IsZero() {
			t.Error("a change without a time")
		}
		changes = append(changes, c)
		return nil
	})
	want := []audience.IdentityChange{{User: u.ID, What: "line_id_changed", OldLineID: lineID(9), NewLineID: lineID(1)}}
	if diff := cmp.Diff(want, changes); err != nil || diff != "" {
		t.Errorf("identity: %v %s", err, diff)
	}

	var got []ref.Run
	err = db.EachUserDelivery(ctx, u.ID, func(run ref.Run, campaign ref.Campaign, d delivery.Delivery) error {
		if d.Recipient != u.ID || d.UserID != "c1" || d.LineID != lineID(1) || d.State != delivery.Accepted || campaign == 0 {
			t.Errorf("delivery: %v %+v", campaign, d)
		}
		got = append(got, run)
		return nil
	})
	wantRuns := []ref.Run{ref.Run(runs["finished"]), ref.Run(runs["sending"])}
	if diff := cmp.Diff(wantRuns, got, cmpopts.SortSlices(func(a, b ref.Run) bool { return a < b })); err != nil || diff != "" {
		t.Errorf("deliveries: %v %s", err, diff)
	}

	for _, nothing := range []ref.User{other.ID, other.ID + 1} {
		err := db.EachUserDelivery(ctx, nothing, func(ref.Run, ref.Campaign, delivery.Delivery) error {
			t.Errorf("%v has a delivery", nothing)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
