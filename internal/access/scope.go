package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
)

// Scope is a thing that an API key may be allowed to do. The zero Scope
// stands for "nobody has to be known", as /healthz needs it.
type Scope string

// The scopes; scopes says what each is for.
const (
	Anyone         Scope = ""
	UsersRead      Scope = "users:read"
	UsersWrite     Scope = "users:write"
	ImportsWrite   Scope = "imports:write"
	SegmentsWrite  Scope = "segments:write"
	TemplatesWrite Scope = "templates:write"
	CampaignsWrite Scope = "campaigns:write"
	CampaignsSend  Scope = "campaigns:send"
	ChannelsWrite  Scope = "channels:write"
	ReportsRead    Scope = "reports:read"
	Admin          Scope = "admin"
)

// ScopeInfo is a row of the table of scopes.
type ScopeInfo struct {
	Name     Scope
	What     string
	Includes []Scope // what a key with this scope may do besides
}

// Scopes is the table of scopes, the weakest first. One row is all that a new
// scope needs. Admin includes every other one.
func Scopes() []ScopeInfo {
	return []ScopeInfo{
		{ReportsRead, "read segments, templates, campaigns, runs, channels and their numbers", nil},
		{UsersRead, "read and export users, their attributes and who is in a segment", nil},
		{UsersWrite, "create, change and erase users, send events; the answers show the user", []Scope{UsersRead}},
		{ImportsWrite, "upload files of users and follow their import", nil},
		{SegmentsWrite, "create, change and delete segments", []Scope{ReportsRead}},
		{TemplatesWrite, "create, change and delete templates", []Scope{ReportsRead}},
		{CampaignsWrite, "create and change campaigns, without sending them", []Scope{ReportsRead}},
		{CampaignsSend, "test, schedule, publish, pause and cancel campaigns", []Scope{ReportsRead}},
		{ChannelsWrite, "connect and change LINE channels", []Scope{ReportsRead}},
		{Admin, "everything, API keys and the audit log included", nil},
	}
}

// Allows reports whether a key with the scopes held may do what needs want.
func Allows(held []Scope, want Scope) bool {
	if want == Anyone || slices.Contains(held, Admin) || slices.Contains(held, want) {
		return true
	}
	return slices.ContainsFunc(Scopes(), func(s ScopeInfo) bool {
		return slices.Contains(held, s.Name) && slices.Contains(s.Includes, want)
	})
}

// CheckScopes refuses an empty list (request.required) and an unknown name
// (auth.bad_scope, pointing at its place in the list), and gives the names
// back sorted and without repetitions.
func CheckScopes(names []Scope) ([]Scope, error) {
	if len(names) == 0 {
		return nil, errs.New("request.required", "scopes")
	}
	known := scopeNames()
	for i, name := range names {
		if !slices.Contains(known, string(name)) {
			return nil, errs.New("auth.bad_scope", name, strings.Join(known, ", ")).At(fmt.Sprintf("/%d", i))
		}
	}
	sorted := slices.Sorted(slices.Values(names))
	return slices.Compact(sorted), nil
}

func scopeNames() []string {
	var names []string
	for _, s := range Scopes() {
		names = append(names, string(s.Name))
	}
	return names
}
