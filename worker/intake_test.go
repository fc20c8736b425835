package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

var quiet = slog.New(slog.DiscardHandler)

// intakeDB is a database for jobs that are worked directly: rivertest would
// bring a second assertion library into go.sum.
func intakeDB(t *testing.T) *postgres.DB {
	t.Helper()
	return postgres.New(pgtest.Tx(t))
}

// workJob works a job in its attempt-th try and says what becomes of it: done,
// snoozed (which uses up no attempt) or failed, to be tried again.
func workJob[T river.JobArgs](t *testing.T, w river.Worker[T], args T, attempt int) (string, error) {
	t.Helper()
	err := w.Work(t.Context(), &river.Job[T]{JobRow: &rivertype.JobRow{Attempt: attempt, MaxAttempts: intakeAttempts}, Args: args})
	if _, snoozed := errors.AsType[*river.JobSnoozeError](err); snoozed {
		return "snoozed", nil
	}
	if err != nil {
		return "failed", err
	}
	return "done", nil
}

func TestImportWorks(t *testing.T) {
	t.Parallel()
	db := intakeDB(t)
	i, err := db.CreateImport(t.Context(), "x", audience.ImportOptions{}, strings.NewReader("user_id\nc1\nc2\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &importUsers{db: db, log: quiet, now: time.Now, slice: time.Minute}
	if state, err := workJob(t, w, ImportArgs{i.ID}, 1); err != nil || state != "done" {
		t.Errorf("the job is %s, %v", state, err)
	}
	if i, err = db.Import(t.Context(), i.ID); err != nil || i.State != audience.ImportFinished || i.Created != 2 {
		t.Errorf("got %+v, %v", i, err)
	}
	if w.Timeout(nil) != jobTimeout || jobTimeout < 2*intakeSlice {
		t.Error("a slice must end well before River rescues the job")
	}
}

// A file that is longer than a slice goes to the end of the queue and on from
// there, without using up an attempt.
func TestImportYields(t *testing.T) {
	t.Parallel()
	db := intakeDB(t)
	var file strings.Builder
	file.WriteString("user_id\n")
	for n := range 45_000 {
		fmt.Fprintf(&file, "c%d\n", n)
	}
	i, err := db.CreateImport(t.Context(), "x", audience.ImportOptions{}, strings.NewReader(file.String()), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &importUsers{db: db, log: quiet, now: time.Now, slice: -time.Second} // a slice that is over after each chunk
	var states []string
	for range 3 {
		state, err := workJob(t, w, ImportArgs{i.ID}, 1)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
	}
	want := []string{"snoozed", "snoozed", "done"}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Error(diff)
	}
	if i, err = db.Import(t.Context(), i.ID); err != nil || i.State != audience.ImportFinished || i.Created != 45_000 {
		t.Errorf("got %+v, %v", i, err)
	}
}

// A job that fails for the last time takes its import with it, so that nobody
// waits for it.
func TestImportGivesUp(t *testing.T) {
	t.Parallel()
	db := intakeDB(t)
	i, err := db.CreateImport(t.Context(), "x", audience.ImportOptions{}, strings.NewReader("user_id\nc1\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Conn().Exec(t.Context(), `delete from import_pieces`); err != nil {
		t.Fatal(err)
	}
	w := &importUsers{db: db, log: quiet, now: time.Now, slice: time.Minute}
	_, err = workJob(t, w, ImportArgs{i.ID}, 1)
	if now, _ := db.Import(t.Context(), i.ID); err == nil || now.State != audience.ImportRunning {
		t.Errorf("first attempt: %s, %v", now.State, err)
	}
	_, err = workJob(t, w, ImportArgs{i.ID}, intakeAttempts)
	if now, _ := db.Import(t.Context(), i.ID); err == nil || now.State != audience.ImportFailed || now.Failure.Code != "internal.error" {
		t.Errorf("last attempt: %+v, %v", now, err)
	}
}

func TestIntakeRetry(t *testing.T) {
	t.Parallel()
	now, total := time.Now(), time.Duration(0)
	for attempt := 1; attempt < intakeAttempts; attempt++ {
		wait := intakeRetry(&rivertype.JobRow{Attempt: attempt}, now).Sub(now)
		if wait <= 0 || wait > time.Minute {
			t.Errorf("attempt %d waits %s", attempt, wait)
		}
		total += wait
	}
	if total < 10*time.Minute || total > 30*time.Minute {
		t.Errorf("gives up after %s", total)
	}
}

// listing is a LINE that answers with prepared pages and errors, by token.
type listing map[string]func() (line.Page, error)

func (l listing) FollowerIDs(_ context.Context, start string, limit int) (line.Page, error) {
	if limit != line.MaxFollowerIDs {
		return line.Page{}, fmt.Errorf("limit is %d", limit)
	}
	return l[start]()
}

func pageOf(next string, ids ...string) func() (line.Page, error) {
	return func() (line.Page, error) { return line.Page{IDs: ids, Next: next}, nil }
}

func refused(err error) func() (line.Page, error) {
	return func() (line.Page, error) { return line.Page{}, err }
}

// once answers with first, then always with second.
func once(first, second func() (line.Page, error)) func() (line.Page, error) {
	asked := false
	return func() (line.Page, error) {
		if asked {
			return second()
		}
		asked = true
		return first()
	}
}

func TestSyncFollowers(t *testing.T) {
	t.Parallel()
	id := func(n int) string { return fmt.Sprintf("U%032x", n) }
	for name, c := range map[string]struct {
		line    listing
		slice   time.Duration
		attempt int
		job     string
		sync    string
	}{
		"two pages":     {listing{"": pageOf("p2", id(1), id(2)), "p2": pageOf("", id(3))}, time.Minute, 1, "done", "finished 2 3 3"},
		"nobody":        {listing{"": pageOf("")}, time.Minute, 1, "done", "finished 1 0 0"},
		"expired token": {listing{"": pageOf("p2", id(1)), "p2": once(refused(errs.New("line.expired_page", "Invalid start param")), pageOf("", id(2)))}, time.Minute, 1, "done", "finished 2 2 2"},
		"forbidden":     {listing{"": refused(errs.New("line.forbidden", "followers/ids", "Access to this API is not available for your account"))}, time.Minute, 1, "done", "failed line.forbidden"},
		"bad token":     {listing{"": refused(errs.New("line.unauthorized", "followers/ids", "Authentication failed"))}, time.Minute, 1, "done", "failed line.unauthorized"},
		"busy":          {listing{"": refused(errs.New("line.failing", 500, "followers/ids", ""))}, time.Minute, 1, "failed", "running 0 0 0"},
		"busy for long": {listing{"": refused(errs.New("line.failing", 500, "followers/ids", ""))}, time.Minute, intakeAttempts, "done", "failed line.failing"},
		"rate limited":  {listing{"": refused(errs.New("line.rate_limited", "followers/ids", ""))}, time.Minute, 1, "failed", "running 0 0 0"},
		"unknown error": {listing{"": refused(errors.New("broken pipe"))}, time.Minute, 1, "failed", "running 0 0 0"},
		"in a circle":   {listing{"": pageOf("p2", id(1)), "p2": pageOf("p2", id(2))}, time.Minute, 1, "failed", "running 1 1 1"},
		"slice is over": {listing{"": pageOf("p2", id(1))}, -time.Second, 1, "snoozed", "running 0 0 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := intakeDB(t)
			var ch ref.Channel
			err := db.Conn().QueryRow(t.Context(), `insert into channels (name, bot_user_id, secret_sealed, token_sealed, token_last4) values ('a', 'a', '', '', '') returning id`).Scan(&ch)
			if err != nil {
				t.Fatal(err)
			}
			s, err := db.StartSync(t.Context(), ch, nil)
			if err != nil {
				t.Fatal(err)
			}
			open := func(context.Context, ref.Channel) (followers, error) { return c.line, nil }
			w := &syncFollowers{db: db, open: open, log: quiet, now: time.Now, slice: c.slice}
			state, err := workJob(t, w, SyncFollowersArgs{s.ID}, c.attempt)
			if state != c.job {
				t.Errorf("the job is %s, %v; want %s", state, err, c.job)
			}
			if s, err = db.Sync(t.Context(), s.ID); err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprint(s.State, " ", s.Pages, " ", s.Seen, " ", s.Added)
			if s.Failure != nil {
				got = fmt.Sprint(s.State, " ", s.Failure.Code)
			}
			if got != c.sync {
				t.Errorf("got %s, want %s", got, c.sync)
			}
		})
	}
}
