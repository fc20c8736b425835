package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/linecast/linecast/internal/access"
)

// Audit is the log of who did what.
type Audit interface {
	AddAudit(ctx context.Context, e access.Entry) error
	Audit(ctx context.Context, f access.AuditFilter, before int64, limit int) ([]access.Entry, error)
}

// note writes the audit log's line of a call that changed something. What was
// done is not undone when the line cannot be written; then it stands in the
// program's log.
func (a *API) note(ctx context.Context, r *request, ans *answer) {
	method := r.c.Request().Method
	if method == http.MethodGet || method == http.MethodHead || r.route.traits.has(quiet) {
		return
	}
	caller := access.From(ctx)
	entry := access.Entry{Actor: caller.Actor(), Action: r.route.ID, Object: ans.object, RequestID: caller.RequestID}
	if entry.Object == "" {
		entry.Object = r.c.Param("id")
	}
	var err error
	if ans.detail != nil {
		entry.Detail, err = json.Marshal(ans.detail)
	}
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
		defer cancel()
		err = a.deps.Audit.AddAudit(ctx, entry)
	}
	if err != nil {
		a.log.Error("audit line not written", "request_id", caller.RequestID, "actor", entry.Actor,
			"action", entry.Action, "object", entry.Object, "error", safe(err))
	}
}
