// Package migrations owns the shape of the database: numbered SQL files, in
// pairs of up and down, and the runner that applies them together with those
// of River. The whole schema is readable in schema.sql beside them.
//
// It refuses to run on a schema newer than the binary, on files whose numbers
// clash or leave a gap, and on a file without its opposite. It holds no query
// of the product: those live in package postgres.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"time"
)

//go:embed [0-9]*.sql
var files embed.FS

// Migration is one numbered step of our own schema.
type Migration struct {
	Version   int       // 1, 2, 3 … without gaps
	Name      string    // the file's name without its number, such as "audience"
	AppliedAt time.Time // zero when it is not applied, or not asked

	up, down string
}

// String is the name of the migration's files without .up.sql, such as
// "0001_audience".
func (m Migration) String() string { return fmt.Sprintf("%04d_%s", m.Version, m.Name) }

// All lists the migrations this binary knows, lowest version first.
func All() ([]Migration, error) { return load(files) }

var fileName = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.(up|down)\.sql$`)

// load reads the pairs in fsys and refuses whatever would make two machines
// disagree about what a version number means.
func load(fsys fs.FS) ([]Migration, error) {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("migrations: list files: %w", err)
	}
	var list []Migration
	for _, name := range names { // Glob sorts: a pair's down comes before its up
		part := fileName.FindStringSubmatch(name)
		if part == nil {
			return nil, fmt.Errorf("migrations: %s: want NNNN_name.up.sql or NNNN_name.down.sql", name)
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("migrations: read %s: %w", name, err)
		}
		version, _ := strconv.Atoi(part[1])
		if list, err = add(list, version, part[2], part[3], string(text)); err != nil {
			return nil, err
		}
	}
	return list, complete(list)
}

// add puts one file into list, whose last entry may be its other half.
func add(list []Migration, version int, name, direction, text string) ([]Migration, error) {
	if len(list) == 0 || list[len(list)-1].Version != version {
		list = append(list, Migration{Version: version, Name: name})
	}
	m := &list[len(list)-1]
	if m.Name != name {
		return nil, fmt.Errorf("migrations: number %04d is taken twice, by %q and %q: give the later one the next number", version, m.Name, name)
	}
	if direction == "up" {
		m.up = text
	} else {
		m.down = text
	}
	return list, nil
}

// complete checks that list counts 1, 2, 3 … and that each has both halves.
func complete(list []Migration) error {
	for i, m := range list {
		switch {
		case m.Version != i+1:
			return fmt.Errorf("migrations: %04d is missing before %s", i+1, m)
		case m.up == "":
			return fmt.Errorf("migrations: %s has no text: is the file missing?", m.String()+".up.sql")
		case m.down == "":
			return fmt.Errorf("migrations: %s has no text: is the file missing?", m.String()+".down.sql")
		}
	}
	return nil
}
