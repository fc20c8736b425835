package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
)

// looksEvery is how often an import's or a run's progress is asked for.
const looksEvery = 250 * time.Millisecond

// upload sends a file of users and follows its import to its end.
func (c *cli) upload(ctx context.Context, api *client.Client, name string, file io.Reader, o audience.ImportOptions, every time.Duration) (audience.Import, error) {
	var i audience.Import
	if err := api.Upload(ctx, "imports", o, name, file, &i); err != nil {
		return i, err
	}
	m := c.newMeter(ctx, "Importing", every)
	defer m.end()
	started := time.Now()
	for {
		m.show(i.BytesDone, i.BytesTotal, importLine(i, time.Since(started)), i)
		if i.State.Final() {
			break
		}
		if err := wait(ctx); err != nil {
			return i, err
		}
		next, err := get[audience.Import](ctx, api, "imports/"+i.ID.String())
		if err != nil {
			return i, err
		}
		i = next
	}
	if i.Failure != nil {
		return i, failure("The import failed", *i.Failure)
	}
	return i, nil
}

// failure is why an import or a sync came to nothing.
func failure(title string, f audience.Failure) error {
	p := &client.Problem{Code: f.Code, Title: title, Detail: f.Detail}
	if row, ok := errs.Lookup(f.Code); ok {
		p.Fix = row.Fix
	}
	for _, inner := range f.Errors {
		p.Errors = append(p.Errors, client.Place{Code: inner.Code, Detail: inner.Detail})
	}
	return p
}

// importLine is an import's progress on one line.
func importLine(i audience.Import, took time.Duration) string {
	var b strings.Builder
	share := 0.0
	if i.BytesTotal > 0 {
		share = float64(i.BytesDone) / float64(i.BytesTotal)
	}
	fmt.Fprintf(&b, "imported %s rows (%.0f %%), %s rejected", count(i.RowsTotal), 100*share, count(i.Rejected))
	if rate := float64(i.RowsTotal) / max(took.Seconds(), 0.001); took > time.Second && rate > 0 {
		fmt.Fprintf(&b, ", %s rows/s", count(int64(rate)))
		if share > 0 && share < 1 {
			left := time.Duration(float64(took) * (1 - share) / share).Round(time.Second)
			fmt.Fprintf(&b, ", %s left", left)
		}
	}
	return b.String()
}

// shownErrors is how many rejected rows are printed.
const shownErrors = 10

// rejections are the first things that are wrong with an import's rows.
func rejections(ctx context.Context, api *client.Client, i audience.Import) ([]audience.ImportError, error) {
	if i.Rejected == 0 {
		return nil, nil
	}
	var raw []byte
	if err := api.Do(ctx, "GET", "imports/"+i.ID.String()+"/errors.csv?raw=true", nil, &raw); err != nil {
		return nil, err
	}
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff")))
	var list []audience.ImportError
	for n := 0; n <= shownErrors; n++ {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil || len(row) < 5:
			return list, errs.New("client.foreign", api.URL(), 200)
		case n > 0: // the first is the header
			e := audience.ImportError{Column: row[1], Value: row[2], Code: row[3], Detail: row[4]}
			_, _ = fmt.Sscan(row[0], &e.Line)
			list = append(list, e)
		}
	}
	return list, nil
}

// sayRejections prints why rows were rejected.
func (c *cli) sayRejections(i audience.Import, list []audience.ImportError) {
	for _, e := range list {
		where := fmt.Sprintf("line %d", e.Line)
		if e.Column != "" {
			where += ", column " + e.Column
		}
		c.say("  %s: %s (%s)", where, e.Detail, e.Code)
	}
	if i.Rejected > int64(len(list)) {
		c.say("  … GET /api/v1/imports/%s/errors.csv has all of them.", i.ID)
	}
}
