package audience

import (
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Row is a user's identity: the ids of one stored row.
type Row struct {
	ID     ref.User
	UserID string
	LineID string
}

// Decision is what a patch's ids mean for the stored rows.
type Decision struct {
	Action     Action
	UserID     string // what the row has afterwards
	LineID     string
	OldLineID  string // set when the row had another line_id until now
	GoesToUser bool   // the row to change is the one with the user_id, else the one with the line_id
}

// Action is what to do with the stored rows.
type Action int

// The actions of a Decision.
const (
	CreateUser Action = iota // neither row exists
	ChangeUser               // one row is meant; it may gain or change an id
	MergeUsers               // two rows are one person: the row with the line_id goes into the other
)

// Identify decides whom a patch with these ids is about, given the stored row
// with its user_id and the stored row with its line_id (nil when there is none;
// the same pointer when they are one row). It returns user.line_id_taken when
// the line_id belongs to somebody with another user_id.
//
//	ids given | row by user_id | row by line_id           | decision
//	one       | –              | –                        | CreateUser
//	one       | one of them                               | ChangeUser
//	both      | –              | –                        | CreateUser
//	both      | A              | – or the same            | ChangeUser A, which gets the line_id
//	both      | –              | B without user_id        | ChangeUser B, which gets the user_id
//	both      | A              | B without user_id        | MergeUsers: B goes into A
//	both      | any            | B with another user_id   | user.line_id_taken
func Identify(byUser, byLine *Row, userID, lineID string) (Decision, error) {
	d := Decision{UserID: userID, LineID: lineID}
	if byUser == byLine {
		byLine = nil
	}
	if byLine != nil && userID != "" && byLine.UserID != "" && byLine.UserID != userID {
		return Decision{}, errs.New("user.line_id_taken", lineID, excerpt(byLine.UserID)).At("/line_id")
	}
	switch {
	case byUser == nil && byLine == nil:
		return d, nil
	case byUser == nil:
		d.Action = ChangeUser
		d.UserID = firstNonEmpty(userID, byLine.UserID)
		return d, nil
	}
	d.Action, d.GoesToUser = ChangeUser, true
	if byLine != nil {
		d.Action = MergeUsers
	}
	if lineID == "" {
		d.LineID = byUser.LineID
	} else if byUser.LineID != "" && byUser.LineID != lineID {
		d.OldLineID = byUser.LineID
	}
	return d, nil
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
