package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

const segmentColumns = `id, name, definition, version, last_count, counted_at, created_at, updated_at`

// scanSegment reads segmentColumns. The definition is text: it is shown as its
// author wrote it.
func scanSegment(row pgx.CollectableRow) (s segment.Stored, err error) {
	var definition string
	err = row.Scan(&s.ID, &s.Name, &definition, &s.Version, &s.LastCount, &s.CountedAt, &s.CreatedAt, &s.UpdatedAt)
	s.Definition = json.RawMessage(definition)
	return s, err
}

func oneSegment(rows pgx.Rows, err error) (segment.Stored, error) {
	if err != nil {
		return segment.Stored{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanSegment)
}

// CreateSegment stores a segment. It fails as Draft.Parse does, and with
// segment.not_found or channel.not_found when the definition names what does
// not exist, segment.name_taken, or segment.too_large with what it refers to.
func (db *DB) CreateSegment(ctx context.Context, d segment.Draft) (stored segment.Stored, err error) {
	defer wrap(&err, "CreateSegment(%q)", d.Name)
	err = db.writeSegment(ctx, d, 0, func(db *DB) error {
		const sql = `insert into segments (name, definition) values ($1, $2) returning ` + segmentColumns
		stored, err = oneSegment(db.conn.Query(ctx, sql, strings.TrimSpace(d.Name), string(d.Definition)))
		return err
	})
	return stored, err
}

// UpdateSegment replaces a segment's name and definition. version 0 skips the
// check of If-Match; another is version.mismatch when somebody changed it
// meanwhile. It fails like CreateSegment, and with segment.cycle.
func (db *DB) UpdateSegment(ctx context.Context, id ref.Segment, version int, d segment.Draft) (stored segment.Stored, err error) {
	defer wrap(&err, "UpdateSegment(%d)", id)
	err = db.writeSegment(ctx, d, id, func(db *DB) error {
		if err := db.lockSegment(ctx, id, version); err != nil {
			return err
		}
		const sql = `
			update segments set name = $2, definition = $3, version = version + 1, updated_at = now(),
				last_count = case when definition = $3 then last_count end,
				counted_at = case when definition = $3 then counted_at end
			where id = $1 returning ` + segmentColumns
		stored, err = oneSegment(db.conn.Query(ctx, sql, id, strings.TrimSpace(d.Name), string(d.Definition)))
		return err
	})
	return stored, err
}

// writeSegment checks a draft and everything it refers to and runs write, in
// one transaction. One such transaction runs at a time, so that two changes
// that are fine each cannot close a circle together.
func (db *DB) writeSegment(ctx context.Context, d segment.Draft, id ref.Segment, write func(db *DB) error) error {
	parsed, err := d.Parse()
	if err != nil {
		return err
	}
	err = db.InTx(ctx, func(_ pgx.Tx, db *DB) error {
		if err := db.lockSegments(ctx); err != nil {
			return err
		}
		if err := db.checkSegment(ctx, parsed, id); err != nil {
			return err
		}
		return write(db)
	})
	if violates(err, "segments_name") {
		return errs.New("segment.name_taken", strings.TrimSpace(d.Name)).At("/name")
	}
	return err
}

func (db *DB) lockSegments(ctx context.Context) error {
	_, err := db.conn.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('linecast.segments', 0))`)
	return err
}

// lockSegment locks the segment until the transaction ends; version as in
// UpdateSegment.
func (db *DB) lockSegment(ctx context.Context, id ref.Segment, version int) error {
	s, err := oneSegment(db.conn.Query(ctx, `select `+segmentColumns+` from segments where id = $1 for update`, id))
	if err != nil {
		return missing(err, "segment.not_found", id)
	}
	if version != 0 && s.Version != version {
		return errs.New("version.mismatch", strconv.Itoa(version), strconv.Itoa(s.Version))
	}
	return nil
}

// Segment is one segment.
func (db *DB) Segment(ctx context.Context, id ref.Segment) (_ segment.Stored, err error) {
	defer wrap(&err, "Segment(%d)", id)
	s, err := oneSegment(db.conn.Query(ctx, `select `+segmentColumns+` from segments where id = $1`, id))
	return s, missing(err, "segment.not_found", id)
}

// ListSegments lists segments in the order they were made, from after the id
// after on (0: from the first).
func (db *DB) ListSegments(ctx context.Context, after ref.Segment, limit int) (_ []segment.Stored, err error) {
	defer wrap(&err, "ListSegments(%d)", after)
	const sql = `select ` + segmentColumns + ` from segments where id > $1 order by id limit $2`
	rows, err := db.conn.Query(ctx, sql, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.AppendRows([]segment.Stored{}, rows, scanSegment)
}

// DeleteSegment deletes a segment; version as in UpdateSegment. It fails with
// segment.in_use, which names what uses it: campaigns that may still send, and
// other segments.
func (db *DB) DeleteSegment(ctx context.Context, id ref.Segment, version int) (err error) {
	defer wrap(&err, "DeleteSegment(%d)", id)
	return db.InTx(ctx, func(_ pgx.Tx, db *DB) error {
		if err := db.lockSegments(ctx); err != nil {
			return err
		}
		if err := db.lockSegment(ctx, id, version); err != nil {
			return err
		}
		users, err := db.segmentUsers(ctx, id)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return errs.New("segment.in_use", id, strings.Join(users, ", "))
		}
		_, err = db.conn.Exec(ctx, `delete from segments where id = $1`, id)
		return err
	})
}

// segmentUsers names what uses a segment, at most ten of it.
func (db *DB) segmentUsers(ctx context.Context, id ref.Segment) ([]string, error) {
	const sql = `
		select kind || id || ' (' || name || ')' from (
			select 'cmp_' as kind, id, name from campaigns
			where status not in ('finished', 'cancelled', 'archived')
				and (definition::jsonb #>> '{audience,segment}' = $1 or definition::jsonb #> '{audience,exclude}' ? $1)
			union all
			select 'seg_', id, name from segments
			where jsonb_path_exists(definition::jsonb, '$.** ? (@.segment == $id)', jsonb_build_object('id', $1::text))
		) as used order by kind, id limit 10`
	rows, err := db.conn.Query(ctx, sql, id.String())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// StoreSegmentCount remembers how many users a version of a segment had; a
// newer version ignores it.
func (db *DB) StoreSegmentCount(ctx context.Context, id ref.Segment, version int, count int64, at time.Time) (err error) {
	defer wrap(&err, "StoreSegmentCount(%d, %d)", id, version)
	const sql = `
		update segments set last_count = $3, counted_at = $4
		where id = $1 and version = $2 and (counted_at is null or counted_at < $4)`
	_, err = db.conn.Exec(ctx, sql, id, version, count, at)
	return err
}

// checkSegment reports what a definition names and does not exist, and circles
// through the segment self, under whose id it is or will be stored (0: a new
// one).
func (db *DB) checkSegment(ctx context.Context, s *segment.Segment, self ref.Segment) error {
	var known []ref.Channel
	const sql = `select coalesce(array_agg(id), '{}') from channels where id = any($1) and state <> 'deleted'`
	if err := db.conn.QueryRow(ctx, sql, s.Channels()).Scan(&known); err != nil {
		return err
	}
	loaded, err := db.loadSegments(ctx, s.References())
	if err != nil {
		return err
	}
	delete(loaded, self) // its old definition is nobody's reference any more
	return s.CheckStored(self, loaded, known)
}

// LoadSegments parses the segments with these ids and all that they refer to.
// It fails with segment.not_found for one that does not exist, and as
// segment.Check does.
func (db *DB) LoadSegments(ctx context.Context, ids []ref.Segment) (_ map[ref.Segment]*segment.Segment, err error) {
	defer wrap(&err, "LoadSegments(%v)", ids)
	loaded, err := db.loadSegments(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if loaded[id] == nil {
			return nil, errs.New("segment.not_found", id)
		}
		if err := segment.Check(loaded[id], id, loaded); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// loadSegments is LoadSegments without its checks: what does not exist is not
// in the map.
func (db *DB) loadSegments(ctx context.Context, ids []ref.Segment) (map[ref.Segment]*segment.Segment, error) {
	loaded := map[ref.Segment]*segment.Segment{}
	for len(ids) > 0 && len(loaded) <= segment.MaxExpanded {
		rows, err := db.conn.Query(ctx, `select `+segmentColumns+` from segments where id = any($1)`, ids)
		if err != nil {
			return nil, err
		}
		found, err := pgx.CollectRows(rows, scanSegment)
		if err != nil {
			return nil, err
		}
		ids = nil
		for _, stored := range found {
			s, err := segment.Parse(stored.Definition)
			if err != nil {
				return nil, errors.Join(errors.New("parsing "+stored.ID.String()), err)
			}
			loaded[stored.ID] = s
		}
		for _, stored := range found {
			for _, id := range loaded[stored.ID].References() {
				if loaded[id] == nil {
					ids = append(ids, id)
				}
			}
		}
	}
	return loaded, nil
}
