package postgres

import (
	"context"

	"github.com/linecast/linecast/audience"
)

// seeAttributes keeps the catalogue of attributes: new names, drift, and
// last_seen to the hour. Most batches show nothing new and only read. A name
// that another transaction is counting at that moment is left to it: writers
// of users must not queue behind one row that all of them touch.
func (db *DB) seeAttributes(ctx context.Context, seen []*audience.Sighting, source audience.Source) error {
	known, stale, err := db.knownTypes(ctx, seen)
	if err != nil {
		return err
	}
	var fresh, changed []*audience.Sighting
	var drift []int
	for _, s := range seen {
		t, ok := known[s.Name]
		switch {
		case !ok:
			fresh = append(fresh, s)
		case s.Drift(t) > 0 || stale[s.Name]:
			changed, drift = append(changed, s), append(drift, s.Drift(t))
		}
	}
	if err := db.addAttributes(ctx, fresh, source); err != nil || len(changed) == 0 {
		return err
	}
	const sql = `
		update attributes a set last_seen = now(), drift = a.drift + s.drift
		from unnest($1::text[], $2::int[]) as s (name, drift)
		where a.name = s.name and a.name in (
			select name from attributes where name = any($1) order by name for update skip locked)`
	_, err = db.conn.Exec(ctx, sql, sightingNames(changed), drift)
	return err
}

// knownTypes reads what the catalogue says of the names seen, and which of
// them were last seen an hour ago or earlier.
func (db *DB) knownTypes(ctx context.Context, seen []*audience.Sighting) (known map[string]audience.Type, stale map[string]bool, err error) {
	known, stale = map[string]audience.Type{}, map[string]bool{}
	if len(seen) == 0 {
		return known, stale, nil
	}
	const sql = `select name, type, last_seen < now() - interval '1 hour' from attributes where name = any($1)`
	rows, err := db.conn.Query(ctx, sql, sightingNames(seen))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var t audience.Type
		var old bool
		if err := rows.Scan(&name, &t, &old); err != nil {
			return nil, nil, err
		}
		known[name], stale[name] = t, old
	}
	return known, stale, rows.Err()
}

func (db *DB) addAttributes(ctx context.Context, fresh []*audience.Sighting, source audience.Source) error {
	if len(fresh) == 0 {
		return nil
	}
	const sql = `
		insert into attributes (name, type, source, drift)
		select name, type, $2, drift from unnest($1::text[], $3::text[], $4::int[]) as s (name, type, drift)
		on conflict (name) do nothing`
	types, drift := make([]string, len(fresh)), make([]int, len(fresh))
	for i, s := range fresh {
		types[i], drift[i] = string(s.First), s.Drift(s.First)
	}
	_, err := db.conn.Exec(ctx, sql, sightingNames(fresh), source, types, drift)
	return err
}

func sightingNames(list []*audience.Sighting) []string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Name
	}
	return names
}

// ListAttributes lists the catalogue by name.
func (db *DB) ListAttributes(ctx context.Context) (_ []audience.KnownAttribute, err error) {
	defer wrap(&err, "ListAttributes")
	const sql = `select name, type, source, first_seen, last_seen, drift from attributes order by name collate "C"`
	return many[audience.KnownAttribute](db.conn.Query(ctx, sql))
}

// AttributeTypes is the catalogue as CSVOptions want it.
func (db *DB) AttributeTypes(ctx context.Context) (_ map[string]audience.Type, err error) {
	list, err := db.ListAttributes(ctx)
	types := make(map[string]audience.Type, len(list))
	for _, a := range list {
		types[a.Name] = a.Type
	}
	return types, err
}

// PatchAttribute sets an attribute's type to what a person says it is and
// starts counting drift anew. It changes no user. A name that nobody ever had
// is attribute.not_found.
func (db *DB) PatchAttribute(ctx context.Context, name string, t audience.Type) (_ audience.KnownAttribute, err error) {
	defer wrap(&err, "PatchAttribute")
	const sql = `
		update attributes set type = $2, source = 'person', drift = 0 where name = $1
		returning name, type, source, first_seen, last_seen, drift`
	a, err := one[audience.KnownAttribute](db.conn.Query(ctx, sql, name, t))
	return a, missing(err, "attribute.not_found", name)
}
