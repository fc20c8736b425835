package postgres

import (
	"context"

	"github.com/linecast/linecast/internal/access"
)

// AddAudit appends one line to the audit log; e.ID and e.At are the
// database's to give.
func (db *DB) AddAudit(ctx context.Context, e access.Entry) (err error) {
	defer wrap(&err, "AddAudit(%q, %q)", e.Action, e.Object)
	const sql = `
		insert into audit (actor, action, object, detail, request_id)
		values ($1, $2, $3, coalesce($4::jsonb, '{}'), $5)`
	_, err = db.conn.Exec(ctx, sql, e.Actor, e.Action, e.Object, e.Detail, e.RequestID)
	return err
}

// Audit lists the log, newest first, entries before the id given (0: from the
// newest). An empty object, actor or action leaves that filter out.
func (db *DB) Audit(ctx context.Context, f access.AuditFilter, before int64, limit int) (_ []access.Entry, err error) {
	defer wrap(&err, "Audit(%+v, %d, %d)", f, before, limit)
	const sql = `
		select id, at, actor, action, object, detail, request_id from audit
		where ($1 = '' or object = $1) and ($2 = '' or actor = $2) and ($3 = '' or action = $3)
			and ($4 = 0 or id < $4)
		order by id desc limit $5`
	return many[access.Entry](db.conn.Query(ctx, sql, f.Object, f.Actor, f.Action, before, limit))
}
