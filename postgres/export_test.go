package postgres

import (
	"context"
	"io"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// RunImportInChunks is RunImport with chunks of another size.
func (db *DB) RunImportInChunks(ctx context.Context, id ref.Import, rows int, proceed func(audience.Import) bool) (audience.Import, error) {
	return db.runImport(ctx, id, rows, proceed)
}

// CreateImportUpTo is CreateImport with another limit of size.
func (db *DB) CreateImportUpTo(ctx context.Context, most int64, o audience.ImportOptions, file io.Reader) (audience.Import, error) {
	return db.createImport(ctx, "", o, file, most, nil)
}

// Evaluate is evaluate with another time-out and a statement of the test's.
func (db *DB) Evaluate(ctx context.Context, timeout time.Duration, f func(db *DB) error) error {
	return db.evaluate(ctx, timeout, &segment.Segment{}, segment.Env{}, func(db *DB, _ segment.Env) error { return f(db) })
}
