package migrations

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linecast/linecast/errs"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files string
		want  []string
		err   string
	}{
		{"pairs in order", "0002_b.up.sql 0002_b.down.sql 0001_a.up.sql 0001_a.down.sql", []string{"0001_a", "0002_b"}, ""},
		{"nothing", "", nil, ""},
		{"a clash of numbers", "0001_a.up.sql 0001_a.down.sql 0001_b.up.sql 0001_b.down.sql", nil, `number 0001 is taken twice, by "a" and "b"`},
		{"a gap", "0001_a.up.sql 0001_a.down.sql 0003_c.up.sql 0003_c.down.sql", nil, "0002 is missing before 0003_c"},
		{"no first", "0002_b.up.sql 0002_b.down.sql", nil, "0001 is missing"},
		{"no down", "0001_a.up.sql", nil, "0001_a.down.sql has no text"},
		{"no up", "0001_a.down.sql", nil, "0001_a.up.sql has no text"},
		{"another form", "1_a.up.sql", nil, "1_a.up.sql: want NNNN_name.up.sql"},
		{"a dump among them", "schema.sql", nil, "schema.sql: want NNNN_name.up.sql"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fsys := fstest.MapFS{}
			for name := range strings.FieldsSeq(test.files) {
				fsys[name] = &fstest.MapFile{Data: []byte("select 1;")}
			}
			list, err := load(fsys)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("load: %v, want an error with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range list {
				got = append(got, m.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("load (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAgree(t *testing.T) {
	t.Parallel()
	known := []Migration{{Version: 1, Name: "a"}, {Version: 2, Name: "b"}}
	tests := []struct {
		name string
		have []Migration
		code string
	}{
		{"nothing applied", nil, ""},
		{"some applied", known[:1], ""},
		{"all applied", known, ""},
		{"one more", append(known[:2:2], Migration{Version: 3, Name: "c"}), "schema.newer"},
		{"another name", []Migration{{Version: 1, Name: "x"}}, "schema.diverged"},
		{"a hole", []Migration{{Version: 2, Name: "b"}}, "schema.diverged"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := agree(test.have, known)
			if test.code == "" && err != nil || test.code != "" && !errs.Is(err, test.code) {
				t.Errorf("agree = %v, want %q", err, test.code)
			}
		})
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	const text = "-- ไทย\nselect 1;\nselect x;"
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"third line", &pgconn.PgError{Position: 25}, ":3"},
		{"first character", &pgconn.PgError{Position: 1}, ":1"},
		{"past the end", &pgconn.PgError{Position: 999}, ":3"},
		{"no position", &pgconn.PgError{}, ""},
		{"not PostgreSQL's", errors.New("gone"), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := place(text, test.err); got != test.want {
				t.Errorf("place = %q, want %q", got, test.want)
			}
		})
	}
}

// Two branches that each add "the next" migration must not merge unnoticed.
func TestEmbeddedFilesLoad(t *testing.T) {
	t.Parallel()
	list, err := All()
	if err != nil || len(list) == 0 {
		t.Fatalf("All: %d migrations, %v", len(list), err)
	}
	ignore := cmpopts.IgnoreUnexported(Migration{})
	if diff := cmp.Diff(Migration{Version: 1, Name: "audience"}, list[0], ignore); diff != "" {
		t.Errorf("the first migration (-want +got):\n%s", diff)
	}
}
