package api

import (
	"context"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
)

// Templates keeps templates. A version of 0 is any version.
type Templates interface {
	CreateTemplate(ctx context.Context, d library.Draft, by string) (library.Template, error)
	UpdateTemplate(ctx context.Context, id ref.Template, version int, d library.Draft, by string) (library.Template, error)
	DeleteTemplate(ctx context.Context, id ref.Template, version int) error
	Template(ctx context.Context, id ref.Template) (library.Template, error)
	ListTemplates(ctx context.Context, after ref.Template, limit int) ([]library.Template, error)

	TemplateVersion(ctx context.Context, id ref.Template, version int) (library.Version, error)
	TemplateVersions(ctx context.Context, id ref.Template, before, limit int) ([]library.Version, error)
	TemplateUses(ctx context.Context, id ref.Template, before ref.Campaign, limit int) ([]library.Use, error)
}

// shownTemplate is a template with its version.
type shownTemplate struct{ library.Template }

func (t shownTemplate) version() int { return t.Version }

func (t shownTemplate) story() (object string, detail any) {
	return t.ID.String(), map[string]any{"name": t.Name, "version": t.Version}
}

// newTemplate is a template that was just made.
type newTemplate struct{ shownTemplate }

func (t newTemplate) location() string { return v1 + "/templates/" + t.ID.String() }

func (a *API) createTemplate(ctx context.Context, in library.Draft) (newTemplate, error) {
	if err := in.Validate(); err != nil {
		return newTemplate{}, err
	}
	t, err := a.deps.Templates.CreateTemplate(ctx, in, access.From(ctx).Actor())
	return newTemplate{shownTemplate{t}}, err
}

type templateRef struct {
	ID ref.Template `path:"id"`
}

type templateChange struct {
	templateRef
	library.Draft
	IfMatch ifMatch `header:"If-Match"`
}

// updateTemplate makes the next version. Campaigns that are published keep
// theirs.
func (a *API) updateTemplate(ctx context.Context, in templateChange) (shownTemplate, error) {
	if err := in.Validate(); err != nil {
		return shownTemplate{}, err
	}
	t, err := a.deps.Templates.UpdateTemplate(ctx, in.ID, int(in.IfMatch), in.Draft, access.From(ctx).Actor())
	return shownTemplate{t}, err
}

func (a *API) readTemplate(ctx context.Context, in templateRef) (shownTemplate, error) {
	t, err := a.deps.Templates.Template(ctx, in.ID)
	return shownTemplate{t}, err
}

func (a *API) listTemplates(ctx context.Context, in paging) (page[library.Template], error) {
	start, err := after[ref.Template](&in)
	if err != nil {
		return page[library.Template]{}, err
	}
	list, err := a.deps.Templates.ListTemplates(ctx, start, in.size()+1)
	if err != nil {
		return page[library.Template]{}, err
	}
	return pageOf(&in, list, func(t library.Template) ref.Template { return t.ID })
}

type templateDeletion struct {
	templateRef
	IfMatch ifMatch `header:"If-Match"`
}

func (a *API) deleteTemplate(ctx context.Context, in templateDeletion) (none, error) {
	return none{}, a.deps.Templates.DeleteTemplate(ctx, in.ID, int(in.IfMatch))
}

type templateVersionsQuery struct {
	templateRef
	paging
}

// listTemplateVersions shows the newest version first.
func (a *API) listTemplateVersions(ctx context.Context, in templateVersionsQuery) (page[library.Version], error) {
	before, err := after[int](&in.paging)
	if err != nil {
		return page[library.Version]{}, err
	}
	list, err := a.deps.Templates.TemplateVersions(ctx, in.ID, before, in.size()+1)
	if err != nil {
		return page[library.Version]{}, err
	}
	return pageOf(&in.paging, list, func(v library.Version) int { return v.Version })
}

type templateVersionRef struct {
	templateRef
	Version int `path:"version"`
}

func (a *API) readTemplateVersion(ctx context.Context, in templateVersionRef) (library.Version, error) {
	return a.deps.Templates.TemplateVersion(ctx, in.ID, in.Version)
}

type templateUsesQuery struct {
	templateRef
	paging
}

// listTemplateUses shows the campaigns that name a template, the newest first.
func (a *API) listTemplateUses(ctx context.Context, in templateUsesQuery) (page[library.Use], error) {
	before, err := after[ref.Campaign](&in.paging)
	if err != nil {
		return page[library.Use]{}, err
	}
	list, err := a.deps.Templates.TemplateUses(ctx, in.ID, before, in.size()+1)
	if err != nil {
		return page[library.Use]{}, err
	}
	return pageOf(&in.paging, list, func(u library.Use) ref.Campaign { return u.Campaign })
}

type diffQuery struct {
	templateRef
	From int `query:"from"` // 0: the version before to
	To   int `query:"to"`   // 0: the newest
}

type diffOut struct {
	Template ref.Template   `json:"template"`
	From     int            `json:"from"`
	To       int            `json:"to"`
	Lines    []library.Line `json:"lines"`
}

// diffTemplate shows what changed from one version to another.
func (a *API) diffTemplate(ctx context.Context, in diffQuery) (diffOut, error) {
	out := diffOut{Template: in.ID, From: in.From, To: in.To, Lines: []library.Line{}}
	if out.To == 0 {
		newest, err := a.deps.Templates.Template(ctx, in.ID)
		if err != nil {
			return out, err
		}
		out.To = newest.Version
	}
	if out.From == 0 {
		out.From = max(1, out.To-1)
	}
	from, err := a.deps.Templates.TemplateVersion(ctx, in.ID, out.From)
	if err != nil {
		return out, versionAt("?from", err)
	}
	to, err := a.deps.Templates.TemplateVersion(ctx, in.ID, out.To)
	if err != nil {
		return out, versionAt("?to", err)
	}
	out.Lines = append(out.Lines, library.Diff(string(from.Body), string(to.Body))...)
	return out, nil
}

// versionAt names the parameter with the version that there is not.
func versionAt(parameter string, err error) error {
	if errs.Is(err, "template.no_version") {
		return errs.From(err).At(parameter)
	}
	return err
}
