package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/ref"
)

// channelID and campaignID are ids as the API writes them.
type (
	channelID  string
	campaignID string
)

// made is what a POST that makes something answers.
type made struct {
	ID string `json:"id"`
}

func (s *stage) post(ctx context.Context, path string, in any) (string, error) {
	var out made
	err := s.client.Do(ctx, http.MethodPost, path, in, &out)
	return out.ID, err
}

func (s *stage) connectChannel(ctx context.Context, account simulator.Channel, perSecond int) (channelID, error) {
	id, err := s.post(ctx, "channels", map[string]any{"name": "Soak", "line_channel_id": account.ID,
		"channel_secret": account.Secret, "channel_access_token": account.Token, "push_per_second": perSecond})
	return channelID(id), err
}

// importPeople uploads a file of people and waits until a worker has read it.
func (s *stage) importPeople(ctx context.Context, people []person) error {
	from, to := io.Pipe()
	go func() { to.CloseWithError(writePeople(to, people)) }() // ends with the reader
	var i audience.Import
	if err := s.client.Upload(ctx, "imports", audience.ImportOptions{}, "people.csv", from, &i); err != nil {
		return err
	}
	err := poll(ctx, func() (bool, error) {
		err := s.client.Do(ctx, http.MethodGet, "imports/"+i.ID.String(), nil, &i)
		return i.State.Final(), err
	})
	if err == nil && (i.State != audience.ImportFinished || i.Created != int64(len(people))) {
		err = fmt.Errorf("the import of %d people is %s: %d created, %d rejected", len(people), i.State, i.Created, i.Rejected)
	}
	return err
}

// message greets by name and tells the points.
const message = `{"to": "<<UserAttribute['line_id']>>", "messages": [{"type": "text",
	"text": "Hi <<UserAttribute['name']|default('there')>>, you have <<UserAttribute['points']>> points."}]}`

// draft makes a campaign to the people on a list; perSecond above 0 caps it.
func (s *stage) draft(ctx context.Context, ch channelID, list string, perSecond int) (campaignID, error) {
	segment, err := s.post(ctx, "segments", map[string]any{"name": "on list " + list,
		"definition": map[string]any{"attribute": "list", "is": "equals", "value": list}})
	if err != nil {
		return "", err
	}
	limits := map[string]any{}
	if perSecond > 0 {
		limits["max_per_second"] = perSecond
	}
	id, err := s.post(ctx, "campaigns", map[string]any{"name": list, "channel": ch, "kind": "one_time",
		"audience": map[string]any{"segment": segment}, "content": map[string]any{"body": json.RawMessage(message)},
		"schedule": map[string]any{"now": true}, "delivery": limits})
	return campaignID(id), err
}

// act publishes, pauses, resumes or cancels a campaign.
func (s *stage) act(ctx context.Context, id campaignID, action string) error {
	return s.client.Do(ctx, http.MethodPost, "campaigns/"+string(id)+"/"+action, nil, nil)
}

// schedule publishes a campaign for a time to come.
func (s *stage) schedule(ctx context.Context, id campaignID, at time.Time) error {
	return s.client.Do(ctx, http.MethodPost, "campaigns/"+string(id)+"/schedule", map[string]any{"at": at.Format(time.RFC3339)}, nil)
}

// runs is a campaign's runs with their progress.
func (s *stage) runs(ctx context.Context, id campaignID) (list []delivery.Progress, err error) {
	for raw, err := range client.List(ctx, s.client, "campaigns/"+string(id)+"/runs", 0) {
		if err != nil {
			return nil, err
		}
		var run struct {
			ID ref.Run `json:"id"`
		}
		if err := json.Unmarshal(raw, &run); err != nil {
			return nil, err
		}
		var p delivery.Progress
		if err := s.client.Do(ctx, http.MethodGet, "runs/"+run.ID.String(), nil, &p); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// ended reports whether each campaign has at least one run and all are closed.
func (s *stage) ended(ctx context.Context, campaigns []campaignID) (bool, error) {
	for _, id := range campaigns {
		runs, err := s.runs(ctx, id)
		if err != nil || len(runs) == 0 {
			return false, err
		}
		for _, run := range runs {
			if run.FinishedAt == nil {
				return false, nil
			}
		}
	}
	return true, nil
}

// pollEvery is how often something is looked at that tells nobody.
const pollEvery = 50 * time.Millisecond

// poll looks until done, an error, or the end of ctx.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
