package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	entries := []access.Entry{
		{Actor: "key_1", Action: "createApiKey", Object: "key_2", Detail: []byte(`{"name": "crm"}`), RequestID: "r-1"},
		{Actor: "key_2", Action: "createSegment", Object: "seg_1", RequestID: "r-2"},
		{Actor: "key_1", Action: "revokeApiKey", Object: "key_2"},
	}
	for _, e := range entries {
		if err := db.AddAudit(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	entries[1].Detail, entries[2].Detail = []byte(`{}`), []byte(`{}`)

	all, err := db.Audit(ctx, access.AuditFilter{}, 0, 10)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	for name, c := range map[string]struct {
		filter access.AuditFilter
		before int64
		limit  int
		want   []access.Entry
	}{
		"all, newest first": {access.AuditFilter{}, 0, 10, []access.Entry{entries[2], entries[1], entries[0]}},
		"first page":        {access.AuditFilter{}, 0, 1, []access.Entry{entries[2]}},
		"second page":       {access.AuditFilter{}, all[0].ID, 1, []access.Entry{entries[1]}},
		"beyond":            {access.AuditFilter{}, all[2].ID, 1, []access.Entry{}},
		"object":            {access.AuditFilter{Object: "key_2"}, 0, 10, []access.Entry{entries[2], entries[0]}},
		"actor":             {access.AuditFilter{Actor: "key_2"}, 0, 10, []access.Entry{entries[1]}},
		"action":            {access.AuditFilter{Object: "key_2", Action: "revokeApiKey"}, 0, 10, []access.Entry{entries[2]}},
		"nothing":           {access.AuditFilter{Object: "key_3"}, 0, 10, []access.Entry{}},
	} {
		got, err := db.Audit(ctx, c.filter, c.before, c.limit)
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(access.Entry{}, "ID", "At")); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}
