package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
)

// Env is what an evaluation needs besides the tree and the user.
type Env struct {
	Now      time.Time                // the clock of the whole evaluation
	TimeZone *time.Location           // for segments without their own; nil is UTC
	Segments map[ref.Segment]*Segment // everything References names, and what those name
}

// SQL is the environment for a compilation whose first argument is $firstArg.
func (env Env) SQL(firstArg int) SQLEnv {
	return SQLEnv{Now: env.Now, TimeZone: env.TimeZone, FirstArg: firstArg, Segments: env.Segments}
}

// User is one user as the Go reading sees them.
type User struct {
	UserID      string         // "" for none
	LineID      string         // "" for none
	Attributes  map[string]any // as DecodeAttributes makes them: numbers are json.Number
	Friendships map[ref.Channel]audience.Friendship
}

// DecodeAttributes reads a user's attributes as Match wants them.
func DecodeAttributes(object []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()
	var attributes map[string]any
	if err := dec.Decode(&attributes); err != nil {
		return nil, fmt.Errorf("decoding a user's attributes: %w", err)
	}
	return attributes, nil
}

// Match is the Go reading: whether u is in the segment. env.Segments must hold
// every segment that s refers to, as Check proves; one that is missing has no
// users.
func (s *Segment) Match(env Env, u *User) bool {
	return s.root.holds(newEvaluation(env, s), u)
}

// evaluation is an Env inside one segment. Segments that are referred to get
// their own, with their own time zone.
type evaluation struct {
	env   Env
	now   time.Time // in whole microseconds, as PostgreSQL has them
	zone  *time.Location
	chain []ref.Segment // the references followed to get here
}

func newEvaluation(env Env, s *Segment) *evaluation {
	if env.TimeZone == nil {
		env.TimeZone = time.UTC
	}
	e := &evaluation{env: env, now: env.Now.Truncate(time.Microsecond)}
	e.zone = e.zoneOf(s)
	return e
}

func (e *evaluation) zoneOf(s *Segment) *time.Location {
	if s.zone != nil {
		return s.zone
	}
	return e.env.TimeZone
}

// enter is the evaluation inside the segment id.
func (e *evaluation) enter(id ref.Segment) (*Segment, *evaluation) {
	s := e.env.Segments[id]
	if s == nil || len(e.chain) >= MaxChain {
		return nil, e
	}
	inner := *e
	inner.chain = append(slices.Clip(e.chain), id)
	inner.zone = inner.zoneOf(s)
	return s, &inner
}
