package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/config"
	"github.com/linecast/linecast/migrations"
	"github.com/linecast/linecast/postgres"
)

// Finding is one line of Doctor's report.
type Finding struct {
	Name   string `json:"name"`
	Status string `json:"status"` // ok, warn or fail
	Detail string `json:"detail"`
	Fix    string `json:"fix,omitempty"`
}

// The statuses of a Finding.
const (
	OK   = "ok"
	Warn = "warn"
	Fail = "fail"
)

// doctorPatience bounds each of Doctor's questions.
const doctorPatience = 5 * time.Second

// clockTolerance is how far the database's clock may be from ours before
// schedules look wrong to people.
const clockTolerance = 2 * time.Second

// doctor is one walk over the checks.
type doctor struct {
	config config.Config
	log    *slog.Logger
	now    func() time.Time
	report func(Finding)
}

// Doctor looks at everything that linecast needs and reports each thing as
// soon as it is known: database, migrations, clock, worker, master key, LINE,
// the channels' tokens. It changes nothing.
func Doctor(ctx context.Context, c config.Config, log *slog.Logger, now func() time.Time, report func(Finding)) {
	d := &doctor{c, log, now, report}
	d.masterKey()
	d.line(ctx)
	pool, ok := d.database(ctx)
	if !ok {
		return
	}
	defer pool.Close()
	if d.schema(ctx, pool) {
		d.vitals(ctx, pool)
		d.channels(ctx, pool)
	}
}

func (d *doctor) ok(name, format string, args ...any) {
	d.report(Finding{name, OK, fmt.Sprintf(format, args...), ""})
}

// failed reports an error in the catalogue's words.
func (d *doctor) failed(name string, err error) {
	e := errs.From(err)
	detail := e.Detail
	if cause := errors.Unwrap(e); cause != nil && e.Code == "internal.error" {
		detail = cause.Error()
	}
	d.report(Finding{name, Fail, detail, e.Fix()})
}

func (d *doctor) masterKey() {
	if d.config.MasterKey.Reveal() == "" {
		d.report(Finding{"master key", Warn, "LINECAST_MASTER_KEY is not set: channels cannot be used after a restart",
			"Set it to the output of: openssl rand -base64 32"})
		return
	}
	d.ok("master key", "is set")
}

// line asks whether anything answers at LINE's address; without a token LINE
// says 401, which is answer enough.
func (d *doctor) line(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.config.LineAPIBase+"/v2/bot/info", nil)
	if err != nil {
		d.failed("LINE", err)
		return
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		d.report(Finding{"LINE", Fail, fmt.Sprintf("%s does not answer: %v", d.config.LineAPIBase, reason(err)),
			"Check the network, the proxy and LINECAST_LINE_API_BASE."})
		return
	}
	answer.Body.Close()
	d.ok("LINE", "%s answers", d.config.LineAPIBase)
}

// reason is an HTTP client's error without the method and address.
func reason(err error) error {
	if inner, ok := errors.AsType[*url.Error](err); ok {
		return inner.Err
	}
	return err
}

func (d *doctor) database(ctx context.Context) (*pgxpool.Pool, bool) {
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	pool, err := connect(ctx, d.config.DatabaseURL.Reveal(), d.log)
	if err != nil {
		d.failed("database", err)
		return nil, false
	}
	d.ok("database", "answers")
	return pool, true
}

func (d *doctor) schema(ctx context.Context, pool *pgxpool.Pool) bool {
	if err := migrations.Check(ctx, pool); err != nil {
		d.failed("migrations", err)
		return false
	}
	d.ok("migrations", "the schema is this binary's")
	return true
}

func (d *doctor) vitals(ctx context.Context, pool *pgxpool.Pool) {
	before := d.now()
	v, err := postgres.New(pool).Vitals(ctx)
	if err != nil {
		d.failed("clock", err)
		return
	}
	if ahead := v.Clock.Sub(before); ahead.Abs() > clockTolerance {
		d.report(Finding{"clock", Warn, fmt.Sprintf("PostgreSQL's clock is %s from this machine's", ahead.Round(time.Millisecond)),
			"Let both machines set their clocks by NTP."})
	} else {
		d.ok("clock", "PostgreSQL %s agrees with this machine", v.Version)
	}
	if v.WorkerUntil.Before(v.Clock) {
		d.report(Finding{"worker", Fail, "no worker is alive: nothing is sent or imported",
			"Start `linecast serve` or `linecast worker`."})
		return
	}
	d.ok("worker", "is alive")
}

// channels asks LINE about each channel's token.
func (d *doctor) channels(ctx context.Context, pool *pgxpool.Pool) {
	a := &App{options: Options{Config: d.config}, log: slog.New(slog.DiscardHandler)}
	ring, err := a.ring()
	if err != nil {
		d.failed("channels", err)
		return
	}
	db := postgres.New(pool)
	list, err := db.ListChannels(ctx)
	if err != nil {
		d.failed("channels", err)
		return
	}
	if len(list) == 0 {
		d.report(Finding{"channels", Warn, "no channel is connected", "Connect one with `linecast channel connect`."})
	}
	service := channel.Service{Store: db, Sealer: ring, Clients: channel.NewClients(a.dial)}
	defer service.Clients.Close()
	for _, c := range list {
		d.verify(ctx, service, c)
	}
}

func (d *doctor) verify(ctx context.Context, service channel.Service, c channel.Channel) {
	ctx, cancel := context.WithTimeout(ctx, 2*doctorPatience)
	defer cancel()
	name := "channel " + c.ID.String()
	v, err := service.Verify(ctx, c.ID)
	if err != nil {
		d.failed(name, err)
		return
	}
	status, details, fix := OK, []string{}, ""
	for _, check := range v.Checks {
		details = append(details, check.Name+" "+check.Detail)
		if !check.OK && fix == "" {
			status, fix = Warn, check.Fix
			if check.Name == "token" {
				status = Fail
			}
		}
	}
	d.report(Finding{name, status, fmt.Sprintf("%s: %s", c.Name, strings.Join(details, "; ")), fix})
}
