package segment

import (
	"fmt"
	"strings"
)

// Steps is a segment taken row by row, for the count after each. An all loses
// users with each row, an any gains some; another root is one row of an all.
type Steps struct {
	SQL      string // an integer expression over the alias u: the first row that decided, or how many rows there are
	Args     []any
	Pointers []string // of the rows
	any      bool
}

// Steps compiles the segment's rows, with SQL's environment and errors. Each
// row is evaluated at most once for each user.
func (s *Segment) Steps(env SQLEnv) (Steps, error) {
	c, err := newCompiler(env, s)
	if err != nil {
		return Steps{}, err
	}
	rows, decides, steps := []node{s.root}, " is not true", Steps{}
	if g, ok := s.root.(*group); ok {
		rows = g.rows
		if steps.any = g.word == "any"; steps.any {
			decides = ""
		}
	}
	var b strings.Builder
	for i, row := range rows {
		steps.Pointers = append(steps.Pointers, row.pointer())
		fmt.Fprintf(&b, " when %s%s then %d", row.sql(c), decides, i)
	}
	steps.SQL, steps.Args = fmt.Sprintf("case%s else %d end", b.String(), len(rows)), c.args
	if len(rows) == 0 {
		steps.SQL = "0"
	}
	return steps, nil
}

// Counts turns the number of users with each result of SQL into the number in
// the segment, and that after each row.
func (s Steps) Counts(users map[int]int64) (count int64, rows []RowCount) {
	rows = []RowCount{}
	for i, pointer := range s.Pointers {
		rows = append(rows, RowCount{Pointer: pointer, Count: s.sum(users, i)})
	}
	return s.sum(users, len(s.Pointers)-1), rows
}

// sum counts who is in after the row at place i.
func (s Steps) sum(users map[int]int64, i int) int64 {
	var count int64
	for decided, n := range users {
		if (decided <= i) == s.any {
			count += n
		}
	}
	return count
}
