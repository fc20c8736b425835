package postgres

import (
	"context"
	"io"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
)

// RunImportInChunks is RunImport with chunks of another size.
func (db *DB) RunImportInChunks(ctx context.Context, id ref.Import, rows int, proceed func(audience.Import) bool) (audience.Import, error) {
	return db.runImport(ctx, id, rows, proceed)
}

// CreateImportUpTo is CreateImport with another limit of size.
func (db *DB) CreateImportUpTo(ctx context.Context, most int64, o audience.ImportOptions, file io.Reader) (audience.Import, error) {
	return db.createImport(ctx, "", o, file, most, nil)
}
