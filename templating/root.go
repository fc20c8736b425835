package templating

import (
	"maps"
	"slices"
)

// root is one of the objects a template reads from.
type root uint8

const (
	rootUser root = iota + 1
	rootEvent
	rootCampaign
	rootNow
	rootProfile // user, of which only user.properties is known
)

// roots are the names that begin an expression. MoEngage's are accepted as
// they are; MoeUserAttribute and user.properties are its other spellings of
// UserAttribute.
var roots = map[string]root{
	"UserAttribute":     rootUser,
	"MoeUserAttribute":  rootUser,
	"EventAttribute":    rootEvent,
	"CampaignAttribute": rootCampaign,
	"now":               rootNow,
	"user":              rootProfile,
}

func isRoot(name string) bool { _, ok := roots[name]; return ok }

func rootNames() []string { return slices.Sorted(maps.Keys(roots)) }

// sub is the root that a member of r stands for.
func (r root) sub(name string) (root, bool) {
	if r == rootProfile && (name == "properties" || name == "attributes") {
		return rootUser, true
	}
	return 0, false
}

// Names of the recipient's own ids, which come from Data and not from the
// attributes.
const (
	lineID = "line_id"
	userID = "user_id"
)

// aliases are MoEngage's display names and the keys they stand for (MoEngage
// documentation, Derived user attributes). Either name reads either key.
var aliases = [][]string{
	{"First Name", "u_fn"},
	{"Last Name", "u_ln"},
	{"Name", "u_n"},
	{"Email (Standard)", "u_em"},
	{"Mobile Number (Standard)", "u_mb"},
	{"Gender", "u_gd"},
	{"Birthday", "u_bd"},
	{"ID", "uid"},
	{"Location", "geo"},
	{"First Seen", "cr_t"},
	{"Last Seen", "u_l_a"},
	{"LTV", "t_rev"},
	{"User TimeZone Offset (Mins)", "User Time Zone Offset (Mins)", "moe_dtzo"},
}

// Aliases lists the names of the user attribute called name, itself first: the
// user has it when any of them is there and not null. MoEngage's templates use
// display names ("First Name") and keys ("u_fn") for the same value.
func Aliases(name string) []string {
	out := []string{name}
	for _, group := range aliases {
		if !slices.Contains(group, name) {
			continue
		}
		for _, other := range group {
			if other != name {
				out = append(out, other)
			}
		}
	}
	return out
}
