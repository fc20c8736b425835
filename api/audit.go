package api

import (
	"context"

	"github.com/linecast/linecast/internal/access"
)

type auditQuery struct {
	paging
	Object string `query:"object"`
	Actor  string `query:"actor"`
	Action string `query:"action"`
}

func (a *API) listAudit(ctx context.Context, in auditQuery) (page[access.Entry], error) {
	before, err := after[int64](&in.paging)
	if err != nil {
		return page[access.Entry]{}, err
	}
	filter := access.AuditFilter{Object: in.Object, Actor: in.Actor, Action: in.Action}
	entries, err := a.deps.Audit.Audit(ctx, filter, before, in.size()+1)
	if err != nil {
		return page[access.Entry]{}, err
	}
	return pageOf(&in.paging, entries, func(e access.Entry) int64 { return e.ID })
}
