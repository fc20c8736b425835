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
	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/postgres"
)

// benchImport measures importing a file against the fastest that PostgreSQL
// does with the same rows: a plain COPY into the same table.
func benchImport(ctx context.Context, size sizes, out io.Writer) error {
	pool, server, stop, err := database(ctx)
	if err != nil {
		return err
	}
	defer stop()
	took := make([][]importCost, len(importSteps))
	for range size.rounds {
		for i, step := range importSteps {
			if step.fresh {
				if _, err := pool.Exec(ctx, `truncate users`); err != nil {
					return err
				}
			}
			cost, err := costOf(ctx, pool, server, step, size.rows)
			if err != nil {
				return fmt.Errorf("%s: %w", step.name, err)
			}
			took[i] = append(took[i], cost)
		}
	}
	fmt.Fprintf(out, "%d rows of ten attributes, medians of %d\n", size.rows, size.rounds)
	fmt.Fprintf(out, "  %-22s %8s %10s %12s %12s\n", "", "rows/s", "of COPY", "CPU ours", "CPU server")
	limit := middle(took[0], func(c importCost) time.Duration { return c.wall })
	for i, step := range importSteps {
		wall := middle(took[i], func(c importCost) time.Duration { return c.wall })
		perRow := func(of func(importCost) time.Duration) float64 {
			return micros(middle(took[i], of)) / float64(size.rows)
		}
		fmt.Fprintf(out, "  %-22s %8.0f %8.0f %% %9.1f µs %9.1f µs\n", step.name, float64(size.rows)/wall.Seconds(), 100*limit.Seconds()/wall.Seconds(),
			perRow(func(c importCost) time.Duration { return c.ours }), perRow(func(c importCost) time.Duration { return c.server }))
	}
	fmt.Fprintf(out, "  peak memory of this process %d MiB\n", peakMemory(os.Getpid()))
	return nil
}

// importCost is what one step took.
type importCost struct{ wall, ours, server time.Duration }

func middle(costs []importCost, of func(importCost) time.Duration) time.Duration {
	values := make([]time.Duration, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	return median(values)
}

// costOf runs a step; what prepare does is not counted.
func costOf(ctx context.Context, pool *pgxpool.Pool, server *localpg.Server, step importStep, rows int) (importCost, error) {
	work, err := step.prepare(ctx, pool, rows)
	if err != nil {
		return importCost{}, err
	}
	ours, theirs, start := cpuOfOne(os.Getpid(), false), cpuOf(server.PID()), time.Now()
	err = work()
	return importCost{time.Since(start), cpuOfOne(os.Getpid(), false) - ours, cpuOf(server.PID()) - theirs}, err
}

// importStep is measured on an empty table, when fresh, or on what the step
// before left.
type importStep struct {
	name    string
	fresh   bool
	prepare func(ctx context.Context, pool *pgxpool.Pool, rows int) (func() error, error)
}

// importSteps are measured one after another; the first is the limit.
var importSteps = []importStep{
	{"plain COPY", true, copyUsers},
	{"import, all new", true, importUsers(0)},
	{"the same file again", false, importUsers(0)},
	{"all rows changed", false, importUsers(1)},
}

// copyUsers copies the rows in as PostgreSQL will have them.
func copyUsers(ctx context.Context, pool *pgxpool.Pool, rows int) (func() error, error) {
	return func() error {
		_, err := pool.CopyFrom(ctx, pgx.Identifier{"users"}, []string{"line_id", "attributes"},
			pgx.CopyFromSlice(rows, func(i int) ([]any, error) {
				r := importRow(i, 0)
				return []any{r[0], fmt.Sprintf(`{"name":%q,"tier":%q,"points":%s,"city":%q,"language":%q,"birthday":%q,"last_purchase_at":%q,"vip":%s,"phone":%q,"note":%q}`,
					r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10])}, nil
			}))
		return err
	}, nil
}

// importUsers stores a file of the rows, which is not counted, and imports it.
func importUsers(change int) func(context.Context, *pgxpool.Pool, int) (func() error, error) {
	return func(ctx context.Context, pool *pgxpool.Pool, rows int) (func() error, error) {
		db := postgres.New(pool)
		read, write := io.Pipe()
		go func() { write.CloseWithError(writeImport(write, rows, change)) }()
		i, err := db.CreateImport(ctx, "bench.csv", audience.ImportOptions{}, read, nil)
		if err != nil {
			return nil, err
		}
		return func() error {
			i, err := db.RunImport(ctx, i.ID, nil)
			if err == nil && (i.State != audience.ImportFinished || i.RowsTotal != int64(rows) || i.Rejected > 0) {
				err = fmt.Errorf("the import ended %s with %d rows, %d rejected", i.State, i.RowsTotal, i.Rejected)
			}
			return err
		}, nil
	}
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
