package audience

import (
	"testing"

	"github.com/linecast/linecast/errs"
)

func TestIdentify(t *testing.T) {
	t.Parallel()
	user := &Row{ID: 1, UserID: "a"}              // known to the brand
	both := &Row{ID: 1, UserID: "a", LineID: "x"} // known to both
	line := &Row{ID: 2, LineID: "x"}              // a friend seen before the brand knew who it was
	other := &Row{ID: 2, UserID: "b", LineID: "x"}
	for name, c := range map[string]struct {
		byUser, byLine *Row
		userID, lineID string
		want           Decision
		code           string
	}{
		"new by user_id":           {nil, nil, "a", "", Decision{CreateUser, "a", "", "", false}, ""},
		"new by line_id":           {nil, nil, "", "x", Decision{CreateUser, "", "x", "", false}, ""},
		"new by both":              {nil, nil, "a", "x", Decision{CreateUser, "a", "x", "", false}, ""},
		"known user":               {user, nil, "a", "", Decision{ChangeUser, "a", "", "", true}, ""},
		"known user keeps line":    {both, nil, "a", "", Decision{ChangeUser, "a", "x", "", true}, ""},
		"known line":               {nil, line, "", "x", Decision{ChangeUser, "", "x", "", false}, ""},
		"known line keeps user":    {nil, both, "", "x", Decision{ChangeUser, "a", "x", "", false}, ""},
		"user gets line":           {user, nil, "a", "x", Decision{ChangeUser, "a", "x", "", true}, ""},
		"line gets user":           {nil, line, "a", "x", Decision{ChangeUser, "a", "x", "", false}, ""},
		"one row has both":         {both, both, "a", "x", Decision{ChangeUser, "a", "x", "", true}, ""},
		"line_id changes":          {both, nil, "a", "y", Decision{ChangeUser, "a", "y", "x", true}, ""},
		"two rows, one person":     {user, line, "a", "x", Decision{MergeUsers, "a", "x", "", true}, ""},
		"two rows, line changes":   {&Row{ID: 1, UserID: "a", LineID: "y"}, line, "a", "x", Decision{MergeUsers, "a", "x", "y", true}, ""},
		"two people":               {user, other, "a", "x", Decision{}, "user.line_id_taken"},
		"taken from a new user":    {nil, other, "a", "x", Decision{}, "user.line_id_taken"},
		"taken, though he has one": {both, &Row{ID: 2, UserID: "b", LineID: "y"}, "a", "y", Decision{}, "user.line_id_taken"},
	} {
		got, err := Identify(c.byUser, c.byLine, c.userID, c.lineID)
		if got != c.want || (c.code == "") != (err == nil) || err != nil && !errs.Is(err, c.code) {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}
