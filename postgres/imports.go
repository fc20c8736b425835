package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

const importColumns = `id, name, state, options, bytes_total, bytes_done, lines_done, rows_total,
	created, updated, unchanged, rejected, coalesce(columns, '[]') as columns, failure, created_at, started_at, finished_at`

// Import reads an import; there being none is import.not_found.
func (db *DB) Import(ctx context.Context, id ref.Import) (_ audience.Import, err error) {
	defer wrap(&err, "Import(%d)", id)
	const sql = `select ` + importColumns + ` from imports where id = $1`
	i, err := one[audience.Import](db.conn.Query(ctx, sql, id))
	return i, missing(err, "import.not_found", id)
}

// ListImports lists imports, the newest first, from the one before before on;
// 0 is the beginning.
func (db *DB) ListImports(ctx context.Context, before ref.Import, limit int) (_ []audience.Import, err error) {
	defer wrap(&err, "ListImports(%d, %d)", before, limit)
	const sql = `select ` + importColumns + ` from imports where $1 = 0 or id < $1 order by id desc limit $2`
	return many[audience.Import](db.conn.Query(ctx, sql, before, limit))
}

// ImportErrors lists what was wrong with rows, by line, from the one after
// after on (its Line and Seq count).
func (db *DB) ImportErrors(ctx context.Context, id ref.Import, after audience.ImportError, limit int) (_ []audience.ImportError, err error) {
	defer wrap(&err, "ImportErrors(%d)", id)
	return many[audience.ImportError](db.conn.Query(ctx, importErrors+` limit $4`, id, after.Line, after.Seq, limit))
}

const importErrors = `
	select line, column_name as "column", value, code, detail, seq from import_errors
	where import_id = $1 and (line, seq) > ($2, $3)
	order by line, seq`

// EachImportError visits all of them, in bounded memory.
func (db *DB) EachImportError(ctx context.Context, id ref.Import, visit func(audience.ImportError) error) (err error) {
	defer wrap(&err, "EachImportError(%d)", id)
	rows, err := db.conn.Query(ctx, importErrors, id, 0, 0)
	if err != nil {
		return err
	}
	var e audience.ImportError
	_, err = pgx.ForEachRow(rows, []any{&e.Line, &e.Column, &e.Value, &e.Code, &e.Detail, &e.Seq}, func() error { return visit(e) })
	return err
}

// CancelImport ends an import that has not ended. What is stored stays; a chunk
// being written at that moment is not. One that has ended is
// import.wrong_state.
func (db *DB) CancelImport(ctx context.Context, id ref.Import) (_ audience.Import, err error) {
	defer wrap(&err, "CancelImport(%d)", id)
	const sql = `
		update imports set state = 'cancelled', finished_at = now()
		where id = $1 and state in ('uploading', 'stored', 'running')
		returning ` + importColumns
	i, err := one[audience.Import](db.conn.Query(ctx, sql, id))
	if errors.Is(err, pgx.ErrNoRows) {
		if i, err = db.Import(ctx, id); err == nil {
			err = errs.New("import.wrong_state", id, i.State)
		}
		return i, err
	}
	if err != nil {
		return i, err
	}
	return i, db.dropFile(ctx, id)
}

// FailImport ends an import whose file cannot be imported, and says why.
func (db *DB) FailImport(ctx context.Context, id ref.Import, cause error) (_ audience.Import, err error) {
	defer wrap(&err, "FailImport(%d)", id)
	const sql = `
		update imports set state = 'failed', failure = $2, finished_at = now()
		where id = $1 and state in ('stored', 'running')`
	if _, err := db.conn.Exec(ctx, sql, id, audience.NewFailure(cause)); err != nil {
		return audience.Import{}, err
	}
	if err := db.dropFile(ctx, id); err != nil {
		return audience.Import{}, err
	}
	return db.Import(ctx, id)
}

// dropFile removes the file of an import that has ended: people's data is kept
// no longer than it is needed.
func (db *DB) dropFile(ctx context.Context, id ref.Import) error {
	const sql = `
		delete from import_pieces p using imports i
		where p.import_id = $1 and i.id = p.import_id and i.state in ('finished', 'failed', 'cancelled')`
	_, err := db.conn.Exec(ctx, sql, id)
	return err
}
