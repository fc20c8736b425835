package web_test

import (
	"crypto/rand"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/web"
)

var (
	_ web.Store    = (*postgres.DB)(nil)
	_ web.KeyStore = (*postgres.DB)(nil)
)

// world is a database with a channel, a campaign and a run of it whose
// audience is frozen in batches of 50.
type world struct {
	pool *pgxpool.Pool
	db   *postgres.DB
	key  string // of an admin
	id   access.Key
	run  delivery.Run
}

// newWorld makes a world with n recipients, and three users that LINE cannot
// reach.
func newWorld(t *testing.T, n int) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{pool: pgtest.Pool(t)}
	w.db = postgres.New(w.pool)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.pool.Exec(ctx, `insert into users (user_id, line_id)
		select 'ลูกค้า-' || i, case when i <= $1 then 'U' || lpad(to_hex(i), 32, '0') end from generate_series(1, $1 + 3) i`, n)
	must(err)
	w.key, err = access.NewToken(rand.Reader)
	must(err)
	digest, err := access.DigestOf(w.key)
	must(err)
	w.id, err = w.db.CreateKey(ctx, access.NewKey{Name: "operator", Digest: digest, Last4: access.Last4(w.key), Scopes: []access.Scope{access.Admin}})
	must(err)
	ch, err := w.db.CreateChannel(ctx, channel.Channel{Name: "ร้านกรุงเทพ", BotUserID: "Ubot", BasicID: "@bkk", DisplayName: "Bangkok", State: channel.Active,
		TokenLast4: "abcd", PushPerSecond: 1000, MulticastPerSecond: 100}, channel.Sealed{Secret: []byte{1}, Token: []byte{1}})
	must(err)
	c, err := w.db.CreateCampaign(ctx, campaign.Draft{Name: "คูปองสงกรานต์", Channel: ch.ID, Kind: campaign.OneTime, Definition: campaign.Definition{
		Content: campaign.Content{Body: songkran}, Schedule: campaign.Schedule{Now: true}}}, "operator")
	must(err)
	run, made, err := w.db.CreateRun(ctx, c, time.Now(), delivery.Freezing)
	must(err)
	run.BatchSize = 50
	w.run, err = w.db.Freeze(ctx, run, postgres.Audience{})
	must(err)
	if !made || w.run.Frozen != int64(n) || w.run.Excluded["no_line_id"] != 3 {
		t.Fatalf("made: %v, run %+v", made, w.run)
	}
	return w
}

// site is the pages of the world, by the real clock.
func (w *world) site(t *testing.T, changes ...func(*web.Deps)) *site {
	return newSite(t, w.db, append([]func(*web.Deps){func(d *web.Deps) {
		d.Now, d.Auth = time.Now, web.Keys{Store: w.db, Now: time.Now}
	}}, changes...)...)
}

// answer records that LINE accepted the messages of a batch, unless change
// says otherwise.
func (w *world) answer(t *testing.T, seq int, change func(int, *delivery.Outcome)) {
	t.Helper()
	recipients, err := w.db.OpenRecipients(t.Context(), w.run, seq, true)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := make([]delivery.Outcome, len(recipients))
	for i, r := range recipients {
		outcomes[i] = delivery.Outcome{Recipient: r.ID, LineID: r.LineID, State: delivery.Accepted, HTTPStatus: 200, Attempts: 1,
			MessageID: "461230966842064897", FirstAttempt: time.Now(), Finished: time.Now()}
		change(i, &outcomes[i])
	}
	if err := w.db.RecordOutcomes(t.Context(), w.run, seq, outcomes); err != nil {
		t.Fatal(err)
	}
	if done, err := w.db.CompleteBatch(t.Context(), postgres.BatchRef{Run: w.run.ID, Seq: seq}); err != nil || !done {
		t.Fatalf("complete batch %d: %v, %v", seq, done, err)
	}
}

// close ends the run.
func (w *world) close(t *testing.T) {
	t.Helper()
	if closed, err := w.db.CloseRun(t.Context(), w.run.ID); err != nil || !closed {
		t.Fatalf("close the run: %v, %v", closed, err)
	}
}

// TestOnPostgres reads a run on a real database at its beginning, half-way and
// at its end.
func TestOnPostgres(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100)
	var ahead time.Duration // of the real clock: what was read before is old
	s := w.site(t, func(d *web.Deps) { d.Now = func() time.Time { return time.Now().Add(ahead) } })
	cookie := s.signIn(t, w.key)
	path := "/runs/" + w.run.ID.String()
	shows := func(target string, texts ...string) {
		t.Helper()
		ahead += time.Minute
		got := s.ask("GET", target, "", "Cookie", cookie)
		for _, text := range texts {
			if got.Code != 200 || !strings.Contains(got.Body.String(), text) {
				t.Errorf("%s: %d, lacks %s\n%s", target, got.Code, text, got.Body)
			}
		}
	}
	shows("/", "ร้านกรุงเทพ", "คูปองสงกรานต์", path, `<td class="num">0 %</td>`)
	shows("/campaigns?status=draft", "คูปองสงกรานต์")
	shows("/campaigns/"+w.run.Campaign.String(), "สวัสดี &lt;&lt;UserAttribute[&#39;name&#39;]", path)
	shows("/templates", "There is no template yet.")
	tpl, err := w.db.CreateTemplate(t.Context(), library.Draft{Name: "Greeting", Body: songkran}, "operator")
	if err == nil {
		_, err = w.db.UpdateTemplate(t.Context(), tpl.ID, 1, library.Draft{Name: "คำทักทาย", Body: campaign.Body(songkran[1:])}, "operator")
	}
	if err != nil {
		t.Fatal(err)
	}
	shows("/templates", "คำทักทาย", tpl.ID.String(), `<td class="num">0</td>`)
	shows("/templates/"+tpl.ID.String()+"?version=1&to=2", "then called <b>Greeting</b>", "<del>{</del>", "by operator", "No campaign uses it.")
	shows(path, "0 of 100 recipients", "Left out: no line id", "Nobody has an outcome yet.")

	w.answer(t, 0, func(i int, o *delivery.Outcome) {
		switch i {
		case 0:
			o.State, o.Reason, o.Detail, o.HTTPStatus, o.Attempts = delivery.Skipped, "missing_attribute", "name", 0, 0
		case 1:
			o.HTTPStatus, o.Attempts = 409, 2
		}
	})
	shows(path, "50 of 100 recipients", "1 learned by asking again", "ลูกค้า-2", "missing_attribute")
	shows(path+"?state=skipped", "ลูกค้า-1", "name")
	shows("/runs", `<td class="num">50 %</td>`)

	w.answer(t, 1, func(int, *delivery.Outcome) {})
	w.close(t)
	shows(path, "100 of 100 recipients", "Every recipient has an outcome.", "Sums checked")
	shows(path+"/live", "event: end\n", `"state":"finished"`)
	records, err := csv.NewReader(strings.NewReader(s.ask("GET", path+"/ledger.csv", "", "Cookie", cookie).Body.String())).ReadAll()
	if err != nil || len(records) != 101 {
		t.Errorf("%d records, %v", len(records), err)
	}
	if err := w.db.RevokeKey(t.Context(), w.id.ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := s.ask("GET", path, "", "Cookie", cookie); got.Code != 303 {
		t.Errorf("with a revoked key: %d", got.Code)
	}
	if got := s.ask("POST", "/signin", "key="+w.key[:len(w.key)-1]+"!"); got.Code != 401 {
		t.Errorf("with a mistyped key: %d", got.Code)
	}
}
