package segment

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/linecast/linecast/ref"
)

// SQLEnv is what a compilation needs besides the tree.
type SQLEnv struct {
	Now      time.Time                // the clock of the whole evaluation
	TimeZone *time.Location           // for segments without their own; nil is UTC
	FirstArg int                      // the number of the first argument: 3 when $1 and $2 are taken; 0 is 1
	Segments map[ref.Segment]*Segment // everything References names, and what those name
}

// SQL compiles to a boolean SQL expression over the alias u of table users. It
// is true for the segment's users, and false or null for all others: its
// complement is "… is not true". An expression of several parts has
// parentheses around it. Names and values are all in args, numbered from
// env.FirstArg on; the text depends on the shape of the tree alone. Arguments
// are strings, []string and integers.
//
// It fails with what Check finds, and with segment.time_zone for a time zone
// that PostgreSQL and Go may read differently.
func (s *Segment) SQL(env SQLEnv) (where string, args []any, err error) {
	c, err := newCompiler(env, s)
	if err != nil {
		return "", nil, err
	}
	where = s.root.sql(c)
	return where, c.args, nil
}

// compiler collects the arguments of a compilation.
type compiler struct {
	e     *evaluation
	first int
	args  []any
}

func newCompiler(env SQLEnv, s *Segment) (*compiler, error) {
	if env.Now.IsZero() {
		return nil, errors.New("segment: the clock of the evaluation is not set")
	}
	e := newEvaluation(Env{Now: env.Now, TimeZone: env.TimeZone, Segments: env.Segments}, s)
	if _, err := loadZone(e.env.TimeZone.String()); err != nil {
		return nil, err
	}
	if err := Check(s, 0, env.Segments); err != nil {
		return nil, err
	}
	return &compiler{e: e, first: max(1, env.FirstArg)}, nil
}

// binder numbers the arguments of one condition. The same name twice is the
// same argument.
type binder struct {
	c     *compiler
	bound map[string]string
}

func (c *compiler) binder() *binder { return &binder{c: c, bound: map[string]string{}} }

// bind is the placeholder of an argument, cast to what it is.
func (b *binder) bind(name string, arg any, cast string) string {
	if text, ok := b.bound[name]; ok {
		return text
	}
	b.c.args = append(b.c.args, arg)
	text := fmt.Sprintf("$%d::%s", b.c.first+len(b.c.args)-1, cast)
	b.bound[name] = text
	return text
}

// expand replaces each {name} in a template of SQL.
func expand(template string, with func(name string) string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		var name string
		name, template, _ = strings.Cut(rest, "}")
		b.WriteString(with(name))
	}
}
