package api

import (
	"context"
	"net/http"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Users is where users are kept.
type Users interface {
	UpsertUser(ctx context.Context, p audience.Patch, source audience.Source) (audience.User, audience.Status, error)
	// UpsertUsers applies patches in order, all in one transaction, and says
	// of each what became of it.
	UpsertUsers(ctx context.Context, patches []audience.Patch, source audience.Source) ([]audience.Result, error)
	User(ctx context.Context, key audience.Key) (audience.User, error)
	ListUsers(ctx context.Context, f audience.Filter, after ref.User, limit int) ([]audience.User, error)
	DeleteUser(ctx context.Context, key audience.Key) error
}

type rawUser struct {
	Body []byte `body:"application/json"`
}

// upserted is a user after an upsert.
type upserted struct {
	audience.User
	created bool
}

func (u upserted) status() int {
	if u.created {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (u upserted) location() string {
	if !u.created {
		return ""
	}
	return v1 + "/users/" + u.ID.String()
}

func (a *API) upsertUser(ctx context.Context, in rawUser) (upserted, error) {
	patch, err := audience.ParsePatch(in.Body)
	if err != nil {
		return upserted{}, err
	}
	u, status, err := a.deps.Users.UpsertUser(ctx, patch, audience.ByAPI)
	return upserted{u, status == audience.Created}, err
}

// userKey names a user in a path: usr_42, line:U… or user:….
type userKey struct{ audience.Key }

// UnmarshalText reads what ParseKey reads.
func (k *userKey) UnmarshalText(text []byte) (err error) {
	k.Key, err = audience.ParseKey(string(text))
	return err
}

type userRef struct {
	ID userKey `path:"id"`
}

func (a *API) readUser(ctx context.Context, in userRef) (audience.User, error) {
	return a.deps.Users.User(ctx, in.ID.Key)
}

// erased tells the audit log who it was by the row's id: the ids by which
// people know somebody are what had to go.
type erased struct {
	none
	id ref.User
}

func (e erased) story() (object string, detail any) { return e.id.String(), nil } //nolint:unparam // the form of hasStory

func (a *API) eraseUser(ctx context.Context, in userRef) (erased, error) {
	u, err := a.deps.Users.User(ctx, in.ID.Key)
	if err != nil {
		return erased{}, err
	}
	return erased{id: u.ID}, a.deps.Users.DeleteUser(ctx, audience.Key{ID: u.ID})
}

type usersQuery struct {
	paging
	UserID    string  `query:"user_id"`
	LineID    string  `query:"line_id"`
	Attribute string  `query:"attribute"`
	Value     *string `query:"value"`
}

func (a *API) listUsers(ctx context.Context, in usersQuery) (page[audience.User], error) {
	start, err := after[ref.User](&in.paging)
	if err != nil {
		return page[audience.User]{}, err
	}
	filter := audience.Filter{UserID: in.UserID, LineID: in.LineID, Attribute: in.Attribute}
	if in.Value != nil {
		filter.Value, filter.HasValue = *in.Value, true
	}
	if filter.HasValue && filter.Attribute == "" {
		return page[audience.User]{}, errs.New("request.required", "attribute").At("?attribute")
	}
	users, err := a.deps.Users.ListUsers(ctx, filter, start, in.size()+1)
	if err != nil {
		return page[audience.User]{}, err
	}
	return pageOf(&in.paging, users, func(u audience.User) ref.User { return u.ID })
}
