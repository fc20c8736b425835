package api

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// Segments is where segments are kept, and what evaluates them. A version of 0
// is any version.
type Segments interface {
	CreateSegment(ctx context.Context, d segment.Draft) (segment.Stored, error)
	UpdateSegment(ctx context.Context, id ref.Segment, version int, d segment.Draft) (segment.Stored, error)
	DeleteSegment(ctx context.Context, id ref.Segment, version int) error
	Segment(ctx context.Context, id ref.Segment) (segment.Stored, error)
	ListSegments(ctx context.Context, after ref.Segment, limit int) ([]segment.Stored, error)
	StoreSegmentCount(ctx context.Context, id ref.Segment, version int, count int64, at time.Time) error

	CountSegment(ctx context.Context, s *segment.Segment, env segment.Env) (int64, error)
	PreviewSegment(ctx context.Context, s *segment.Segment, env segment.Env, channel ref.Channel) (segment.Preview, error)
	SegmentUsers(ctx context.Context, s *segment.Segment, env segment.Env, after ref.User, limit int) ([]segment.Member, error)
	ExplainSegment(ctx context.Context, s *segment.Segment, env segment.Env, id ref.User) (segment.Explanation, error)
	// Channel is the channel that a preview asks about.
	Channel(ctx context.Context, id ref.Channel) (channel.Channel, error)
}

// segmentBody is a draft as a request has it. The draft itself says what is
// wrong with it, all at once.
type segmentBody struct {
	Name       string          `json:"name"`
	Definition json.RawMessage `json:"definition"`
}

func (b segmentBody) draft() segment.Draft { return segment.Draft(b) }

// shownSegment is a segment with its version.
type shownSegment struct{ segment.Stored }

func (s shownSegment) version() int { return s.Version }

func (s shownSegment) story() (object string, detail any) {
	return s.ID.String(), map[string]any{"name": s.Name, "version": s.Version}
}

// newSegment is a segment that was just made.
type newSegment struct{ shownSegment }

func (s newSegment) location() string { return v1 + "/segments/" + s.ID.String() }

func (a *API) createSegment(ctx context.Context, in segmentBody) (newSegment, error) {
	s, err := a.deps.Segments.CreateSegment(ctx, in.draft())
	return newSegment{shownSegment{s}}, err
}

type segmentChange struct {
	segmentRef
	segmentBody
	IfMatch ifMatch `header:"If-Match"`
}

type segmentRef struct {
	ID ref.Segment `path:"id"`
}

func (a *API) updateSegment(ctx context.Context, in segmentChange) (shownSegment, error) {
	s, err := a.deps.Segments.UpdateSegment(ctx, in.ID, int(in.IfMatch), in.draft())
	return shownSegment{s}, err
}

func (a *API) readSegment(ctx context.Context, in segmentRef) (shownSegment, error) {
	s, err := a.deps.Segments.Segment(ctx, in.ID)
	return shownSegment{s}, err
}

func (a *API) listSegments(ctx context.Context, in paging) (page[segment.Stored], error) {
	start, err := after[ref.Segment](&in)
	if err != nil {
		return page[segment.Stored]{}, err
	}
	segments, err := a.deps.Segments.ListSegments(ctx, start, in.size()+1)
	if err != nil {
		return page[segment.Stored]{}, err
	}
	return pageOf(&in, segments, func(s segment.Stored) ref.Segment { return s.ID })
}

type segmentDeletion struct {
	segmentRef
	IfMatch ifMatch `header:"If-Match"`
}

func (a *API) deleteSegment(ctx context.Context, in segmentDeletion) (none, error) {
	return none{}, a.deps.Segments.DeleteSegment(ctx, in.ID, int(in.IfMatch))
}

type previewBody struct {
	Definition json.RawMessage `json:"definition" required:"true"`
	Channel    *ref.Channel    `json:"channel"`
}

// previewSegment says what a definition would find. Its sample shows users
// only to a key that may read users.
func (a *API) previewSegment(ctx context.Context, in previewBody) (segment.Preview, error) {
	s, err := segment.Parse(in.Definition)
	if err != nil {
		return segment.Preview{}, under("/definition", err)
	}
	var on ref.Channel
	if in.Channel != nil {
		on = *in.Channel
		if _, err := a.deps.Segments.Channel(ctx, on); err != nil {
			return segment.Preview{}, errs.From(err).At("/channel")
		}
	}
	p, err := a.deps.Segments.PreviewSegment(ctx, s, a.segmentEnv(), on)
	if err != nil {
		return segment.Preview{}, ofDefinition(err)
	}
	if !access.From(ctx).May(access.UsersRead) {
		p.Sample = []segment.Member{}
	}
	return p, nil
}

// ofDefinition places what an evaluation found wrong with a definition in the
// request's body.
func ofDefinition(err error) error {
	if e := errs.From(err); strings.HasPrefix(e.Code, "segment.") && e.Pointer != "" {
		return under("/definition", err)
	}
	return err
}

// segmentEnv is what every evaluation of a request sees as now.
func (a *API) segmentEnv() segment.Env {
	return segment.Env{Now: a.deps.Now(), TimeZone: a.deps.TimeZone}
}

// storedSegment reads and parses a stored segment.
func (a *API) storedSegment(ctx context.Context, id ref.Segment) (segment.Stored, *segment.Segment, error) {
	stored, err := a.deps.Segments.Segment(ctx, id)
	if err != nil {
		return stored, nil, err
	}
	s, err := segment.Parse(stored.Definition)
	return stored, s, err
}

type segmentCount struct {
	Count     int64     `json:"count"`
	Version   int       `json:"version"`
	CountedAt time.Time `json:"counted_at"`
}

// countSegment counts a stored segment now and remembers the number.
func (a *API) countSegment(ctx context.Context, in segmentRef) (segmentCount, error) {
	stored, s, err := a.storedSegment(ctx, in.ID)
	if err != nil {
		return segmentCount{}, err
	}
	env := a.segmentEnv()
	count, err := a.deps.Segments.CountSegment(ctx, s, env)
	if err != nil {
		return segmentCount{}, err
	}
	err = a.deps.Segments.StoreSegmentCount(ctx, in.ID, stored.Version, count, env.Now)
	return segmentCount{count, stored.Version, env.Now}, err
}

type segmentUsersQuery struct {
	segmentRef
	paging
}

func (a *API) segmentUsers(ctx context.Context, in segmentUsersQuery) (page[segment.Member], error) {
	start, err := after[ref.User](&in.paging)
	if err != nil {
		return page[segment.Member]{}, err
	}
	_, s, err := a.storedSegment(ctx, in.ID)
	if err != nil {
		return page[segment.Member]{}, err
	}
	members, err := a.deps.Segments.SegmentUsers(ctx, s, a.segmentEnv(), start, in.size()+1)
	if err != nil {
		return page[segment.Member]{}, err
	}
	return pageOf(&in.paging, members, func(m segment.Member) ref.User { return m.ID })
}

type explainQuery struct {
	segmentRef
	User userKey `query:"user"`
}

// explainSegment says why a user is in a segment or not.
func (a *API) explainSegment(ctx context.Context, in explainQuery) (segment.Explanation, error) {
	if in.User.Key == (audience.Key{}) {
		return segment.Explanation{}, errs.New("request.required", "user").At("?user")
	}
	_, s, err := a.storedSegment(ctx, in.ID)
	if err != nil {
		return segment.Explanation{}, err
	}
	u, err := a.deps.Users.User(ctx, in.User.Key)
	if err != nil {
		return segment.Explanation{}, err
	}
	return a.deps.Segments.ExplainSegment(ctx, s, a.segmentEnv(), u.ID)
}
