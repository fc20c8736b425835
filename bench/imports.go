package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/postgres"
)

// benchImport measures importing a file against the fastest that PostgreSQL
// does with the same rows: a plain COPY into the same table.
func benchImport(ctx context.Context, size sizes, out io.Writer) error {
	pool, _, stop, err := database(ctx)
	if err != nil {
		return err
	}
	defer stop()
	var took [4][]time.Duration
	var wal [4][]int64
	for range size.rounds {
		for i, step := range importSteps {
			if step.fresh {
				if _, err := pool.Exec(ctx, `truncate users`); err != nil {
					return err
				}
			}
			before, err := walBytes(ctx, pool)
			if err != nil {
				return err
			}
			d, err := step.run(ctx, pool, size.rows)
			if err != nil {
				return fmt.Errorf("%s: %w", step.name, err)
			}
			after, err := walBytes(ctx, pool)
			if err != nil {
				return err
			}
			took[i], wal[i] = append(took[i], d), append(wal[i], after-before)
		}
	}
	fmt.Fprintf(out, "%d rows of ten attributes, median of %d\n", size.rows, size.rounds)
	for i, step := range importSteps {
		d := median(took[i])
		fmt.Fprintf(out, "  %-26s %8.0f rows/s  %5.0f %% of COPY  %5d B of WAL a row\n", step.name,
			float64(size.rows)/d.Seconds(), 100*median(took[0]).Seconds()/d.Seconds(), median(wal[i])/int64(size.rows))
	}
	fmt.Fprintf(out, "  peak memory of this process %d MiB\n", peakMemory(os.Getpid()))
	return nil
}

// importSteps are measured one after another; the first is the limit.
var importSteps = []struct {
	name  string
	fresh bool // on an empty table
	run   func(ctx context.Context, pool *pgxpool.Pool, rows int) (time.Duration, error)
}{
	{"plain COPY", true, copyUsers},
	{"import, all new", true, func(ctx context.Context, pool *pgxpool.Pool, rows int) (time.Duration, error) {
		return importUsers(ctx, pool, rows, 0)
	}},
	{"the same file again", false, func(ctx context.Context, pool *pgxpool.Pool, rows int) (time.Duration, error) {
		return importUsers(ctx, pool, rows, 0)
	}},
	{"all rows changed", false, func(ctx context.Context, pool *pgxpool.Pool, rows int) (time.Duration, error) {
		return importUsers(ctx, pool, rows, 1)
	}},
}

// copyUsers copies the rows in as PostgreSQL will have them.
func copyUsers(ctx context.Context, pool *pgxpool.Pool, rows int) (time.Duration, error) {
	start := time.Now()
	_, err := pool.CopyFrom(ctx, pgx.Identifier{"users"}, []string{"line_id", "attributes"},
		pgx.CopyFromSlice(rows, func(i int) ([]any, error) {
			r := importRow(i, 0)
			return []any{r[0], fmt.Sprintf(`{"name":%q,"tier":%q,"points":%s,"city":%q,"language":%q,"birthday":%q,"last_purchase_at":%q,"vip":%s,"phone":%q,"note":%q}`,
				r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10])}, nil
		}))
	return time.Since(start), err
}

// importUsers stores a file of the rows and imports it; the upload is not
// counted.
func importUsers(ctx context.Context, pool *pgxpool.Pool, rows, change int) (time.Duration, error) {
	db := postgres.New(pool)
	read, write := io.Pipe()
	go func() { write.CloseWithError(writeImport(write, rows, change)) }()
	i, err := db.CreateImport(ctx, "bench.csv", audience.ImportOptions{}, read, nil)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	i, err = db.RunImport(ctx, i.ID, nil)
	took := time.Since(start)
	if err == nil && (i.State != audience.ImportFinished || i.RowsTotal != int64(rows) || i.Rejected > 0) {
		err = fmt.Errorf("the import ended %s with %d rows, %d rejected", i.State, i.RowsTotal, i.Rejected)
	}
	return took, err
}

func writeImport(w io.Writer, rows, change int) error {
	if _, err := io.WriteString(w, "line_id,name,tier,points,city,language,birthday,last_purchase_at,vip,phone,note\n"); err != nil {
		return err
	}
	var line []byte
	for i := range rows {
		line = line[:0]
		for n, field := range importRow(i, change) {
			if n > 0 {
				line = append(line, ',')
			}
			line = append(line, field...)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// importRow is row i as text: the line_id and ten attributes.
func importRow(i, change int) [11]string {
	pick := func(list ...string) string { return list[i%len(list)] }
	return [11]string{
		fmt.Sprintf("U%08x%024x", uint32(i)*2654435761, i), // in no order, as LINE's are
		fmt.Sprintf("%s %d", pick("สมชาย ใจดี", "田中 さくら", "Ann Lee", "김민준", "陳怡君"), i),
		pick("gold", "silver", "bronze", "platinum"),
		fmt.Sprint((i*7 + change) % 100_000),
		pick("Bangkok", "東京", "Taipei", "Seoul", "Chiang Mai", "Osaka"),
		pick("th", "ja", "en", "ko", "zh-TW"),
		fmt.Sprintf("19%02d-%02d-%02d", 50+i%50, 1+i%12, 1+i%28),
		fmt.Sprintf("2026-%02d-%02dT%02d:00:00Z", 1+i%11, 1+i%28, i%24),
		pick("true", "false", "false"),
		fmt.Sprintf("08%08d", i%100_000_000),
		pick("likes coffee and long walks", "asked for a call back in spring", "met at the Osaka fair"),
	}
}
