package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/worker"
)

// greeting is a personalised message of about 60 bytes of text.
const greeting = `{"to":"<<UserAttribute['line_id']>>","messages":[{"type":"text","text":"Hi <<UserAttribute['name']|default('there')>>, your coupon is waiting for you!"}]}`

// scene is a database, a simulator and workers, all processes of their own.
type scene struct {
	pool    *pgxpool.Pool
	server  *localpg.Server
	db      *postgres.DB
	control worker.Control
	line    *exec.Cmd
	lineURL string
	workers []*exec.Cmd
	channel channel.Channel
	stops   []func()
}

// newScene sets up users of the simulator's ids and starts workers processes.
func newScene(ctx context.Context, users, workers, perSecond int, latencyMS float64) (s *scene, err error) {
	s = &scene{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	var stop func()
	if s.pool, s.server, stop, err = database(ctx); err != nil {
		return s, err
	}
	s.stops = append(s.stops, stop)
	s.db = postgres.New(s.pool)
	if s.line, s.lineURL, err = spawn(ctx, "child-simulator", fmt.Sprint(latencyMS)); err != nil {
		return s, err
	}
	s.stops = append(s.stops, func() { end(s.line) })
	s.control = worker.Control{DB: s.db, Channels: channelService(s.pool, s.lineURL), TimeZone: time.UTC, Now: time.Now}
	account := simulator.Demo()
	s.channel, err = s.control.Channels.Connect(ctx, channel.Request{
		Name: "Bench", ChannelSecret: account.Secret, ChannelAccessToken: account.Token, PushPerSecond: &perSecond,
	})
	if err != nil {
		return s, err
	}
	if err := addUsers(ctx, s.pool, users); err != nil {
		return s, err
	}
	for range workers {
		w, _, err := spawn(ctx, "child-worker", s.server.URL(), s.lineURL)
		if err != nil {
			return s, err
		}
		s.workers = append(s.workers, w)
		s.stops = append(s.stops, func() { end(w) })
	}
	return s, nil
}

func (s *scene) close() {
	for _, stop := range slices.Backward(s.stops) {
		stop()
	}
}

// addUsers makes users with ten attributes each, in the database.
func addUsers(ctx context.Context, pool *pgxpool.Pool, n int) error {
	const sql = `
		insert into users (user_id, line_id, attributes)
		select 'u' || i, 'U' || md5(i::text), jsonb_build_object(
			'name', 'Name ' || i, 'tier', (array['gold', 'silver', 'bronze', 'none'])[1 + i % 4], 'points', (i::bigint * 7919) % 100000,
			'city', (array['Bangkok', '東京', 'Chiang Mai', '大阪', 'Taipei'])[1 + i % 5], 'language', (array['th', 'ja', 'en'])[1 + i % 3],
			'birthday', '19' || 60 + i % 40 || '-0' || 1 + i % 9 || '-15', 'email', 'user' || i || '@example.com',
			'opted_in', i % 10 <> 0, 'last_purchase_at', '2026-0' || 1 + i % 9 || '-11T10:00:00Z', 'visits', i % 50)
		from generate_series(1, $1) i`
	if _, err := pool.Exec(ctx, sql, n); err != nil {
		return err
	}
	_, err := pool.Exec(ctx, `vacuum analyze users`)
	return err
}

// widen gives everybody an attribute of so many bytes that do not compress well.
func (s *scene) widen(ctx context.Context, bytes int) error {
	if bytes == 0 {
		return nil
	}
	const sql = `update users set attributes = attributes || jsonb_build_object('extra',
		(select string_agg(md5(id::text || i), '') from generate_series(1, $1 / 32) i))`
	_, err := s.pool.Exec(ctx, sql, bytes)
	return err
}

// send publishes a campaign to everybody and waits for its end.
func (s *scene) send(ctx context.Context, body string) (p delivery.Progress, err error) {
	d := campaign.Draft{Name: "Bench", Channel: s.channel.ID, Kind: campaign.OneTime, Definition: campaign.Definition{
		Content: campaign.Content{Body: campaign.Body(body)}, Schedule: campaign.Schedule{Now: true}}}
	c, err := s.db.CreateCampaign(ctx, d, "bench")
	if err != nil {
		return p, err
	}
	if _, err := s.control.Publish(ctx, c.ID); err != nil {
		return p, err
	}
	for {
		select {
		case <-ctx.Done():
			return p, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		runs, err := s.db.ListRuns(ctx, c.ID, 0, 1)
		if err != nil {
			return p, err
		}
		if len(runs) == 0 || runs[0].FinishedAt == nil {
			continue
		}
		p, err = s.db.RunProgress(ctx, runs[0].ID)
		if err == nil && (p.State != delivery.RunFinished || p.Counts.Accepted != p.Frozen) {
			err = fmt.Errorf("run ended %s %s: %+v", p.State, p.Reason, p.Counts)
		}
		return p, err
	}
}

// took is from the first batch's start to the last one's end: the pump notices
// the end up to a second later. first is how long after the freeze that start
// was.
func (s *scene) took(ctx context.Context, p delivery.Progress) (d, first time.Duration, err error) {
	var end, start time.Time
	err = s.pool.QueryRow(ctx, `select max(finished_at), min(first_attempt_at) from batches where run_id = $1`, p.ID).Scan(&end, &start)
	return end.Sub(start), start.Sub(*p.StartedAt), err
}
