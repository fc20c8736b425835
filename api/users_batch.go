package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/strictjson"
	"github.com/linecast/linecast/ref"
)

// Limits of a batch. NDJSON may have any number of items; they are stored
// chunk by chunk.
const (
	batchItems = 1000     // of a JSON body, and of a chunk
	batchBytes = 16 << 20 // of a JSON body, and about that of a chunk
)

const ndjson = "application/x-ndjson"

type usersBatch struct {
	Body    *content `body:"application/json,application/x-ndjson"`
	Results string   `query:"results"`
}

// batchResult is what became of one item.
type batchResult struct {
	Index  int64           `json:"index"` // from 0; of NDJSON, empty lines not counted
	Status audience.Status `json:"status"`
	ID     *ref.User       `json:"id,omitempty"`
	Error  *batchError     `json:"error,omitempty"`
}

// batchError is a problem document without what is said once for the request.
type batchError struct {
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Fix    string         `json:"fix"`
	Errors []problemField `json:"errors,omitempty"`
}

type batchSummary struct {
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Rejected  int64 `json:"rejected"`
}

func (s *batchSummary) count(status audience.Status) {
	switch status {
	case audience.Created:
		s.Created++
	case audience.Updated:
		s.Updated++
	case audience.Unchanged:
		s.Unchanged++
	default:
		s.Rejected++
	}
}

// stored is how many items of the batch are in the database.
func (s *batchSummary) stored() int64 { return s.Created + s.Updated + s.Unchanged }

// upsertUsers stores a batch chunk by chunk, and answers when all of it is
// stored: a chunk that fails fails the request, and its problem says how much
// of the batch is stored already.
func (a *API) upsertUsers(ctx context.Context, in usersBatch) (any, error) {
	if in.Results != "" && in.Results != "all" && in.Results != "rejected" {
		return nil, errs.New("request.bad_value", "results", "it may be all or rejected").At("?results")
	}
	b := &batch{users: a.deps.Users, all: in.Results != "rejected"}
	if in.Body.Media == ndjson {
		return b.stream(ctx, newLines(in.Body))
	}
	items, err := readBatch(in.Body)
	if err != nil {
		return nil, err
	}
	out := batchAnswer{Results: []batchResult{}}
	err = b.store(ctx, items, func(r batchResult) error {
		out.Results = append(out.Results, r)
		return nil
	})
	out.Summary = b.summary
	return out, err
}

// batchAnswer is the answer to a JSON batch.
type batchAnswer struct {
	Summary batchSummary  `json:"summary"`
	Results []batchResult `json:"results"`
}

// readBatch reads the items of a JSON body, each as its sender wrote it.
func readBatch(body io.Reader) ([]json.RawMessage, error) {
	raw, err := io.ReadAll(io.LimitReader(body, batchBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > batchBytes {
		return nil, errs.New("request.too_large", bytesText(batchBytes))
	}
	var in struct {
		Users []json.RawMessage `json:"users" required:"true"`
	}
	if err := strictjson.Decode(raw, &in); err != nil {
		return nil, err
	}
	if len(in.Users) > batchItems {
		return nil, errs.New("batch.too_many", len(in.Users), batchItems).At("/users")
	}
	return in.Users, nil
}

// batch stores items in order and counts what became of them.
type batch struct {
	users   Users
	all     bool // tell of every item, not only of rejected ones
	next    int64
	summary batchSummary
}

// store stores one chunk and tells of its items.
func (b *batch) store(ctx context.Context, items []json.RawMessage, tell func(batchResult) error) error {
	results := make([]audience.Result, len(items))
	var patches []audience.Patch
	var at []int // which item each patch is
	for i, raw := range items {
		patch, err := audience.ParsePatch(raw)
		if err != nil {
			results[i] = audience.Result{Status: audience.Rejected, Err: errs.From(err)}
			continue
		}
		patches, at = append(patches, patch), append(at, i)
	}
	stored, err := b.users.UpsertUsers(ctx, patches, audience.ByAPI)
	if err != nil {
		return b.interrupted(err)
	}
	for i, r := range stored {
		results[at[i]] = r
	}
	for _, r := range results {
		b.summary.count(r.Status)
		if b.all || r.Status == audience.Rejected {
			if err := tell(b.result(r)); err != nil {
				return err
			}
		}
		b.next++
	}
	return nil
}

// interrupted says how much of the batch is stored, when some of it is.
func (b *batch) interrupted(err error) error {
	if b.summary.stored() == 0 {
		return err
	}
	return errs.New("batch.interrupted", b.summary.stored(), b.next, errs.From(err).Detail).Because(err)
}

func (b *batch) result(r audience.Result) batchResult {
	out := batchResult{Index: b.next, Status: r.Status}
	if r.Err != nil {
		out.Error = &batchError{r.Err.Code, r.Err.Detail, r.Err.Fix(), fieldsOf(r.Err, nil)}
	} else {
		out.ID = &r.ID
	}
	return out
}

// stream stores NDJSON, a chunk at a time, and keeps the answer until the end:
// its status says that all of the batch is stored.
func (b *batch) stream(ctx context.Context, in *lines) (any, error) {
	answer := newSpool()
	if err := b.storeAll(ctx, in, answer); err != nil {
		return nil, errors.Join(err, answer.Close())
	}
	return batchLines{answer}, nil
}

func (b *batch) storeAll(ctx context.Context, in *lines, answer io.Writer) error {
	enc := json.NewEncoder(answer)
	enc.SetEscapeHTML(false)
	for {
		chunk, err := in.chunk()
		if err != nil && !errors.Is(err, io.EOF) {
			return b.interrupted(err)
		}
		if err := b.store(ctx, chunk, func(r batchResult) error { return enc.Encode(r) }); err != nil {
			return err
		}
		if err != nil {
			return enc.Encode(map[string]batchSummary{"summary": b.summary})
		}
	}
}

// chunk is the next lines that are stored together; io.EOF comes with the last
// of them.
func (l *lines) chunk() (items []json.RawMessage, err error) {
	for size := 0; len(items) < batchItems && size < batchBytes; {
		line, err := l.next()
		if err != nil {
			return items, err
		}
		items = append(items, line)
		size += len(line)
	}
	return items, nil
}

// batchLines is the answer to an NDJSON batch: a line for each item and one
// for the summary.
type batchLines struct{ *spool }

func (batchLines) mediaType() string { return ndjson }

func (b batchLines) writeTo(_ context.Context, w *stream) error {
	_, err := b.WriteTo(w)
	return errors.Join(err, b.Close())
}
