package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// pieceBytes is the size of all pieces of a file but the last.
const pieceBytes = 1 << 20

// CreateImport stores a file, as it arrives, under options that Check accepts.
// When all of it is there, then runs in the transaction that says so: it
// inserts the job that will read the file. An upload that breaks off, is empty
// or larger than audience.MaxFileBytes leaves nothing behind.
func (db *DB) CreateImport(ctx context.Context, name string, o audience.ImportOptions, file io.Reader, then func(ctx context.Context, tx pgx.Tx, id ref.Import) error) (i audience.Import, err error) {
	defer wrap(&err, "CreateImport")
	return db.createImport(ctx, name, o, file, audience.MaxFileBytes, then)
}

func (db *DB) createImport(ctx context.Context, name string, o audience.ImportOptions, file io.Reader, most int64, then func(ctx context.Context, tx pgx.Tx, id ref.Import) error) (i audience.Import, err error) {
	if err := o.Check(); err != nil {
		return i, err
	}
	id, err := db.beginUpload(ctx, fileName(name), o)
	if err != nil {
		return i, err
	}
	size, err := db.storePieces(ctx, id, file, most)
	if err == nil {
		i, err = db.endUpload(ctx, id, size, then)
	}
	if err != nil {
		return audience.Import{}, errors.Join(err, db.dropUpload(ctx, id))
	}
	return i, nil
}

// fileName keeps a name that fits a list.
func fileName(name string) string {
	name = strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")
	for utf8.RuneCountInString(name) > 200 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if strings.TrimSpace(name) == "" {
		return "users.csv"
	}
	return name
}

// beginUpload makes the import's row. Uploads whose process died long ago are
// removed on the way.
func (db *DB) beginUpload(ctx context.Context, name string, o audience.ImportOptions) (id ref.Import, err error) {
	if _, err := db.conn.Exec(ctx, `delete from imports where state = 'uploading' and created_at < now() - interval '1 day'`); err != nil {
		return 0, err
	}
	const sql = `insert into imports (name, options) values ($1, $2) returning id`
	err = db.conn.QueryRow(ctx, sql, name, o).Scan(&id)
	return id, err
}

// storePieces stores the file piece by piece, each in a transaction of its own:
// a slow upload holds none open.
func (db *DB) storePieces(ctx context.Context, id ref.Import, file io.Reader, most int64) (size int64, err error) {
	const sql = `insert into import_pieces (import_id, seq, data) values ($1, $2, $3)`
	piece := make([]byte, pieceBytes)
	for seq := 0; ; seq++ {
		n, err := io.ReadFull(file, piece)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return size, brokenUpload(size+int64(n), err)
		}
		if size += int64(n); size > most {
			return size, errs.New("import.file_too_large", fmt.Sprintf("%d MiB", most>>20))
		}
		if n > 0 {
			if _, err := db.conn.Exec(ctx, sql, id, seq, piece[:n]); err != nil {
				return size, err
			}
		}
		if last {
			return size, nil
		}
	}
}

// brokenUpload keeps an error that is made for people and explains any other.
func brokenUpload(size int64, err error) error {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		return known
	}
	return errs.New("import.incomplete", size, err).Because(err)
}

func (db *DB) endUpload(ctx context.Context, id ref.Import, size int64, then func(ctx context.Context, tx pgx.Tx, id ref.Import) error) (i audience.Import, err error) {
	if size == 0 {
		return i, errs.New("import.empty", "it has no bytes")
	}
	const sql = `
		update imports set state = 'stored', bytes_total = $2 where id = $1 and state = 'uploading'
		returning ` + importColumns
	err = db.InTx(ctx, func(tx pgx.Tx, _ *DB) error {
		i, err = one[audience.Import](tx.Query(ctx, sql, id, size))
		if err := missing(err, "import.not_found", id); err != nil || then == nil {
			return err
		}
		return then(ctx, tx, id)
	})
	return i, err
}

// dropUpload removes what a failed upload left, also when its client is gone.
func (db *DB) dropUpload(ctx context.Context, id ref.Import) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_, err := db.conn.Exec(ctx, `delete from imports where id = $1 and state = 'uploading'`, id)
	return err
}

// pieceReader reads a stored file from an offset on.
type pieceReader struct {
	ctx    context.Context // of the one RunImport that made it
	db     *DB
	id     ref.Import
	offset int64
	total  int64
	piece  []byte // what is left of the piece read last
}

func (r *pieceReader) Read(p []byte) (int, error) {
	if len(r.piece) == 0 {
		if r.offset >= r.total {
			return 0, io.EOF
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.piece)
	r.piece = r.piece[n:]
	r.offset += int64(n)
	return n, nil
}

// next reads the piece that holds offset.
func (r *pieceReader) next() error {
	const sql = `select data from import_pieces where import_id = $1 and seq = $2`
	var data []byte
	if err := r.db.conn.QueryRow(r.ctx, sql, r.id, r.offset/pieceBytes).Scan(&data); err != nil {
		return fmt.Errorf("reading the file at byte %d: %w", r.offset, err)
	}
	r.piece = data[min(r.offset%pieceBytes, int64(len(data))):]
	if len(r.piece) == 0 {
		return fmt.Errorf("reading the file at byte %d: it has %d bytes less than it should", r.offset, r.total-r.offset)
	}
	return nil
}
