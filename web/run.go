package web

import (
	"context"
	"net/http"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// runPage is one run: how far it is, what became of its recipients and why.
type runPage struct {
	Campaign string // its name
	Channel  string
	Live     liveRun
	Ledger   ledger
}

func (p runPage) title() string { return p.Live.WindowTitle }

// liveRun is the part of the page that changes while the run goes on.
type liveRun struct {
	delivery.Progress
	WindowTitle string
	URL         string // where its next moments come from; "" once it is over
	Poll        int64  // milliseconds between readings where streams do not get through
	Meaning     string // of its state
	Left        string // time until it is done; "" while that cannot be told
	Bar         []piece
	Steps       []step
	Reasons     []reason
}

func (s *Web) run(w *response, r *http.Request) (page, error) {
	ctx := r.Context()
	id, err := pathID[ref.Run](r)
	if err != nil {
		return nil, err
	}
	progress, err := s.readings.get(ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := s.deps.Store.Campaign(ctx, progress.Campaign)
	if err != nil {
		return nil, err
	}
	channels, err := s.channelNames(ctx)
	if err != nil {
		return nil, err
	}
	p := runPage{Campaign: c.Name, Channel: channels.name(progress.Channel), Live: s.liveRun(progress, c.Name)}
	p.Ledger, err = s.ledger(ctx, w.reader, progress, r.URL.Query())
	return p, err
}

// runLive streams the run's live part.
func (s *Web) runLive(w *response, r *http.Request) (page, error) {
	id, err := pathID[ref.Run](r)
	if err != nil {
		return nil, err
	}
	progress, err := s.readings.get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	c, err := s.deps.Store.Campaign(r.Context(), progress.Campaign)
	if err != nil {
		return nil, err
	}
	return nil, s.stream(w, r, func(ctx context.Context) (moment, error) { return s.runMoment(ctx, id, c.Name) })
}

func (s *Web) runMoment(ctx context.Context, id ref.Run, campaign string) (moment, error) {
	progress, err := s.readings.get(ctx, id)
	if err != nil {
		return moment{}, err
	}
	html, err := s.fragment("run", s.liveRun(progress, campaign))
	return moment{at: s.deps.Now(), last: over(progress), data: struct {
		delivery.Progress
		HTML string `json:"html"`
	}{progress, html}}, err
}

func (s *Web) liveRun(p delivery.Progress, campaign string) liveRun {
	l := liveRun{
		Progress: p, WindowTitle: campaign, Meaning: stateMeaning[p.State],
		Bar: outcomeBar(p), Steps: stepsOf(p), Reasons: reasonsOf(p),
	}
	if over(p) {
		return l
	}
	l.WindowTitle = percent(p.Done) + " " + campaign
	l.URL = "/runs/" + p.ID.String() + "/live"
	l.Poll = (5 * s.deps.Tick).Milliseconds()
	if p.ETA != nil {
		l.Left = span(max(0, p.ETA.Sub(s.deps.Now())).Round(time.Second))
	}
	return l
}

// stateMeaning says in a sentence what a run's state is.
var stateMeaning = map[delivery.RunState]string{
	delivery.Freezing:     "The audience is being written down; nothing has been sent yet.",
	delivery.Sending:      "Messages are being handed to LINE.",
	delivery.RunPaused:    "Nothing is sent until somebody resumes the campaign.",
	delivery.Halted:       "linecast stopped the run by itself; a person has to look at it.",
	delivery.RunFinished:  "Every recipient has an outcome.",
	delivery.RunCancelled: "The run was cancelled; what LINE had accepted before cannot be called back.",
	delivery.Missed:       "Nothing was sent: linecast did not run when it was due, and it is too late by now.",
}

// AcceptedShare is the share of the recipients that LINE accepted.
func (l liveRun) AcceptedShare() float64 {
	return float64(l.Counts.Accepted) / float64(max(1, l.Frozen))
}

// LimitUsed is the share of the channel's limit that the run uses.
func (l liveRun) LimitUsed() float64 { return l.PerSecond / float64(max(1, l.Limit)) }
